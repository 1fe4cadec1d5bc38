"""How bytes that are handed in become code: encodings, notebooks, and things in a folder that are no files."""

import json
import os
import socket
import sys

import pytest
from answers import solution

from wta_np.grading import grader
from wta_np.grading.notebook import code_of
from wta_np.grading.source import MAX_NOTEBOOK, MAX_SOURCE, Unreadable, decode, read_source

RIGHT = solution(2).read_text(encoding="utf-8")
UMLAUT = "# fine\n# Müller\n" + RIGHT


@pytest.mark.parametrize(
    "data",
    [
        UMLAUT.encode("utf-8"),
        UMLAUT.encode("utf-8-sig"),
        ("# -*- coding: latin-1 -*-\n" + UMLAUT).encode("latin-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n" + UMLAUT).encode("cp1252"),
        ("# coding: utf-8\n" + UMLAUT).encode("utf-8-sig"),
        ("# coding: shift_jis\n# \u65e5\u672c\n" + RIGHT).encode("shift_jis"),
        UMLAUT.replace("\n", "\r\n").encode(),
        UMLAUT.replace("\n", "\r").encode(),
        UMLAUT.encode() + b"x = 1\n# coding: rot13\n",
    ],
)
def test_text_is_read_as_python_reads_it(data):
    text = decode(data)
    assert text.isascii() or "M\u00fcller" in text or "\u65e5\u672c" in text
    names = {}
    exec(text, names)
    assert callable(names["relu_backward"])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (UMLAUT.encode("cp1252"), "line 2 holds the byte 0xfc, ü in Windows-1252: save the file as UTF-8"),
        (UMLAUT.encode("utf-16"), "text in UTF-16, which Python does not read: save it as UTF-8"),
        (UMLAUT.encode("utf-32"), "text in UTF-32"),
        (UMLAUT.encode("utf-16-be"), "NUL character in line 1"),
        (b"x = 1\n\0", "NUL character in line 2"),
        (b"# coding: rot13\n", "line 1 declares the encoding rot13, which is none of text"),
        (b"\n# coding: zlib\n", "line 2 declares the encoding zlib"),
        (b"# coding=hex\n", "encoding hex"),
        (b"# coding: bz2_codec\n", "encoding bz2_codec"),
        (b"# coding: uu\n", "encoding uu"),
        (b"# coding: punycode\n", "encoding punycode"),
        (b"# coding: unicode_escape\n", "encoding unicode_escape"),
        (b"# coding: nothing-like-it\n", "encoding nothing-like-it"),
        (b"# coding: " + b"x" * 9999, "encoding xxx"),
        (b"# coding: utf-8\n# \xff\n", "line 2 holds the byte 0xff"),
        (b"# coding: ascii\n# \xc3\xbc\n", "not text as line 1 or 2 declares (ascii): line 2"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "declares latin-1, but the file begins with the mark of UTF-8"),
        (b"\x80\x04\x95pickle\0\0", "NUL character in line 1"),
        (b"\x80\x04\x95pickle", "line 1 holds the byte 0x80, € in Windows-1252"),
    ],
)
def test_what_is_no_text_is_one_sentence_with_its_line(data, words):
    with pytest.raises(Unreadable) as caught:
        decode(data)
    message = str(caught.value)
    assert words in message and len(message) < 250 and message.isprintable()


def test_a_file_that_is_no_text_fails_every_law_with_this_sentence(hand_in):
    path = hand_in("")
    path.write_bytes(UMLAUT.encode("cp1252"))
    report = grader.grade_file(path)
    assert [result.message for result in report.results] == [report.problem] * len(report.exercise.laws)
    assert "line 2" in report.problem and report.sandbox == ""


# ------------------------------------------------------------------------------------------ notebooks


