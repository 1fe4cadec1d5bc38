"""How long a process had to wait for a core: time that a busy machine takes, and not the code that is judged."""

from __future__ import annotations

from pathlib import Path


def innermost(pid: int) -> int:
    """The process at the end of a chain of first children: the student's, inside of what a sandbox is made of."""
    while True:
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:  # ended, or not Linux
            return pid
        if not children:
            return pid
        pid = int(children[0])


def waited(pid: int) -> float:
    """Seconds in which a process could have run and had no core; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0
