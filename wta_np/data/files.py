"""Files that hold data: where they are looked for, opened plain or gzipped, checked against a checksum."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wta_np._utils.paths import user_path
from wta_np._utils.regular import open_regular
from wta_np.data.gunzip import CHUNK, MAGIC, Gunzip


@dataclass(frozen=True)
class RemoteFile:
    """A published file and what is known of it, so that any copy can be checked.

    Parameters
    ----------
    name : str
        The name under which mirrors offer it and the cache keeps it.
    checksum : str
        Hexadecimal digest of its content.
    n_bytes : int
        Length of its content, in bytes. No more than this is ever unpacked.
    algorithm : str
        Name of the digest, as `hashlib` knows it.
    unpacked : bool
        Whether checksum and length are those of what gzip unpacks, so that a plain copy and one packed by
        another gzip pass as well, or those of the file as it is.
    """

    name: str
    checksum: str
    n_bytes: int
    algorithm: str = "sha256"
    unpacked: bool = True

    def check(self, path: str | os.PathLike) -> None:
        """ValueError if the file at `path` has another content; it is read in pieces, to its end."""
        found, n_read = self.digest(path)
        if found != self.checksum:
            kind = self.algorithm.upper()
            short = f"it holds {n_read} of {self.n_bytes} bytes, and " if n_read < self.n_bytes else ""
            raise ValueError(f"{short}its {kind} checksum is {found}, expected {self.checksum}")

    def digest(self, path: str | os.PathLike) -> tuple[str, int]:
        """Digest and length of the content of the file at `path`; ValueError if it is longer than this one."""
        digest = hashlib.new(self.algorithm, usedforsecurity=False)
        n_read = 0
        with open_content(path) if self.unpacked else open_regular(path) as stream:
            while chunk := stream.read(CHUNK):
                n_read += len(chunk)
                if n_read > self.n_bytes:
                    raise ValueError(f"it holds more than the expected {self.n_bytes} bytes")
                digest.update(chunk)
        return digest.hexdigest(), n_read

    def has_length(self, path: str | os.PathLike) -> bool:
        """Whether the file at `path` is as long as it should be, as far as a glance at its ends can tell."""
        with open_regular(path) as raw:
            is_packed = self.unpacked and raw.read(2) == MAGIC
            length = raw.seek(0, os.SEEK_END)
            if is_packed:  # a gzip file ends with the length of what it holds
                raw.seek(max(length - 4, 0))
                length = int.from_bytes(raw.read(4), "little")
        return length == self.n_bytes


Located = list[tuple[RemoteFile, Path | None]]  # the files of a data set, and where they are


@contextmanager
def open_content(path: str | os.PathLike) -> Iterator[BinaryIO]:
    """The content of a file as a binary stream, unpacked on the way if it is a gzip file.

    What tells is the first two bytes, not the name. A cut or damaged gzip file gives a ValueError at the
    read that meets it.
    """
    with open_regular(path) as raw:
        is_packed = raw.read(2) == MAGIC
        raw.seek(0)
        yield Gunzip(raw) if is_packed else raw


@contextmanager
def errors_naming(path: str | os.PathLike) -> Iterator[None]:
    """Put the name of the file in front of the message of any ValueError or TypeError."""
    try:
        yield
    except TypeError as error:
        raise TypeError(f"{os.fspath(path)}: {error}") from error
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from error


@contextmanager
def replaceable() -> Iterator[None]:
    """End the message of any ValueError about a file with how to get another copy."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{error}; move the file away to have it downloaded again") from error


def cache_folder() -> Path | None:
    """Where downloads are kept unless the user names another place; None for a user without a home folder."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        if not os.path.isabs(os.path.expanduser(base)):  # which the standard for this variable says to ignore
            base = "~/.cache"
    folder = os.path.expanduser(base)
    return None if folder.startswith("~") else Path(folder) / "wta_np"


def data_roots(data_dir: str | os.PathLike | None = None) -> list[Path]:
    """`data_dir`, the folder that the environment variable WTA_NP_DATA names, and the cache: those there are."""
    roots = [data_dir, os.environ.get("WTA_NP_DATA"), cache_folder()]
    return [user_path(root) for root in roots if root]


def data_folders(
    name: str, data_dir: str | os.PathLike | None = None, also: Sequence[str] = ()
) -> list[Path]:
    """Folders in which the files of the data set `name` are looked for, in this order.

    They are the subfolder `name`, and the subfolders `also` that other programs make, of `data_dir`, of the
    folder that the environment variable `WTA_NP_DATA` names, and of the cache; and, as a user may point at the
    files themselves, `data_dir`. The first one is where missing files are downloaded to. There may be none, for
    a user without a home folder.
    """
    folders = [root / part for root in data_roots(data_dir) for part in (name, *also)]
    if data_dir:
        folders.insert(1 + len(also), user_path(data_dir))
    return folders


def find_file(name: str, folders: Iterable[Path], plain: bool = True) -> Path | None:
    """The first file of this name, or with `plain` under any other name that it is given, or None.

    Names are compared without regard to upper and lower case. With `plain` the file may lack its ``.gz``, may
    have a dot in place of the ``-`` before ``idx``, as 7-Zip unpacks MNIST's files, and may lie in a folder that
    is named like it, as in Kaggle's archive.
    """
    names = [name]
    if plain:
        names = [n for n in (name, name.removesuffix(".gz")) for n in (n, n.replace("-idx", ".idx"))]
    for folder in folders:
        here = _listing(folder)
        for known in dict.fromkeys(names):
            path = here.get(known.lower())
            if path is None:
                continue
            if path.is_file():
                return path
            if plain and path.is_dir():
                inside = _listing(path)
                for other in names:
                    if other.lower() in inside and inside[other.lower()].is_file():
                        return inside[other.lower()]
    return None


def _listing(folder: Path) -> dict[str, Path]:
    """What is in a folder, by its name in lower case; empty if there is no such folder."""
    try:
        return {
            name.lower(): folder / name for name in sorted(os.listdir(folder))
        }  # of two names, lower case
    except (FileNotFoundError, NotADirectoryError):
        return {}


def locate(files: Iterable[RemoteFile], folders: Sequence[Path]) -> Located:
    """Each file and the first place in `folders` that has it, or None."""
    return [(file, find_file(file.name, folders, plain=file.unpacked)) for file in files]
