"""Calls of the kernel that students' code has no use for, refused by a filter (seccomp) of Linux.

Threads stay possible; processes, programs, sockets, signals to others, and changes of what belongs to files or to
other processes do not. A refused call fails with EPERM, so that Python raises a PermissionError.

This file knows nothing of wta_np: the student's process loads it by its path.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

# name: (number on x86_64, number on aarch64); None where it does not exist
CALLS = {
    # processes and programs
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    # signals, and the memory, limits and times of other processes
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "setpriority": (141, 140),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    # the network
    "socket": (41, 198),
    "io_uring_setup": (425, 425),
    "open_by_handle_at": (304, 265),
    "memfd_create": (319, 279),
    # memory and messages that outlive a process
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "semget": (64, 190),
    "semctl": (66, 191),
    "semop": (65, 193),
    "msgget": (68, 186),
    "msgctl": (71, 187),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # the machine
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "syslog": (103, 116),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "iopl": (172, None),
    "ioperm": (173, None),
}
# What belongs to a file beside its content, which Landlock does not look at
FILE_CALLS = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "truncate": (76, 45),
    "mknod": (133, None),
    "mknodat": (259, 33),
}
# Calls whose argument decides: (x86_64, aarch64)
KILL, TGKILL, PRLIMIT, CLONE, CLONE3, FCNTL, IOCTL = (
    (62, 129),
    (234, 131),
    (302, 261),
    (56, 220),
    (435, 435),
    (72, 25),
    (16, 29),
)
CLONE_THREAD = 0x00010000
F_SETOWN, F_SETSIG, F_SETOWN_EX = 8, 10, 15  # fcntl: who gets the signals of a file
FIOSETOWN, SIOCSPGRP, TIOCSTI, TIOCLINUX, FIOASYNC = 0x8901, 0x8902, 0x5412, 0x541C, 0x5452

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, END, FAIL = (
    0x7FFF0000,
    0x80000000,
    0x00050000,
)  # what a filter returns: go on, end the process, an error
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of BPF
NUMBER, ARCHITECTURE, ARGUMENT = 0, 4, 16  # where the kernel puts what is asked; 8 bytes an argument


def possible() -> bool:
    """Whether there is a list of calls for this machine: Linux on x86_64 or aarch64, Python of 64 bits."""
    return sys.platform == "linux" and platform.machine() in MACHINES and sys.maxsize > 2**32


def program(pid: int, machine: str, files: bool = True) -> list[tuple[int, int, int, int]]:
    """The filter for one process: instructions (code, jump if true, jump if false, operand)."""
    column, architecture = MACHINES[machine]
    refused = (RETURN, 0, 0, FAIL | errno.EPERM)
    lines = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, END),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, 0x40000000),  # calls of the x32 kind have other numbers
        refused,
    ]
    for numbers in {**CALLS, **(FILE_CALLS if files else {})}.values():
        if numbers[column] is not None:
            lines += [(EQUAL, 0, 1, numbers[column]), refused]
    lines += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, FAIL | errno.ENOSYS)]  # then libc asks for clone
    lines += _unless(CLONE[column], 0, [(ANY_BIT, CLONE_THREAD)], refused)
    for call, accepted in ((KILL, [pid]), (TGKILL, [pid]), (PRLIMIT, [0, pid])):
        lines += _unless(call[column], 0, [(EQUAL, value) for value in accepted], refused)
    for call, values in (
        (FCNTL, (F_SETOWN, F_SETSIG, F_SETOWN_EX)),
        (IOCTL, (FIOSETOWN, SIOCSPGRP, TIOCSTI, TIOCLINUX, FIOASYNC)),
    ):
        lines += _if(call[column], 1, values, refused)
    return [*lines, (RETURN, 0, 0, ALLOW)]


def _argument(index):
    return (LOAD, 0, 0, ARGUMENT + 8 * index)  # its lower half: pids, flags and commands have 32 bits


def _unless(number, index, tests, refused):
    """Refuse a call unless one of the tests holds for an argument of it."""
    steps = [_argument(index)]
    steps += [(code, len(tests) - i, 0, value) for i, (code, value) in enumerate(tests)]
    steps += [refused, (LOAD, 0, 0, NUMBER)]
    return [(EQUAL, 0, len(steps), number), *steps]


def _if(number, index, values, refused):
    """Refuse a call if an argument of it is one of these values."""
    steps = [_argument(index)]
    for value in values:
        steps += [(EQUAL, 0, 1, value), refused]
    steps += [(LOAD, 0, 0, NUMBER)]
    return [(EQUAL, 0, len(steps), number), *steps]


def install(files: bool = True) -> bool:
    """Put the filter on this process and all its later threads, for good; False where the kernel does not.

    Without `files` rights, owners and times of files can be changed: where all files that are seen are one's own.
    """
    if not possible():
        return False
    lines = program(os.getpid(), platform.machine(), files)
    code = b"".join(struct.pack("<HBBI", *line) for line in lines)
    buffer = ctypes.create_string_buffer(code, len(code))
    about = struct.pack("<H6xQ", len(lines), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero):
        return False
    return libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), about, zero, zero) == 0
