"""Locks that end with the process that holds them, however it ends."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from wta_np._utils.paths import user_path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


def try_lock(handle: int) -> bool | None:
    """Lock an open file or folder for this process.

    Returns
    -------
    bool or None
        True if it is locked now, False if another process holds it, None where there are no such locks.
    """
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EAGAIN) else None
    return True


@contextmanager
def only_run_in(folder: str | os.PathLike) -> Iterator[None]:
    """Hold a folder for one run: a second run into it is refused until this one ends, or is killed.

    The lock is on the folder itself and leaves no file in it. Where the system has no such locks (Windows, some
    network file systems), nothing is refused.

    Raises
    ------
    BlockingIOError
        Another process holds the folder.
    OSError
        There is no such folder.
    """
    folder = user_path(folder)
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        if try_lock(handle) is False:
            raise BlockingIOError(
                errno.EAGAIN,
                "another run is writing into this folder: wait for its end, or name another folder",
                os.fspath(folder),
            )
        yield
    finally:
        os.close(handle)
