"""Writing files so that a kill or a full disk at any moment leaves the old one or the new one, whole."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def write_whole(path, mode="wb"):
    """Open a temporary file beside `path`; move it into place when the block ends without an error.

    Parameters
    ----------
    path : str or path
        The file to write. Missing folders are made.
    mode : {"wb", "w"}
        Bytes, or text in UTF-8.

    Yields
    ------
    file object

    Raises
    ------
    OSError
        If the folder cannot be made or written, or the disk is full. What was at `path` is still there.
    """
    path = Path(os.path.realpath(path))  # a link stays a link, to the new content
    if path.exists() and not path.is_file():
        raise OSError(
            errno.EISDIR if path.is_dir() else errno.EINVAL, "not a file that can be replaced", str(path)
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError) and error.errno is not None:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def _umask():
    """The permissions that a plain open() would leave out; mkstemp leaves out nearly all."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def make_folder(path):
    """Make a folder that can be written, before hours of work rely on it; OSError if that fails."""
    Path(path).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=path):
        pass
