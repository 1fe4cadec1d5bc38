"""Temporary files beside the file that they become, and removing those that a killed run left.

Such a file is called ``.NAME.xxxxxxxx.part`` and is locked while it is written. A kill ends the lock, so that
a ``.part`` file without a lock belongs to no running process.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from wta_np._utils.locks import try_lock

PART = re.compile(r"\.(?P<name>.+)\.[0-9a-z_]{8}\.part", re.DOTALL)
LONGEST = 200  # bytes of a file's name that are kept in the temporary one
ATTEMPTS = 100
NO_SYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)  # what a file system without fsync says
OWNER = stat.S_IRUSR | stat.S_IWUSR
FLAGS = os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)


@contextmanager
def temporary_beside(path: Path, mode: str = "wb") -> Iterator[tuple[IO[Any], Path]]:
    """A new file in the folder of `path`, which is made if it is missing.

    Yields
    ------
    file : file object
        Open for writing, locked.
    temporary : Path
        Its name, for `move_into_place`. If the block ends without that, the file is removed, and so are folders
        that were made for it.
    """
    with made_folder(path.parent):
        remove_stale(path.parent, path.name)
        handle, temporary = _create(path)
        try:
            with os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8") as file:
                yield file, temporary
        finally:
            with suppress(OSError):  # it was moved
                os.unlink(temporary)


def move_into_place(file: IO[Any], temporary: Path, path: Path) -> None:
    """Give a temporary file its final name once all of it is on the disk."""
    file.flush()
    try:
        os.fsync(file.fileno())
    except OSError as error:
        if error.errno not in NO_SYNC:
            raise
    if os.name == "nt":  # where an open file cannot be moved; elsewhere the lock lasts until it has its name
        file.close()
    os.replace(temporary, path)


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Make a folder and those above it; remove what was made, if it is empty, when the block ends in an error."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        for place in reversed(missing):
            place.mkdir(exist_ok=True)
            _keep_for_owner(place, OWNER | stat.S_IXUSR)
        folder.mkdir(exist_ok=True)
        yield
    except BaseException:
        for place in missing:
            with suppress(OSError):
                place.rmdir()
        raise


def remove_stale(folder: Path, name: str | None = None) -> None:
    """Remove the temporary files in `folder` that no running process writes: for `name` alone, or all."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = PART.fullmatch(entry.name)
            if match and (name is None or match["name"] == _kept(name)):
                with suppress(OSError):
                    _remove_unlocked(entry.path)


def _create(path: Path) -> tuple[int, Path]:
    """A new, locked temporary file."""
    for _ in range(ATTEMPTS):
        temporary = path.with_name(f".{_kept(path.name)}.{os.urandom(4).hex()}.part")
        try:
            handle = os.open(temporary, FLAGS | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:
            continue
        if try_lock(handle) is False or _is_gone(handle):  # another process took it for a stale one
            os.close(handle)
            continue
        _keep_for_owner(temporary, OWNER)
        return handle, temporary
    raise FileExistsError(f"no temporary file could be made beside {path}")


def _keep_for_owner(path: Path, wanted: int) -> None:
    """Let the owner use what was made, whatever the umask: a browser's Python starts with one that forbids all."""
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & wanted != wanted:
        os.chmod(path, mode | wanted)


def _remove_unlocked(path: str) -> None:
    if os.name == "nt":  # where an open file cannot be removed
        os.unlink(path)
        return
    handle = os.open(path, FLAGS | getattr(os, "O_NONBLOCK", 0))
    try:
        if try_lock(handle) and stat.S_ISREG(os.fstat(handle).st_mode):
            os.unlink(path)
    finally:
        os.close(handle)


def _is_gone(handle: int) -> bool:
    """Whether an open file has no name any more; where links are not counted, it has one."""
    return os.name != "nt" and os.fstat(handle).st_nlink == 0


def _kept(name: str) -> str:
    """As much of a name as fits into the temporary one."""
    encoded = os.fsencode(name)
    return name if len(encoded) <= LONGEST else os.fsdecode(encoded[:LONGEST])
