"""Damaged submissions by the hundred: each gets a row and one clear sentence, and costs no other file anything.

    python tests/fuzz/student_files.py --count 200 --seed 0

A seed gives the same files every time. `campaign` makes them, has them judged as a class is, and says what was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from wta_np.grading.collect import submissions
from wta_np.grading.pool import cores, judge_all
from wta_np.grading.report import write_csv, write_json
from wta_np.grading.sandbox.kinds import choose

RIGHT = "import numpy as np\n\n\ndef relu_backward(dh, a):\n    # gr\u00f6\u00dfer als 0\n    return dh * (a > 0)\n"
WORDS = (
    "and",
    "return",
    "def",
    "lambda",
    ":",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ".",
    "=",
    "==",
    "**",
    "@",
    "~",
    "%",
    "!",
)
WORDS += ("?", ";", "\\", "'", '"', '"""', "#", "0", "1e999", "0x", "None", "yield", "await", "*")
CODECS = (
    "utf-16",
    "utf-16-le",
    "utf-32",
    "latin-1",
    "cp1252",
    "utf-7",
    "cp037",
    "utf-8-sig",
    "mac-roman",
    "koi8-r",
)
DECLARED = (
    "rot13",
    "zlib",
    "hex",
    "bz2",
    "uu",
    "base64",
    "punycode",
    "idna",
    "undefined",
    "unicode_escape",
    "x" * 500,
)
NAMES = (
    "\x1b[2J",
    "\n",
    "\u202e",
    "=1+1",
    "'; x",
    "%s{}",
    " ",
    "\u00fc",
    "\udcfc",
    "-rf",
    "a" * 180,
    "\u200b",
    "*?",
)
NESTED = ("(", "[", "{", "-", "not ", "lambda:", "f'{", "x if ", "a.", "if 1:\n ", "@a\n")
LARGEST_LINE = 2000  # characters of a row: a screen


