"""Opening files that may be anything: only regular files are read, and only up to a size."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

from wta_np._utils.paths import user_path

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def open_regular(path: str | os.PathLike, max_bytes: int | None = None) -> BinaryIO:
    """Open a regular file for reading bytes. Nothing else is opened, so that nothing waits.

    Parameters
    ----------
    path : str or path
        A leading ``~`` is the home folder. Links are followed.
    max_bytes : int, optional
        The largest size that is accepted.

    Returns
    -------
    file object

    Raises
    ------
    OSError
        It cannot be opened, or it is a pipe, a device, a socket or a folder.
    ValueError
        The file is larger than `max_bytes`. The message does not name it.
    """
    path = user_path(path)
    _refuse_others(os.stat(path), path)
    # The second look is at what was opened: the name may have got another meaning in between.
    flags = (
        os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    )
    handle = os.open(path, flags)
    try:
        status = os.fstat(handle)
        _refuse_others(status, path)
        if max_bytes is not None and status.st_size > max_bytes:
            raise ValueError(f"it has {status.st_size} bytes, expected at most {max_bytes}")
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _refuse_others(status: os.stat_result, path: os.PathLike) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, expected a file", os.fspath(path))
    if not stat.S_ISREG(status.st_mode):
        kind = KINDS.get(stat.S_IFMT(status.st_mode), "no file")
        raise OSError(errno.EINVAL, f"it is {kind}, expected a regular file", os.fspath(path))
