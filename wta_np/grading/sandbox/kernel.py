"""What Linux lets a process take from itself for good: the view of other files, privileges, and calls of the kernel.

Landlock (Linux 5.13 and later) limits which files can be opened; `seccomp` refuses calls. Neither needs rights or a
program, and both hold whatever the Python above them does.

This file knows nothing of wta_np: the student's process loads it by its path.
"""

from __future__ import annotations

import ctypes
import os
import signal
import stat
import struct
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same number on every machine
VERSION = 1  # asks create_ruleset which version of Landlock there is
READ = 1 << 2  # of a file
READ_FOLDER = 1 << 3
EXECUTE = 1 << 0  # to map a library does not need it; to run a program does
WRITE, TRUNCATE = 1 << 1, 1 << 14
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights of files each version knows; 5 and later 16
NETWORK = 0b11  # bind and connect TCP, from version 4 on
SCOPED = 0b11  # abstract sockets of and signals to processes outside, from version 6 on
PR_SET_NO_NEW_PRIVS = 38
DEVICES = ("null", "zero", "full", "random", "urandom")
PR_SET_PDEATHSIG = 1
CAPABILITY_VERSION = 0x20080522


def landlock_version() -> int:
    """The version of Landlock that the kernel has; 0 if none."""
    if sys.platform != "linux":
        return 0
    found = ctypes.CDLL(None, use_errno=True).syscall(
        ctypes.c_long(CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(VERSION)
    )
    return max(0, found)


def landlock(readable: list[str], writable: list[str]) -> bool:
    """Let this process open nothing but these folders and files from now on; False where the kernel cannot.

    Parameters
    ----------
    readable : list of str
        Folders, with all that they hold, and files that can be read.
    writable : list of str
        Folders in which everything is allowed but devices and programs.
    """
    version = landlock_version()
    if version < 1:
        return False
    rights = (1 << RIGHTS.get(version, 16)) - 1
    about = struct.pack("<Q", rights)
    if version >= 4:
        about += struct.pack("<Q", NETWORK)
    if version >= 6:
        about += struct.pack("<Q", SCOPED)
    libc = ctypes.CDLL(None, use_errno=True)
    call = libc.syscall
    rules = call(ctypes.c_long(CREATE_RULESET), about, ctypes.c_size_t(len(about)), ctypes.c_uint(0))
    if rules < 0:
        return False
    try:
        own = rights & ~(EXECUTE | 1 << 6 | 1 << 11)
        for path in readable:
            _allow(call, rules, path, READ | READ_FOLDER)
        for path in writable:
            _allow(call, rules, path, own)
        for name in DEVICES:
            _allow(call, rules, f"/dev/{name}", READ | WRITE)
        zero = ctypes.c_ulong(0)
        if libc.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero):
            return False
        return call(ctypes.c_long(RESTRICT_SELF), ctypes.c_int(rules), ctypes.c_uint(0)) == 0
    finally:
        os.close(rules)


def _allow(call, rules, path, allowed):
    """Add one rule; what does not exist any more needs none."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            allowed &= READ | WRITE | TRUNCATE
        rule = struct.pack("<Qi", allowed, handle)
        call(ctypes.c_long(ADD_RULE), ctypes.c_int(rules), ctypes.c_int(1), rule, ctypes.c_uint(0))
    finally:
        os.close(handle)


def drop_capabilities() -> bool:
    """Give up what root may do and others may not; True if nothing is left of it."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = struct.pack("<Ii", CAPABILITY_VERSION, 0)
    return libc.capset(header, bytes(24)) == 0


def die_with_parent() -> None:
    """Have the kernel end this process when the grader is gone, however that ended."""
    if sys.platform == "linux":
        zero = ctypes.c_ulong(0)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), zero, zero, zero)