def flipped(rng, data):
    """Some bits turned."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def cut(rng, data):
    """The beginning alone, or the end."""
    place = rng.randrange(len(data))
    return data[:place] if rng.random() < 0.7 else data[place:]


def stuffed(rng, data):
    """Other bytes inside."""
    place = rng.randrange(len(data))
    kinds = (rng.randbytes(rng.choice((1, 9, 999))), b"\0" * 5, b"\xff\xfe", b"\r", b"\x0c", b"\x1a", b"\t")
    return data[:place] + rng.choice(kinds) + data[place:]


def mixed(rng, data):
    """Pieces repeated, or in another order."""
    places = sorted(rng.randrange(len(data)) for _ in range(3))
    a, b, c = data[: places[0]], data[places[0] : places[1]], data[places[1] :]
    return rng.choice((a + c + b, a + b * rng.choice((2, 50, 2000)) + c, c + a, b))


def worded(rng, data):
    """Words of Python in places where they do not belong."""
    lines = data.decode().split("\n")
    for _ in range(rng.choice((1, 2, 5))):
        i = rng.randrange(len(lines))
        words = lines[i].split(" ")
        words.insert(rng.randrange(len(words) + 1), rng.choice(WORDS))
        lines[i] = " ".join(words)
    return "\n".join(lines).encode()


def encoded(rng, data):
    """The text in another encoding, declared or not."""
    codec = rng.choice(CODECS)
    said = rng.choice(("", f"# coding: {codec}\n", f"# coding: {rng.choice(CODECS)}\n"))
    return (said + data.decode()).encode(codec, "replace")


def declared(rng, data):
    """A declaration of something that is no encoding of text."""
    return rng.choice((b"", b"\xef\xbb\xbf", b"\n")) + f"# coding: {rng.choice(DECLARED)}\n".encode() + data


def nested(rng, data):
    """More brackets, signs or branches than any parser wants."""
    depth = rng.choice((50, 500, 5000, 100_000))
    return data + b"x = " + rng.choice(NESTED).encode() * min(depth, 900_000 // 10) + b"1\n"


def shouted(rng, data):
    """Characters that terminals and spreadsheets obey, in what the code says."""
    text = "".join(
        chr(rng.choice((27, 10, 13, 7, 0x9B, 0x202E, 0x2028, 0xDCFF, 61, 0x200B, 120))) for _ in range(40)
    )
    how = rng.choice(
        ("raise ValueError({0!r})", "print({0!r})", "raise type('E', (Exception,), {{}})({0!r})")
    )
    return data + f"\nglobals()[{text!r}] = len\n{how.format(text)}\n".encode()


def in_a_notebook(rng, data):
    """A notebook, whole or damaged."""
    cells = [
        {"cell_type": "code", "source": data.decode()},
        {"cell_type": "code", "source": "%matplotlib\n!ls"},
    ]
    book = json.dumps({"cells": cells, "nbformat": rng.choice((4, 3, "x", None)), "metadata": {}}).encode()
    return rng.choice((lambda r, d: d, flipped, cut, stuffed, mixed))(rng, book)


def noise(rng, data):
    """Nothing of the file at all."""
    return rng.randbytes(rng.choice((0, 1, 2, 100, 10_000, 1 << 20, (1 << 20) + 1)))


DAMAGES = (flipped, cut, stuffed, mixed, worded, encoded, declared, nested, shouted, in_a_notebook, noise)


def odd_thing(rng, path):
    """Something in a folder that is not a file, or none that can be read; its name."""
    kind = rng.choice(("pipe", "device", "loop", "nowhere", "folder", "sparse", "closed"))
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "sparse":
        with open(path, "wb") as file:
            file.truncate(1 << 40)
    elif kind == "closed":
        path.write_text(RIGHT, encoding="utf-8")
        path.chmod(0)
    else:
        path.symlink_to({"device": "/dev/zero", "loop": path.name, "nowhere": "nowhere"}[kind])
    return kind


def make(folder: Path, count: int, seed: int) -> Counter:
    """Write `count` damaged submissions into a folder; how many there are of each kind."""
    rng, kinds = random.Random(seed), Counter()
    for number in range(count):
        odd_name = rng.choice(NAMES) if rng.random() < 0.2 else ""
        if rng.random() < 0.08 and hasattr(os, "mkfifo"):
            kinds[odd_thing(rng, folder / f"{number:03d}{odd_name}_ex02.py")] += 1
            continue
        damage = DAMAGES[number % len(DAMAGES)]
        ending = (
            ".ipynb" if damage is in_a_notebook and rng.random() < 0.8 else rng.choice((".py", ".py", ".PY"))
        )
        data = damage(rng, RIGHT.encode("utf-8"))
        with open(os.fsencode(folder / f"{number:03d}{odd_name}_ex02{ending}"), "wb") as file:
            file.write(data)
        kinds[damage.__name__] += 1
    return kinds


def faults(report) -> list[str]:
    """What is wrong with a report, in words; empty if nothing is."""
    words = [report.problem, *(result.message for result in report.results)]
    found = [f"a message that is no printable line: {word!a}" for word in words if not word.isprintable()]
    found += [f"a message of {len(word)} characters" for word in words if len(word) > LARGEST_LINE]
    if "the process that judged it" in report.problem:
        found.append(report.problem)
    if not report.passed and not any(words):
        found.append("it failed without a word")
    return found


def campaign(count: int = 200, seed: int = 0, folder: str | os.PathLike | None = None) -> dict:
    """Make damaged submissions, judge them as a class, and look at every report.

    Parameters
    ----------
    count, seed : int
    folder : path, optional
        An empty one; by default a temporary one.

    Returns
    -------
    dict
        ``tried``, ``kinds`` (how many of each), ``passed``, ``seconds``, and ``failed``: (name, what is wrong).
    """
    with tempfile.TemporaryDirectory() as temporary:
        top = Path(folder or temporary)
        kinds = make(top, count, seed)
        (top / "zzz_right_ex02.py").write_text(RIGHT, encoding="utf-8")
        began = time.monotonic()
        found, _ = submissions(top)
        judged = judge_all(found, exercise=2, time=20.0, memory=512, sandbox=choose(), jobs=cores())
        reports = {report.name: report for _, report in judged}
        failed = [(name, fault) for name, report in reports.items() for fault in faults(report)]
        failed += [(one.name, "it has no row") for one in found if one.name not in reports]
        if not reports["zzz_right_ex02.py"].passed:
            failed.append(("zzz_right_ex02.py", "the right answer among them did not pass"))
        if len(found) != count + 1:
            failed.append((str(top), f"{len(found)} of {count + 1} things were found"))
        write_json(top / "results.json", list(reports.values()), 0)
        write_csv(top / "grades.csv", list(reports.values()))
        passed = sum(report.passed for report in reports.values()) - 1
        seconds = time.monotonic() - began
    return {
        "tried": count,
        "kinds": dict(kinds),
        "passed": passed,
        "seconds": round(seconds, 1),
        "failed": failed,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    outcome = campaign(options.count, options.seed)
    print(json.dumps({**outcome, "failed": len(outcome["failed"])}))
    for name, fault in outcome["failed"]:
        print(f"{name}: {fault}")
    sys.exit(bool(outcome["failed"]))
