"""Damaged files of every format, from a seed: each is read or refused in a sentence, within memory and time.

    make fuzz                                      # 200 files of each format
    make fuzz ARGS="--only checkpoint --n 1000"
    make fuzz ARGS="--only svhn --first 37 --n 1"  # one of them again

Each file is read in a process of its own. What fails: another exception than ValueError, TypeError, OSError or
DivergenceError, a message of several lines or of more than 2,000 characters, more than 2 GB of memory, more than 30
seconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from fuzz.formats import FORMATS, Format

MOST_MB, MOST_SECONDS, MOST_CHARACTERS = 2000, 30, 2000
MEMORY = 16 << 30  # of addresses, so that a fault here does not take the whole machine


def write_damaged(format: Format, folder: Path, good: bytes, i: int) -> Path:
    """File `i` of a format: the first ones are no regular files, or endless; the others have damaged bytes."""
    path = folder / format.file_name
    path.unlink(missing_ok=True)
    if i == 0:
        os.mkfifo(path)
    elif i == 1:
        path.symlink_to("/dev/zero")
    elif i == 2:
        path.symlink_to(path.name)
    elif i in (3, 4):
        path.write_bytes(good if i == 3 else b"")
        with open(path, "r+b") as file:
            file.truncate(8 << 30)
    elif i == 5:
        path.write_bytes(b"")
    else:
        path.write_bytes(format.damage(good, np.random.default_rng([i, *format.name.encode()])))
    return path


def verdict(format: Format, path: Path) -> str:
    """How reading a file ended: "read", "refused", or what is wrong with that."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            format.read(path)
    except (ValueError, TypeError, OSError, FloatingPointError) as error:
        text = str(error)
        if "\n" in text or len(text) > MOST_CHARACTERS:
            return f"a message of {len(text)} characters: {text[:200]!r}"
        return "refused"
    except BaseException as error:
        return f"{type(error).__name__}: {str(error)[:300]!r}"
    return "read"


def in_a_process(format: Format, path: Path) -> tuple[str, float, float]:
    """`verdict` in a process of its own, with limits; its peak of memory in MB, and seconds."""
    reading, writing = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(2 * MOST_SECONDS)
        os.write(writing, verdict(format, path).encode(errors="replace")[:1000])
        os._exit(0)
    os.close(writing)
    _, status, usage = os.wait4(child, 0)
    said = os.read(reading, 1000).decode(errors="replace")
    os.close(reading)
    seconds, peak = time.monotonic() - started, usage.ru_maxrss / 1024
    cpu = usage.ru_utime + usage.ru_stime
    if status:
        said = f"the process ended with {status}"
    elif peak > MOST_MB:
        said = f"{peak:.0f} MB of memory"
    elif cpu > MOST_SECONDS:
        said = f"{cpu:.0f} s"
    return said, peak, seconds


def fuzz(format: Format, n: int, first: int = 0) -> Counter:
    """Read `n` damaged files of a format; prints those that fail and a line of figures."""
    counts: Counter = Counter()
    highest, longest = 0.0, 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        format.make(folder / format.file_name)
        good = (folder / format.file_name).read_bytes()
        assert in_a_process(format, folder / format.file_name)[0] == "read", format.name
        for i in range(first, first + n):
            said, peak, seconds = in_a_process(format, write_damaged(format, folder, good, i))
            highest, longest = max(highest, peak), max(longest, seconds)
            counts[said if said in ("read", "refused") else "failed"] += 1
            if said not in ("read", "refused"):
                print(f"{format.name}, file {i}: {said}", flush=True)
    figures = ", ".join(f"{counts[kind]} {kind}" for kind in ("refused", "read", "failed"))
    print(f"{format.name:22s} {n} files: {figures}; at most {highest:.0f} MB, {longest:.1f} s", flush=True)
    return counts


def main() -> int:
    """Fuzz the formats that are asked for; the exit status is 1 if a file failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--n", type=int, default=200, help="files of each format (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first one (%(default)s)")
    parser.add_argument("--only", choices=FORMATS, help="one format")
    options = parser.parse_args()
    chosen = [FORMATS[options.only]] if options.only else FORMATS.values()
    return int(sum(fuzz(format, options.n, options.first)["failed"] for format in chosen) > 0)


if __name__ == "__main__":
    sys.exit(main())
