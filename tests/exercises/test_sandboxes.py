"""What holds a student's code: the ways out are tried, and none of them leads anywhere."""

import ctypes
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from answers import HERE, solution
from escapes import SOURCE, names

import wta_np
from wta_np.grading import grader
from wta_np.grading.sandbox import bubblewrap, kinds, seccomp
from wta_np.grading.sandbox.process import Hopeless, Student

PACKAGE = Path(wta_np.__file__).resolve().parent
KERNELS = ("bubblewrap", "kernel")
WAYS = names()

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the sandboxes are for Linux")


def needs(kind):
    """Skip, with the reason, where a sandbox does not hold."""
    if kinds.why_not(kind):
        pytest.skip(f"the sandbox {kind} does not hold here: {kinds.why_not(kind)}")


class Outside:
    """What hostile code could reach: a folder with files, sockets that listen, and this process."""

    def __init__(self, folder):
        self.folder, self.name = folder / "class", f"wta-np-{os.getpid()}-{time.monotonic_ns()}"
        self.folder.mkdir()
        self.secret = self.folder / "zoe_ex02.py"
        self.datagrams = socket.socket(type=socket.SOCK_DGRAM)
        self.datagrams.bind(("127.0.0.1", 0))
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.unix, self.abstract = (socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2))
        self.unix.bind(str(self.folder / "socket"))
        self.abstract.bind("\0" + self.name)
        self.lines = (self.datagrams, self.unix, self.abstract)
        for line in self.lines:
            line.setblocking(False)
        self.key = 0x5A5A0000 | os.getpid() & 0xFFFF
        self.restore()

    def restore(self):
        self.secret.unlink(missing_ok=True)
        self.secret.write_text("zoe's work")
        os.chmod(self.secret, 0o640)
        self.before = self.state()

    def state(self):
        about = os.stat(self.secret) if self.secret.exists() else None
        kept = about and (
            about.st_mode,
            about.st_uid,
            about.st_mtime_ns,
            about.st_nlink,
            self.secret.read_text(),
        )
        return sorted(os.listdir(self.folder)), kept, os.listxattr(self.secret) if about else None

    def limits(self):
        names = [name for name in dir(resource) if name.startswith("RLIMIT_")]
        return (
            [resource.getrlimit(getattr(resource, name)) for name in names],
            os.sched_getaffinity(0),
            os.nice(0),
        )

    def told(self):
        """What a process is told of all this."""
        return {
            "secret": str(self.secret),
            "grader": os.getpid(),
            "port": self.datagrams.getsockname()[1],
            "tcp": self.tcp.getsockname()[1],
            "unix": str(self.folder / "socket"),
            "name": self.name,
            "package": str(PACKAGE),
            "solutions": str(HERE / "solutions"),
            "key": self.key,
        }

    def reached(self):
        """What came out or was changed, in words."""
        found = []
        for line in self.lines:
            try:
                found.append(line.recv(99).decode())
            except BlockingIOError:
                continue
        if self.state() != self.before:
            found.append("files were changed")
        found += [
            str(path) for path in (Path("/dev/shm", self.name), Path("/tmp", self.name)) if path.exists()
        ]
        segment = ctypes.CDLL(None).shmget(self.key, 0, 0)
        if segment >= 0:
            found.append("a segment of shared memory")
            ctypes.CDLL(None).shmctl(segment, 0, None)
        return found

    def clean(self):
        for path in (Path("/dev/shm", self.name), Path("/tmp", self.name)):
            path.unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if path.name not in (self.secret.name, "socket"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.restore()

    def close(self):
        for line in (*self.lines, self.tcp):
            line.close()


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    there = Outside(tmp_path_factory.mktemp("outside"))
    yield there
    there.clean()
    there.close()


@pytest.fixture(scope="module")
def prisons():
    """Processes that run the ways out, one for each sandbox, started again where a way ended it."""
    held = SimpleNamespace(students={})

    def attempt(kind, way, there):
        needs(kind)
        if kind not in held.students:
            held.students[kind] = Student(SOURCE, "x.py", 30, time.monotonic() + 3600, 512, kind=kind)
        assert held.students[kind].problem is None, held.students[kind].problem
        try:
            reply = held.students[kind].call("attempt", [way, there])
            return reply.get("result") or f"refused: {reply['problem']['text']}"
        except Hopeless as error:
            held.students.pop(kind).close()
            return f"ended: {error}"

    yield attempt
    for student in held.students.values():
        student.close()


@pytest.mark.parametrize("kind", KERNELS)
@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out(way, kind, prisons, outside):
    before = outside.limits()
    outcome = prisons(kind, way, outside.told())
    reached = outside.reached()
    outside.clean()
    assert outcome != "through" and not reached, (outcome, reached)
    assert outside.limits() == before


# Ways that the guard does not hold, and that do no harm here: if they did not get through where nothing holds them,
# that they do not get through elsewhere would mean nothing.
OPEN_DOORS = (
    "read a file",
    "write",
    "remove",
    "a new file",
    "fork",
    "send a datagram",
    "connect",
    "signal by a handle",
)
OPEN_DOORS += ("read the package", "send to an abstract socket", "read it relative to a folder", "a database")


@pytest.mark.parametrize("way", OPEN_DOORS)
def test_the_ways_are_ways_where_nothing_but_the_guard_holds(way, prisons, outside):
    outcome = prisons("guard", way, outside.told())
    reached = outside.reached()
    outside.clean()
    assert outcome == "through" or (outcome == "look" and reached), (outcome, reached)


def test_the_look_at_a_sandbox_finds_the_holes_of_one_that_is_none():
    found = " ".join(kinds._probe("guard"))
    for words in ("reading", "writing", "new files", "removing", "a datagram", "seeing the grader"):
        assert words in found


# ------------------------------------------------------------------------------ to a wrong 'passed'

SOLUTION, RELU = str(solution(2)), str(PACKAGE / "ops" / "relu.py")
SWITCHED_OFF = SOURCE.partition("LIBC =")[0]
READ = f"""
def taken(path, read):
    text = "\\n".join(line for line in read(path).splitlines() if not line.startswith("from"))
    names = dict.fromkeys(("array_module", "check_arrays", "check_same_shape"), lambda *k, **q: __import__("numpy"))
    exec(text, names)
    return names["relu_backward"]

def direct(path):
    return open(path).read()

def relative(path):
    root = os.open("/", os.O_RDONLY)
    return os.read(os.open(path.lstrip("/"), os.O_RDONLY, dir_fd=root), 10**6).decode()

def linked(path):
    os.link(path, "mine.py")
    return open("mine.py").read()

RELU, SOLUTION = {RELU!r}, {SOLUTION!r}
"""
CHEATS = {
    "the package read": SWITCHED_OFF + READ + "relu_backward = taken(RELU, direct)",
    "the package read relative to a folder": "import os\n" + READ + "relu_backward = taken(RELU, relative)",
    "the package linked": "import os\n" + READ + "relu_backward = taken(RELU, linked)",
    "the solution read": SWITCHED_OFF + READ + "relu_backward = taken(SOLUTION, direct)",
    "the package imported": SWITCHED_OFF
    + f"sys.path.insert(0, {str(PACKAGE.parent)!r})\nfrom wta_np.ops import relu_backward",
}


@pytest.mark.parametrize("kind", KERNELS)
@pytest.mark.parametrize("cheat", CHEATS)
def test_an_answer_that_is_taken_from_elsewhere_does_not_pass(cheat, kind, hand_in):
    needs(kind)
    report = grader.grade_file(hand_in(CHEATS[cheat]), settings=grader.quick(3), sandbox=kind)
    assert report.score == 0 and report.sandbox == kind


def test_the_cheats_would_pass_where_nothing_holds_them(hand_in):
    for cheat in ("the package read", "the package read relative to a folder", "the solution read"):
        report = grader.grade_file(hand_in(CHEATS[cheat]), settings=grader.quick(3), sandbox="guard")
        assert report.passed, (cheat, report.results)


# --------------------------------------------------------------------------------- which one it is


def test_the_best_that_holds_is_chosen_and_nothing_less_than_was_asked_for(monkeypatch):
    reasons = {"bubblewrap": "", "kernel": "", "guard": ""}
    monkeypatch.setattr(kinds, "why_not", reasons.get)
    assert kinds.choose() == "bubblewrap"
    reasons["bubblewrap"] = "bwrap is not installed"
    assert kinds.choose() == "kernel"
    with pytest.raises(OSError, match="bubblewrap does not hold here: bwrap is not installed"):
        kinds.choose("bubblewrap")
    reasons["kernel"] = "this kernel has no Landlock"
    assert kinds.choose("auto") == "guard"
    with pytest.raises(ValueError, match="no sandbox 'cage'"):
        kinds.choose("cage")


def test_a_sandbox_that_breaks_down_later_is_no_reason_to_judge_without(monkeypatch, hand_in):
    needs("bubblewrap")
    broken = [sys.executable, "-c", "import sys; sys.exit('bwrap: no permissions')"]
    monkeypatch.setattr(bubblewrap, "command", lambda script: broken)
    report = grader.grade_file(
        hand_in(solution(2).read_text()), settings=grader.quick(3), sandbox="bubblewrap"
    )
    assert report.score == 0
    assert "the sandbox bubblewrap could not be started: bwrap: no permissions" in report.results[0].message


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_the_filter_of_calls_is_a_program_that_the_kernel_takes(machine):
    lines = seccomp.program(4711, machine)
    assert len(lines) < 4096
    for place, (code, yes, no, _) in enumerate(lines):
        if code & 0x07 == 0x05:  # a jump: forwards, within the program
            assert max(yes, no) < 256 and place + 1 + max(yes, no) < len(lines)
    assert lines[-1][0] == seccomp.RETURN


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_threads_are_no_processes(kind, hand_in):
    needs(kind)
    source = (
        "import numpy as np\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "def relu_backward(dh, a):\n    with ThreadPoolExecutor(2) as pool:\n"
        "        rows = pool.map(lambda pair: pair[0] * (pair[1] > 0), zip(dh, a))\n"
        "        return np.array(list(rows))\n"
    )
    report = grader.grade_file(hand_in(source), settings=grader.quick(3), sandbox=kind)
    assert report.passed, report.results


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("kind", kinds.KINDS)
def test_an_ordinary_user_gets_the_verdicts_that_root_gets(kind):
    needs(kind)
    code = "import wta_np.grading.grader"
    user = {"user": 12345, "group": 12345, "extra_groups": []}
    try:
        done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=False, **user)
    except PermissionError:
        pytest.skip("an ordinary user cannot run this Python")
    if done.returncode:
        pytest.skip("an ordinary user cannot import this wta_np")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        os.chmod(folder, 0o777)
        path = Path(folder) / "ex02.py"
        path.write_text(solution(2).read_text())
        command = [sys.executable, "-m", "wta_np", "grade", str(path), "--sandbox", kind]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **user)
    assert done.returncode == 0 and f"Sandbox: {kind}" in done.stdout, done
