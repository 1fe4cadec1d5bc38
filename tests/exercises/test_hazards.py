"""Whatever a student's file does, the report has one clear line for it, and nothing is left running."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from answers import solution

import wta_np
from wta_np.grading import grader
from wta_np.grading.exercises import exercise

RIGHT = solution(2).read_text(encoding="utf-8")
PACKAGE = Path(wta_np.__file__).parent


def function(body, before=""):
    """A file whose relu_backward has this body."""
    return f"import os, sys\nimport numpy as np\n{before}\n\ndef relu_backward(dh, a):\n    {body}\n"


HAZARDS = {
    "a stub": (function("raise NotImplementedError"), "still to be written"),
    "a syntax error": ("def relu_backward(dh, a)\n    return dh\n", "SyntaxError in line 1"),
    "a missing function": (
        "def relu_backwards(dh, a):\n    return dh\n",
        "defines no function relu_backward",
    ),
    "an empty file": ("", "defines no function relu_backward"),
    "an exception": (function("return dh / missing"), "raised NameError in line 6: name 'missing' is not"),
    "an exception while it is loaded": (
        "x = 1 / 0\n" + RIGHT,
        "cannot be run: raised ZeroDivisionError in line 1",
    ),
    "another number of arguments": ("def relu_backward(dh):\n    return dh\n", "raised TypeError"),
    "None": (function("dh * (a > 0)"), "returned None, expected da: is the return missing?"),
    "another shape": (function("return (dh * (a > 0)).T"), "returned da with shape (5, 7), expected (7, 5)"),
    "another dtype": (
        function("return (dh * (a > 0)).astype('f4')"),
        "returned da of float32, expected float64",
    ),
    "a list": (function("return (dh * (a > 0)).tolist()"), "returned list as da, expected an array"),
    "something else": (function("return (x for x in dh)"), "returned generator as da, expected an array"),
    "an array of objects": (function("return dh.astype(object)"), "returned array of object as da"),
    "NaN": (function("return np.sqrt(-1 - dh**2)"), "returned nan in da at [0"),
    "a changed argument": (function("dh *= a > 0; return dh"), "changed its argument dh: work on a copy"),
    "an infinite loop": (
        function("while True: pass"),
        "relu_backward ran for more than 0.5 s: does a loop not",
    ),
    "an infinite loop while it is loaded": ("while True: pass\n", "the file ran for more than 0.5 s"),
    "100 GB": (
        function("return np.ones((100, 1000, 1000, 125))"),
        "more memory than it may have (128 MiB) in line",
    ),
    "a text without end": (function("x = '0'\n    while True: x += x"), "more memory than it may have"),
    "sys.exit": (function("sys.exit(0)"), "ended the program in line 6 instead of returning"),
    "sys.exit while it is loaded": ("import sys\nsys.exit(0)\n", "ended the program in line 2"),
    "os._exit": (function("os._exit(3)"), "ended the process with exit status 3"),
    "os._exit with success": (function("os._exit(0)"), "ended the process: nothing was returned"),
    "a fork bomb": (function("while True: os.fork()"), "tried to start another process"),
    "a fork bomb that goes on": (
        function("while True:\n        try: os.fork()\n        except Exception: pass"),
        "ran for more than 0.5 s",
    ),
    "another program": (function("os.system('true')"), "tried to start another process"),
    "a subprocess": (
        function("subprocess.run(['true'])", "import subprocess"),
        "tried to start another process",
    ),
    "a spawned worker": (
        function("multiprocessing.get_context('spawn').Process().start()", "import multiprocessing"),
        "tried to",
    ),
    "a signal": (function("os.kill(os.getppid(), 9)"), "tried to send a signal"),
    "a connection": (
        function("socket.create_connection(('127.0.0.1', 9))", "import socket"),
        "tried to open a",
    ),
    "prints without end": (
        function("while True: print('x' * 1000)"),
        "relu_backward printed more than 1 MiB",
    ),
    "errors printed without end": (
        function("while True: print('x' * 1000, file=sys.stderr)"),
        "printed more than",
    ),
    "wta_np": ("import wta_np\n" + RIGHT, "the code imports wta_np"),
    "a part of wta_np": ("from wta_np.ops import relu_backward\n", "the code imports wta_np"),
    "wta_np, tried": (
        "try:\n    import wta_np\nexcept Exception:\n    pass\n" + RIGHT,
        "the code imports wta_np",
    ),
    "wta_np, in a function": (
        function("import wta_np.ops; return wta_np.ops.relu_backward(dh, a)"),
        "imports wta_np",
    ),
    "wta_np, by its path": (
        f"import sys\nsys.path.insert(0, {str(PACKAGE.parent)!r})\nsys.meta_path.pop(0)\nimport wta_np\n",
        "tried to read the files of wta_np",
    ),
    "files of wta_np": (
        function(f"open({str(PACKAGE / 'ops' / 'relu.py')!r})"),
        "tried to read the files of wta_np",
    ),
    "another library": ("import torch\n" + RIGHT, "torch is not to be imported here"),
    "garbage into the answers": (
        function(
            "for i in range(3, 20):\n        try: os.write(i, b'no message' * 9)\n        except OSError: pass"
        ),
        "sent what is no answer",
    ),
    "endless recursion": (function("return relu_backward(dh, a)"), "raised RecursionError"),
    "an exception that cannot be printed": (
        function("raise Bad", "class Bad(Exception):\n    def __str__(self): return 1 / 0"),
        "raised Bad in line",
    ),
    "chance": (
        function("return dh * (a > 0) * np.random.default_rng().random()"),
        "gives another da when",
    ),
    "a huge result": (function("return np.broadcast_to(1.0, (10**5, 10**5))"), "too much for one message"),
}


@pytest.fixture
def judged(hand_in, monkeypatch):
    """Grades a solution of exercise 2, whose calls may take half a second and 128 MiB."""
    monkeypatch.setattr(grader, "exercise_of", lambda name: replace(exercise(2), call_time=0.5))

    def judge(source):
        return grader.grade_file(hand_in(source), memory=128, settings=grader.quick(10))

    return judge


@pytest.mark.parametrize("hazard", HAZARDS)
def test_one_clear_line_says_what_happened(hazard, judged):
    source, words = HAZARDS[hazard]
    report = judged(source)
    assert not report.passed
    assert words in report.results[1].message, report.results[1].message
    assert all("\n" not in result.message for result in report.results)


HARMLESS = {
    "prints": function("print('dh', dh.shape); return dh * (a > 0)"),
    "bytes on standard output": function("os.write(1, b'\\x00\\xff' * 99); return dh * (a > 0)"),
    "a closed standard output": function("sys.stdout.close(); return dh * (a > 0)"),
    "reads from standard input": function("sys.stdin.read(); return dh * (a > 0)"),
    "a list of results in NumPy's numbers": function("return np.where(a > 0, dh, 0)"),
    "a main part": RIGHT + "\nif __name__ == '__main__':\n    relu_backward(1, 2, 3)\n",
    "another module": "import math, itertools, numpy.linalg, dataclasses\n" + RIGHT,
    "a dataclass": "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n" + RIGHT,
    "a file of its own": function("open('notes.txt', 'w').write('x'); return dh * (a > 0)"),
}


@pytest.mark.parametrize("harmless", HARMLESS)
def test_what_does_no_harm_passes(harmless, judged):
    report = judged(HARMLESS[harmless])
    assert report.passed, report.results


def test_what_was_printed_is_shown_up_to_a_length(judged):
    assert "dh (7, 5)" in judged(HARMLESS["prints"]).printed
    assert len(judged(function("print('x' * 9999); return dh * (a > 0)")).printed) < 1000


def test_a_file_that_is_no_text_is_one_line(hand_in):
    path = hand_in("")
    path.write_bytes(b"\xff\xfe\x00")
    assert "no text in UTF-8" in grader.grade_file(path).results[0].message


def test_other_functions_are_still_judged_after_one_that_hangs(hand_in, monkeypatch):
    monkeypatch.setattr(grader, "exercise_of", lambda name: replace(exercise(3), call_time=0.5))
    source = (
        solution(3).read_text(encoding="utf-8") + "\ndef winners_per_unit(rate, n):\n    while True: pass\n"
    )
    report = grader.grade_file(hand_in(source, "ex03_lifetime_mask.py"), settings=grader.quick(5))
    assert [result.passed for result in report.results] == [False, True, True, True, True]


def test_the_time_of_a_whole_file_has_an_end(hand_in):
    source = function("time.sleep(0.3); return dh * (a > 0)", "import time")
    report = grader.grade_file(hand_in(source), total_time=1, settings=grader.quick(50))
    assert "the time for the file was over" in report.results[1].message


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_nothing_is_left_running(judged):
    def children():
        mine = f"PPid:\t{os.getpid()}\n"
        paths = [p for p in Path("/proc").glob("[0-9]*/status") if p.exists()]
        return [p for p in paths if mine in _text(p) and "\nState:\tZ" not in _text(p)]

    before = children()
    judged(HAZARDS["an infinite loop"][0])
    judged(RIGHT)
    assert len(children()) == len(before)


def _text(path):
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_where_the_system_limits_no_memory_the_process_ends_itself():
    code = (
        f"import sys; sys.path.insert(0, {str(PACKAGE / 'grading' / 'sandbox')!r})\n"
        "import threading, limits\n"
        "threading.Thread(target=limits.watch_memory, args=(1 << 28,), daemon=True).start()\n"
        "x = [b'x' * (1 << 20) for _ in range(600)]\n"
        "import time; time.sleep(20)\n"
    )
    status = subprocess.run([sys.executable, "-I", "-c", code], timeout=60, check=False).returncode
    assert status == 77
