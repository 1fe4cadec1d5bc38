"""Whatever a student's file does, the report has one clear line for it, and nothing is left running."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from answers import solution
from escapes import SOURCE

import wta_np
from wta_np.grading import grader
from wta_np.grading.exercises import exercise
from wta_np.grading.sandbox import process
from wta_np.grading.sandbox.kinds import KINDS, why_not
from wta_np.grading.sandbox.process import MARK

RIGHT = solution(2).read_text(encoding="utf-8")
PACKAGE = Path(wta_np.__file__).parent


def function(body, before=""):
    """A file whose relu_backward has this body."""
    return f"import os, sys\nimport numpy as np\n{before}\n\ndef relu_backward(dh, a):\n    {body}\n"


# The guard says what was tried; where the kernel holds the code, these files are not there, or cannot be opened.
WITHOUT_WTA_NP = (
    "tried to read the files of wta_np",
    "No module named 'wta_np'",
    "No such file",
    "Permission denied",
)
HAZARDS = {
    "a stub": (function("raise NotImplementedError"), "still to be written"),
    "a syntax error": ("def relu_backward(dh, a)\n    return dh\n", "SyntaxError in line 1"),
    "a missing function": (
        "def relu_backwards(dh, a):\n    return dh\n",
        "defines no function relu_backward, but relu_backwards: is that meant?",
    ),
    "a name of another style": (
        "import numpy as np\nfrom math import *\ndef reluBackward(dh, a):\n    return dh\n",
        "defines no function relu_backward, but reluBackward: is that meant?",
    ),
    "a function in a class": (
        "class Solution:\n    def relu_backward(self, dh, a):\n        return dh\n",
        "but Solution.relu_backward, inside of a class, where it is not looked for: is that meant?",
    ),
    "other functions": (
        "def one(): pass\ndef two(): pass\n",
        "defines no function relu_backward, only one, two",
    ),
    "names that no file can give": (
        "def f(): pass\nglobals()['x\\n\\x1b[2J'] = f\nf.__name__ = 'y'\n",
        "only f, x\\n\\x1b[2J",
    ),
    "an empty file": ("", "defines no function relu_backward: it defines no functions at all"),
    "parameters in another order": (
        "def relu_backward(a, dh):\n    return dh * (a > 0)\n",
        "relu_backward(a, dh) takes its parameters in another order than the exercise, relu_backward(dh, a)",
    ),
    "an array of one number": (
        function("return np.ones((2, 2))[0]"),
        "returned da with shape (2,), expected (7, 5)",
    ),
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
        "relu_backward ran for more than 0.5 s: does a loop not end?",
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
        "ran for more than 0.5 s: does a loop not end?",
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
        WITHOUT_WTA_NP,
    ),
    "files of wta_np": (
        function(f"open({str(PACKAGE / 'ops' / 'relu.py')!r})"),
        WITHOUT_WTA_NP,
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
    """Grades a solution of exercise 2, whose calls may take 128 MiB, and 30 s unless they never end."""

    def judge(source, call_time=30, sandbox="auto"):
        monkeypatch.setattr(grader, "exercise_of", lambda name: replace(exercise(2), call_time=call_time))
        return grader.grade_file(hand_in(source), memory=128, settings=grader.quick(10), sandbox=sandbox)

    return judge


@pytest.mark.parametrize("hazard", HAZARDS)
def test_one_clear_line_says_what_happened(hazard, judged):
    source, words = HAZARDS[hazard]
    report = judged(source, 0.5) if "ran for more than 0.5 s" in words else judged(source)
    assert not report.passed
    messages = [result.message for result in report.results]
    assert any(w in messages[0] + messages[1] for w in ([words] if isinstance(words, str) else words)), (
        messages
    )
    assert all("\n" not in message and message.isprintable() for message in messages)


HARMLESS = {
    "prints": function("print('dh', dh.shape); return dh * (a > 0)"),
    "bytes on standard output": function("os.write(1, b'\\x00\\xff' * 99); return dh * (a > 0)"),
    "a closed standard output": function("sys.stdout.close(); return dh * (a > 0)"),
    "reads from standard input": function("sys.stdin.read(); return dh * (a > 0)"),
    "a list of results in NumPy's numbers": function("return np.where(a > 0, dh, 0)"),
    "a main part": RIGHT + "\nif __name__ == '__main__':\n    relu_backward(1, 2, 3)\n",
    "another module": "import math, itertools, numpy.linalg, dataclasses\n" + RIGHT,
    "a dataclass": "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n" + RIGHT,
    "everything of NumPy": "from numpy import *\nimport numpy.testing\n" + RIGHT,
    "NumPy's tests": "import numpy as np\n"
    + RIGHT
    + "\nnp.testing.assert_allclose(relu_backward(np.ones(2), np.ones(2)), 1)\n",
    "the name of the machine": "import platform\nprint(platform.platform())\n" + RIGHT,
    "a library, if it is there": "try:\n    import torch\nexcept ModuleNotFoundError:\n    pass\n" + RIGHT,
    "exit in a branch that is not taken": function("return dh * (a > 0) if callable(exit) else exit()"),
    "threads": function(
        "with ThreadPoolExecutor(2) as p: return np.array(list(p.map(np.multiply, dh, a > 0)))",
        "from concurrent.futures import ThreadPoolExecutor",
    ),
    "a file of its own": function("open('notes.txt', 'w').write('x'); return dh * (a > 0)"),
}


@pytest.mark.parametrize("harmless", HARMLESS)
def test_what_does_no_harm_passes(harmless, judged):
    report = judged(HARMLESS[harmless])
    assert report.passed and not report.notes, report


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_no_harm_passes_in_every_sandbox(kind, judged):
    if why_not(kind):
        pytest.skip(f"the sandbox {kind} does not hold here: {why_not(kind)}")
    imports = "".join(f"import {name}\n" for name in ("ssl", "sqlite3", "bz2", "lzma", "decimal", "zoneinfo"))
    own_file = (
        "open('x', 'w').write('1'); assert open('x').read() == '1'\nzoneinfo.ZoneInfo('Europe/Paris')\n"
    )
    report = judged(imports + own_file + "from numpy import *\n" + RIGHT, sandbox=kind)
    assert report.passed and report.sandbox == kind, report.results


def test_what_was_printed_is_shown_up_to_a_length(judged):
    assert "dh (7, 5)" in judged(HARMLESS["prints"]).printed
    assert len(judged(function("print('x' * 9999); return dh * (a > 0)")).printed) < 1000


def test_other_functions_are_still_judged_after_one_that_hangs(hand_in, monkeypatch):
    monkeypatch.setattr(grader, "exercise_of", lambda name: replace(exercise(3), call_time=0.5))
    source = (
        solution(3).read_text(encoding="utf-8") + "\ndef winners_per_unit(rate, n):\n    while True: pass\n"
    )
    report = grader.grade_file(hand_in(source, "ex03_lifetime_mask.py"), settings=grader.quick(5))
    assert [result.passed for result in report.results[:5]] == [False, True, True, True, True]


def test_numbers_in_arrays_of_no_axes_and_named_tuples_are_what_they_are(hand_in):
    source = solution(14).read_text(encoding="utf-8")
    squeezed = source.replace("def squared_hinge_forward", "def plain") + (
        "\n\ndef squared_hinge_forward(s, t, C):\n    return np.squeeze(np.array([[plain(s, t, C)]]))\n"
    )
    report = grader.grade_file(hand_in(squeezed, "ex14.py"), settings=grader.quick(3))
    assert report.passed, report.results
    source = solution(1).read_text(encoding="utf-8").replace("def linear_backward", "def plain")
    named = "\nimport collections\nGradients = collections.namedtuple('Gradients', 'dx dW db')\n"
    named += "def linear_backward(dy, x, W):\n    return Gradients(*plain(dy, x, W))\n"
    report = grader.grade_file(hand_in(source + named, "ex01.py"), settings=grader.quick(3))
    assert report.passed, report.results


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"x": 1},
        7,
        {"result": 1, "changed": [9], "refused": []},
        {"result": 1, "changed": [], "refused": "x"},
        {"problem": {"kind": 1, "text": "", "line": None, "code": ""}, "refused": []},
        {"problem": {"text": ""}, "refused": []},
        {"result": 1, "changed": [True], "refused": []},
    ],
)
def test_a_forged_answer_ends_the_process_and_is_one_line(reply, judged):
    forge = (
        "import gc, io, json, struct\n"
        "def forge(value):\n"
        "    text = json.dumps({'value': value, 'arrays': []}).encode()\n"
        "    for o in gc.get_objects():\n"
        "        if isinstance(o, io.BufferedWriter) and o.fileno() > 2:\n"
        "            o.write(struct.pack('<I', len(text)) + text); o.flush()\n"
    )

    def packed(value):
        if isinstance(value, dict):
            return {"dict": {key: packed(part) for key, part in value.items()}}
        return {"list": [packed(part) for part in value]} if isinstance(value, list) else value

    for source in (
        forge + RIGHT + f"\nforge({packed(reply)!r})\n",
        function(f"forge({packed(reply)!r}); import time; time.sleep(99)", forge),
    ):
        report = judged(source)
        assert "sent what is no answer" in report.results[0].message, report.results[0].message


def test_a_header_that_announces_too_much_takes_no_memory(judged):
    announce = (
        "import gc, io, json, struct\n"
        "def relu_backward(dh, a):\n"
        "    text = json.dumps({'value': 1, 'arrays': [['|u1', [1 << 27]]] * 40}).encode()\n"
        "    for o in gc.get_objects():\n"
        "        if isinstance(o, io.BufferedWriter) and o.fileno() > 2:\n"
        "            o.write(struct.pack('<I', len(text)) + text); o.flush()\n"
    )
    assert "arrays are too large" in judged(announce).results[0].message


@pytest.mark.parametrize("kind", KINDS)
def test_time_in_which_a_busy_machine_has_no_core_is_not_the_codes(kind, monkeypatch):
    if why_not(kind) or not Path("/proc/self/schedstat").exists():
        pytest.skip("needs this sandbox, and a kernel that counts how long a process waits")
    source = "import os, time\ndef f(x):\n    time.sleep(x)\n    return os.getpid()\n"
    with process.Student(source, "x.py", 0.2, time.monotonic() + 60, 128, kind=kind) as student:
        inside = Path(f"/proc/{student._pid}/status").read_text().splitlines()
        (pids,) = [line.split()[1:] for line in inside if line.startswith("NSpid")]
        student.call_time = 30
        assert student.call("f", [0.0])["result"] == int(
            pids[-1]
        )  # it is the student's process that is looked at
        student.call_time = 0.2
        slow = iter([0.0, *[100.0] * 10_000])
        monkeypatch.setattr(process, "waited", lambda pid: next(slow))
        assert "result" in student.call("f", [0.6])
        monkeypatch.setattr(process, "waited", lambda pid: 0.0)
        with pytest.raises(process.Lost, match="ran for more than"):
            student.call("f", [60.0])


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
    judged(HAZARDS["an infinite loop"][0], 0.5)
    judged(RIGHT)
    assert len(children()) == len(before)


def _text(path):
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_what_code_leaves_running_in_the_guard_is_ended(judged):
    switched_off = SOURCE.partition("LIBC =")[0]
    forks = "\nif os.fork() == 0:\n    os.setsid()\n    import time\n    time.sleep(600)\n"
    report = judged(switched_off + forks + RIGHT + "\nprint('loaded')\n", sandbox="guard")
    assert report.passed and "loaded" in report.printed
    mine = f"{MARK}={os.getpid()}-".encode()
    assert not any(mine in _environment(p) for p in Path("/proc").glob("[0-9]*/environ"))


def _environment(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


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
