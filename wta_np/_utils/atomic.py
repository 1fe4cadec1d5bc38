"""Writing files so that a kill or a full disk at any moment leaves the old one or the new one, whole."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from wta_np._utils.locks import only_run_in
from wta_np._utils.paths import user_path
from wta_np._utils.temporary import made_folder, move_into_place, remove_stale, temporary_beside


@contextmanager
def write_whole(path: str | os.PathLike, mode: str = "wb") -> Iterator[IO[Any]]:
    """Open a temporary file beside `path`; move it into place when the block ends without an error.

    Temporary files of `path` that a killed process left are removed first.

    Parameters
    ----------
    path : str or path
        The file to write. Missing folders are made. A leading ``~`` is the home folder.
    mode : {"wb", "w"}
        Bytes, or text in UTF-8.

    Yields
    ------
    file object

    Raises
    ------
    OSError
        If the folder cannot be made or written, or the disk is full. What was at `path` is still there.
    ValueError
        If `path` begins with ``~`` and there is no such home folder.
    """
    path = Path(os.path.realpath(user_path(path)))  # a link stays a link, to the new content
    if path.exists() and not path.is_file():
        raise OSError(
            errno.EISDIR if path.is_dir() else errno.EINVAL, "not a file that can be replaced", str(path)
        )
    try:
        with temporary_beside(path, mode) as (file, temporary):
            yield file
            move_into_place(file, temporary, path)
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def run_folder(path: str | os.PathLike) -> Iterator[Path]:
    """Make a folder that can be written and hold it for one run, see `make_folder` and `only_run_in`.

    Yields
    ------
    Path
        The folder. If the block ends in an error and nothing is in it, it is removed again.
    """
    folder = user_path(path)
    with made_folder(folder), only_run_in(folder):
        yield make_folder(folder)


def make_folder(path: str | os.PathLike) -> Path:
    """Make a folder that can be written, before hours of work rely on it.

    Temporary files that killed runs left in it are removed.

    Returns
    -------
    Path
        The folder, a leading ``~`` replaced by the home folder.

    Raises
    ------
    OSError
        It cannot be made, or nothing can be written into it.
    """
    folder = user_path(path)
    with made_folder(folder):
        with tempfile.TemporaryFile(dir=folder):
            pass
        remove_stale(folder)
    return folder
