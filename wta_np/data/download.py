"""Fetch published files from their mirrors: verified first, then moved into place whole."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError

from wta_np._utils.progress_bar import progress_bar
from wta_np._utils.temporary import move_into_place, temporary_beside
from wta_np.data.files import CHUNK, RemoteFile, locate

TIMEOUT = 30.0  # seconds of silence, not of the whole download


class MirrorError(Exception):
    """One mirror did not deliver; another may."""


def fetch(
    files: Sequence[RemoteFile],
    mirrors: Sequence[str],
    folder: str | os.PathLike,
    progress: bool = True,
    remarks: Callable[[], Sequence[str]] = tuple,
) -> list[Path]:
    """Download files into `folder`, each from the first mirror that delivers it right.

    A file is written beside its final name, checked against its checksum, and only then given its name: an
    interruption at any moment leaves no half of a file behind under that name.

    Parameters
    ----------
    files : sequence of RemoteFile
        What to fetch.
    mirrors : sequence of str
        Addresses to which the name of a file is appended, tried in turn.
    folder : str or path
        Where the files are put; made if it does not exist.
    progress : bool
        Show a progress bar for each file.
    remarks : callable
        Gives what there is to say of files that were found and are not these, if a download fails.

    Returns
    -------
    list of Path
        The files, in the order of `files`.

    Raises
    ------
    ConnectionError
        No mirror delivered one of them. The message says why, and which files to put where by hand.
    OSError
        `folder` cannot be written to.
    """
    folder = Path(folder)
    for i, file in enumerate(files):
        failures = []
        for mirror in mirrors:
            try:
                _fetch_one(mirror + file.name, file, folder, progress)
                break
            except MirrorError as error:
                failures.append(f"{mirror}: {error}")
        else:
            missing = ", ".join(file.name for file in files[i:])
            instead = "".join(f"{remark}; " for remark in remarks())
            raise ConnectionError(
                f"{file.name} could not be downloaded ({'; '.join(failures)}): "
                f"{instead}get these files by other means and put them into {folder}: {missing}"
            )
    return [folder / file.name for file in files]


def complete(
    files: Sequence[RemoteFile],
    mirrors: Sequence[str],
    folders: Sequence[Path],
    progress: bool = True,
    remarks: Callable[[], Sequence[str]] = tuple,
) -> list[Path]:
    """Where `files` are, once those that none of `folders` has have been fetched into the first of them."""
    missing = [file for file, path in locate(files, folders) if path is None]
    if missing:
        fetch(missing, mirrors, target(folders), progress, remarks)
    return [path for _, path in locate(files, folders)]


def target(folders: Sequence[Path]) -> Path:
    """The first of the folders; OSError if there is none."""
    if not folders:
        raise OSError(
            "this user has no home folder to keep downloads in: name a folder with --data-dir, or with the "
            "environment variable WTA_NP_DATA"
        )
    return folders[0]


def _fetch_one(url: str, file: RemoteFile, folder: Path, progress: bool) -> None:
    path = folder / file.name
    try:
        with (
            temporary_beside(path) as (out, temporary),
            closing(_receive(url, file, progress)) as chunks,
        ):
            for chunk in chunks:
                out.write(chunk)
            out.flush()
            file.check(temporary)
            move_into_place(out, temporary, path)
    except ValueError as error:
        raise MirrorError(str(error)) from error
    except OSError as error:
        why = error.strerror or error  # such as: No space left on device
        raise OSError(f"{file.name}: the folder {folder} cannot be written to: {why}") from error


def _receive(url: str, file: RemoteFile, progress: bool) -> Iterator[bytes]:
    """The bytes that come from `url`, piece by piece; every failure of the network is a MirrorError."""
    limit = file.n_bytes + file.n_bytes // 100 + 1024  # gzip lengthens what it cannot shorten by a little
    request = urllib.request.Request(url, headers={"User-Agent": "wta_np"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            announced = response.length
            with progress_bar(announced, show=progress, desc=file.name, unit="B", unit_scale=True) as bar:
                while chunk := response.read(CHUNK):
                    bar.update(len(chunk))
                    limit -= len(chunk)
                    if limit < 0:
                        raise MirrorError(f"it sent more than the {file.n_bytes} bytes that the file has")
                    yield chunk
            if response.length:
                raise MirrorError(f"it sent only {announced - response.length} of {announced} bytes")
    except HTTPError as error:
        error.close()
        raise MirrorError(f"HTTP status {error.code}") from error
    except URLError as error:
        raise MirrorError(str(error.reason)) from error
    except (OSError, HTTPException) as error:
        raise MirrorError(str(error) or type(error).__name__) from error
