"""Reading files out of a tar archive without unpacking it, and rejecting malicious ones."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

from wta_np.data.files import open_content

SPARE = 1 << 20  # bytes that an archive may have beside the members asked for: headers, a readme
MAX_MEMBERS = 1000


def read_members(path: str | os.PathLike, lengths: Mapping[str, int]) -> dict[str, bytes]:
    """The contents of some members of a tar archive, plain or gzipped.

    Nothing is written to the disk, and no more is unpacked than the members asked for and 1 MiB beside them.

    Parameters
    ----------
    path : str or path
        The archive.
    lengths : mapping of str to int
        Names of the members wanted, with "/" between folders, and the length of each in bytes.

    Returns
    -------
    dict of str to bytes
        Their contents, by name.

    Raises
    ------
    ValueError
        The archive is cut short, damaged, lacks a member or has it twice or with another length; or any
        member is a link or a device, or has a path that leads out of the folder it would be unpacked into.
    OSError
        It cannot be opened.
    """
    contents: dict[str, bytes] = {}
    try:
        with open_content(path) as stream:
            bounded = _Bounded(stream, sum(lengths.values()) + SPARE)
            with tarfile.open(fileobj=bounded, mode="r|", bufsize=1 << 18) as archive:
                for n_members, member in enumerate(archive):
                    if n_members > MAX_MEMBERS:
                        raise ValueError(f"it has more than {MAX_MEMBERS} members")
                    name = _safe_name(member)
                    if name not in lengths:
                        continue
                    if name in contents:
                        raise ValueError(f"it holds {name} twice")
                    if member.size != lengths[name]:
                        raise ValueError(f"its {name} has {member.size} bytes, expected {lengths[name]}")
                    contents[name] = archive.extractfile(member).read()
    except (tarfile.TarError, RecursionError, OverflowError) as error:
        raise ValueError(f"it is a damaged tar archive ({error})") from error
    missing = [name for name in lengths if name not in contents]
    if missing:
        raise ValueError(f"it lacks {', '.join(missing)}")
    return contents


def _safe_name(member: tarfile.TarInfo) -> str:
    """The name of a member without "." and double "/"; ValueError for what no data set has."""
    # Both kinds everywhere: "C:/x" and "..\\x" lead out on Windows only.
    for path in (PurePosixPath(member.name), PureWindowsPath(member.name)):
        if path.anchor or ".." in path.parts:
            raise ValueError(f"its member {member.name!r} leads out of the archive's folder")
    if not (member.isreg() or member.isdir()):
        kind = f"a link to {member.linkname!r}" if member.islnk() or member.issym() else "no regular file"
        raise ValueError(f"its member {member.name!r} is {kind}, expected files and folders only")
    return str(PurePosixPath(member.name))


class _Bounded:
    """A stream that refuses to be read further than a number of bytes."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self.stream = stream
        self.left = limit

    def read(self, n_bytes: int) -> bytes:
        content = self.stream.read(n_bytes)
        self.left -= len(content)
        if self.left < 0:
            raise ValueError("it unpacks to more than it should hold")
        return content