def notebook(*cells, **more):
    code = [
        {"cell_type": "code", "source": c.splitlines(keepends=True), "outputs": [], "metadata": {}}
        for c in cells
    ]
    text = {"cell_type": "markdown", "source": "# not code"}
    return json.dumps({"cells": [text, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more})


def test_a_notebook_is_judged_by_its_code_cells_and_that_is_said(hand_in):
    cells = ("%matplotlib inline\nimport numpy as np", RIGHT, "!ls\nrelu_backward?\nx = !pwd")
    report = grader.grade_file(hand_in(notebook(*cells), "ex02.ipynb"), settings=grader.quick(3))
    assert report.passed, report.results
    assert report.notes == [
        "it is a notebook: its 3 code cells are judged as one file; "
        "4 lines of magics or shell commands are left out"
    ]


def test_a_notebook_by_the_name_of_a_python_file_is_one(hand_in):
    report = grader.grade_file(hand_in(notebook(RIGHT), "ex02.py"), settings=grader.quick(3))
    assert report.passed and "its code cell is judged" in report.notes[0]


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("x = (7\n% 4)\n%time y = 1\nassert x == 3", 1),
        ('"""\n%not a magic\n!nor this\n"""\nx = 3', 0),
        ("%%time\nx = 3", 1),
        ("%%bash\nrm -rf /\necho $x", 3),
        ("%%writefile a.py\nx =", 2),
        ("if True:\n    %time\n    x = 3", 1),
        ("if True:\n    !ls\nx = 3", 1),
        ("files = !ls\nfiles, x = None, 3", 1),
        ("?print\nprint??\nx = 3", 2),
        ("", 0),
    ],
)
def test_only_lines_that_are_no_python_are_left_out(cell, left):
    source, notes = code_of(notebook(cell))
    names = {}
    exec(source, names)
    assert names.get("x", 3) == 3
    assert (f"{left} line" in notes[0]) == bool(left)


def test_a_fault_in_a_cell_stays_a_fault_in_its_line(hand_in):
    report = grader.grade_file(hand_in(notebook("%time\nx = (", RIGHT), "ex02.ipynb"))
    assert "SyntaxError in line 3" in report.results[0].message


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', "[" * 10**5, "null", '{"worksheets": [{}]}']
    + [f'{{"cells": [], "x": {"9" * 5000}}}'][sys.version_info < (3, 11) :]
    + ['{"cells": [{"cell_type": "code", "source": [3]}]}'],
)
def test_what_is_no_notebook_is_one_sentence(text, hand_in):
    report = grader.grade_file(hand_in(text, "ex02.ipynb"))
    assert "not a notebook that can be read" in report.problem and report.score == 0


def test_a_notebook_of_the_third_format_is_read():
    cell = {"cell_type": "code", "input": ["x = 3"], "language": "python"}
    assert "x = 3" in code_of(json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell]}]}))[0]


# ------------------------------------------------------------------------------------ no files at all


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such things in folders")
def test_what_is_no_file_is_refused_in_a_sentence_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "ex02_pipe.py")
    (tmp_path / "ex02_zero.py").symlink_to("/dev/zero")
    (tmp_path / "ex02_folder.py").mkdir()
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(tmp_path / "ex02_s.py"))
    words = {"pipe": "a named pipe", "zero": "a device", "folder": "a folder", "s": "a socket"}
    for name, kind in words.items():
        with pytest.raises(ValueError, match=f"is {kind}, expected a file"):
            read_source(tmp_path / f"ex02_{name}.py")


@pytest.mark.parametrize(("name", "limit"), [("ex02.py", MAX_SOURCE), ("ex02.ipynb", MAX_NOTEBOOK)])
def test_the_limit_of_the_size_is_said_before_anything_is_read(name, limit, tmp_path):
    with open(tmp_path / name, "wb") as file:
        file.truncate(1 << 40)  # without any blocks
    with pytest.raises(ValueError, match=f"has {1 << 40} bytes, expected at most {limit}"):
        read_source(tmp_path / name)
