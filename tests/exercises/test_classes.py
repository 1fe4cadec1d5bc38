"""The results of a class: whatever one file is, is called or does, all the others are judged and the table is there."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from answers import solution

from wta_np._utils.text import visible
from wta_np.cli import main
from wta_np.grading import grader, pool
from wta_np.grading.collect import submissions
from wta_np.grading.exercises import exercise
from wta_np.grading.grader import Report, Result
from wta_np.grading.report import as_text, write_csv, write_json
from wta_np.grading.sandbox.kinds import choose

RIGHT = solution(2).read_text(encoding="utf-8")
LAWS = len(exercise(2).laws)
RAISES = "def relu_backward(dh, a):\n    raise ValueError({!r})\n"
linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="looks into /proc, and needs pipes with names"
)


@pytest.fixture(autouse=True)
def few_examples(monkeypatch):
    monkeypatch.setattr(grader, "thorough", lambda: grader.quick(3))
    monkeypatch.setattr(pool, "thorough", lambda: grader.quick(3))


def table(path):
    """Rows of a CSV by the name of the submission."""
    return {row["submission"]: row for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))}


# ----------------------------------------------------------------------------- what a folder holds


@linux
def test_every_thing_that_is_handed_in_has_a_row_or_is_named(tmp_path, hand_in, capsys):
    folder = tmp_path / "class"
    hand_in(RIGHT, "class/anna/ex02.py")
    hand_in(RIGHT, "class/EX02_ANTON.PY")
    hand_in(RIGHT, "class/__ex02_ada.py")
    hand_in("# another\n" + RIGHT, "class/Exercise 2 (bea).py")
    hand_in("def relu_backward(dh, a)", "class/ex02_bert.py")
    hand_in(json.dumps({"cells": [{"cell_type": "code", "source": RIGHT}]}), "class/ex02_carla.ipynb")
    with open(os.fsencode(folder) + b"/M\xfcller_ex02.py", "wb") as file:
        file.write(RIGHT.encode())
    hand_in("# red\n" + RIGHT, "class/\x1b[31mdora_ex02.py")
    hand_in("# line\n" + RIGHT, "class/emil\nex02.py")
    os.mkfifo(folder / "ex02_fifo.py")
    (folder / "ex02_zero.py").symlink_to("/dev/zero")
    (folder / "ex02_folder.py").mkdir()
    (folder / "ex02_solution.py").symlink_to(solution(2))
    (folder / "ex02_broken.py").symlink_to("nowhere")
    (folder / "linked").symlink_to(solution(2).parent)
    hand_in("", "class/report.pdf")
    for name in (".git/ex02.py", "__pycache__/ex02.py", "__MACOSX/ex02.py", "__init__.py", "._ex02.py"):
        hand_in(RIGHT, f"class/{name}")
    status = main(
        ["grade", str(folder), "--csv", str(tmp_path / "g.csv"), "--json", str(tmp_path / "r.json")]
    )
    rows, out = table(tmp_path / "g.csv"), capsys.readouterr().out
    passed = {name for name, row in rows.items() if row["passed"] == "yes"}
    assert status == 1
    assert passed == {
        "anna/ex02.py",
        "EX02_ANTON.PY",
        "__ex02_ada.py",
        "Exercise 2 (bea).py",
        "ex02_carla.ipynb",
        "M\\xfcller_ex02.py",
        "\\x1b[31mdora_ex02.py",
        "emil\\nex02.py",
    }
    problems = {name: row["first_problem"] for name, row in rows.items() if name not in passed}
    assert problems.keys() == {"ex02_bert.py", "ex02_fifo.py", "ex02_zero.py", "ex02_solution.py"} | {
        "ex02_folder.py",
        "ex02_broken.py",
        "linked",
    }
    assert problems["ex02_fifo.py"] == "is a named pipe, expected a file"
    assert all("is a link" in problems[f"ex02_{name}.py"] for name in ("zero", "solution", "broken"))
    assert problems["ex02_folder.py"] == "is a folder, expected a file"
    assert "link to a folder" in problems["linked"]
    assert rows["EX02_ANTON.PY"]["notes"] == ""
    assert rows["anna/ex02.py"]["notes"] == "the same file as EX02_ANTON.PY, byte for byte"
    assert "notebook" in rows["ex02_carla.ipynb"]["notes"]
    assert "neither Python nor notebooks: report.pdf" in out
    assert "\x1b" not in out and "8 of 15 files obey every law" in out
    tests = json.loads((tmp_path / "r.json").read_text())["tests"]
    assert {test["name"].split(": ")[0] for test in tests} == set(rows)


@pytest.mark.parametrize("asked", ["../../.work/__old", ".", "../__old", "{absolute}"])
def test_how_the_folder_itself_is_reached_and_called_does_not_matter(asked, tmp_path, hand_in, monkeypatch):
    hand_in(RIGHT, ".work/__old/anna/ex02.py")
    monkeypatch.chdir(tmp_path / ".work" / "__old")
    found, _ = submissions(asked.format(absolute=tmp_path / ".work" / "__old"))
    assert [one.name for one in found] == ["anna/ex02.py"]


# ------------------------------------------------------------------------------- encodings of output


def test_a_strict_and_narrow_standard_output_costs_no_result(tmp_path, hand_in):
    hand_in(RAISES.format("Größe \udcff falsch"), "class/a_ex02.py")
    hand_in("def relu_backward(dh, a):\n    return dh * (a \u2265 0)\n", "class/b_ex02.py")
    hand_in(RIGHT, "class/z_ex02.py")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii:strict", "PYTHONUTF8": "0", "LC_ALL": "C"}
    command = [
        sys.executable,
        "-m",
        "wta_np",
        "grade",
        "class",
        "--csv",
        "g.csv",
        "--json",
        "r.json",
        "--jobs",
        "1",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=300
    )
    rows = table(tmp_path / "g.csv")
    assert done.returncode == 1 and len(rows) == 3 and rows["z_ex02.py"]["passed"] == "yes"
    assert "Größe \\xff falsch" in rows["a_ex02.py"]["first_problem"]
    assert len(json.loads((tmp_path / "r.json").read_text())["tests"]) == 3 * LAWS
    assert f"z_ex02.py: {LAWS} of {LAWS}".encode() in done.stdout and b"Traceback" not in done.stderr


@linux
@pytest.mark.parametrize("redirection", [">&- 2>&-", ">/dev/full 2>/dev/full", "| true"])
def test_closed_full_and_broken_pipes_cost_no_result(redirection, tmp_path, hand_in):
    hand_in(RIGHT, "class/a_ex02.py")
    hand_in(RIGHT + "# z\n", "class/z_ex02.py")
    command = f"{sys.executable} -m wta_np grade class --csv g.csv --jobs 1 {redirection}"
    shell = ["bash", "-c", f"set -o pipefail; {command}"]
    done = subprocess.run(shell, cwd=tmp_path, capture_output=True, check=False, timeout=300)
    rows = table(tmp_path / "g.csv")
    assert [row["passed"] for row in rows.values()] == ["yes", "yes"]
    lost = 2 if "full" in redirection else 0  # a reader that is there, and does not get what is printed
    assert done.returncode == lost and b"Traceback" not in done.stderr and b"BrokenPipe" not in done.stderr, (
        done
    )


# -------------------------------------------------------------------- words that a student controls

EVIL = {
    "a line of its own": ("x\nbob: 2 of 2", "x bob: 2 of 2"),
    "escape sequences": ("\x1b[2K\x1b[1Gbob\x1b[8m\x07\x9b", "\\x1b[2K\\x1b[1Gbob\\x1b[8m\\x07\\x9b"),
    "a carriage return": ("x\rbob", "x bob"),
    "letters in another order": ("\u202etxt.exe\u2066\u200f", "\\u202etxt.exe\\u2066\\u200f"),
    "nothing to see": ("a\u200b\ufeff\u2060\U000e0041b", "a\\u200b\\ufeff\\u2060\\U000e0041b"),
    "other ends of lines": ("a\u2028b\u2029c\x85d\x0b\x0c", "a b c d"),
    "half a character": ("\udcff\ud800", "\\xff\\ud800"),
}


@pytest.mark.parametrize("evil", EVIL)
def test_what_a_terminal_would_obey_is_shown(evil, tmp_path, hand_in):
    text, shown = EVIL[evil]
    name = "Half" if "\ud800" in text else text  # Python refuses that as a name itself
    source = f"import sys\nsys.stdout.reconfigure(errors='surrogatepass')\nprint({text!r})\nNAME = {name!r}\n"
    source += f"def relu_backward(dh, a):\n    raise type(NAME, (ValueError,), {{}})({text!r})\n"
    report = grader.grade_file(hand_in(source, "ex02.py"), settings=grader.quick(3))
    report.name = visible(text)
    printed = as_text(report)
    assert shown in report.results[0].message
    assert len(printed.encode().splitlines()) == printed.count("\n")
    write_json(tmp_path / "r.json", [report], 1)
    write_csv(tmp_path / "g.csv", [report])
    output = "".join(test["output"] for test in json.loads((tmp_path / "r.json").read_text())["tests"])
    for place in (printed, output, (tmp_path / "g.csv").read_text(encoding="utf-8")):
        assert all(c.isprintable() or c == "\n" for c in place), ascii(place)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\uff1d1+1", "\t=1"])
def test_a_spreadsheet_calculates_nothing_of_a_students(cell, tmp_path):
    failed = Result("law", "title", False, visible(cell))
    write_csv(
        tmp_path / "g.csv",
        [Report(visible(cell), None, [failed], problem=visible(cell), notes=[visible(cell)])],
    )
    (row,) = table(tmp_path / "g.csv").values()
    for column in ("submission", "first_problem", "notes"):
        assert row[column].startswith("'") or visible(cell) == row[column] == "\\t=1"


# --------------------------------------------------------------------------- results, whatever happens


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["solution.py"], "does not say which exercise"),
        (["nowhere.py", "--exercise", "2"], "No such file"),
        (["big_ex02.py"], "bytes, expected at most"),
        (["empty"], "no Python files"),
        (["ex02.py", "--exercise", "99"], "no exercise 99"),
        (["ex02.py", "--time", "-1"], "--time"),
        (["empty", "--jobs", "0"], "--jobs"),
    ],
)
def test_gradescope_finds_results_even_where_nothing_could_be_judged(
    arguments, words, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("solution.py").write_text("x = 1\n")
    Path("ex02.py").write_text(RIGHT)
    Path("big_ex02.py").write_text("#" * (1 << 20) + "\n#")
    Path("empty").mkdir()
    assert main(["grade", *arguments, "--json", "r.json", "--csv", "g.csv"]) == 2
    results = json.loads(Path("r.json").read_text())
    assert results["score"] == 0 and words in results["output"] and words in results["tests"][0]["output"]
    assert results["tests"][0]["status"] == "failed"
    assert Path("g.csv").read_text().startswith("submission,")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_place_for_results_that_cannot_be_written_is_known_before_anything_is_judged(
    tmp_path, hand_in, capsys
):
    path = hand_in("raise SystemExit('judged')", "ex02.py")
    (tmp_path / "taken").mkdir()
    assert main(["grade", str(path), "--json", str(tmp_path / "taken")]) == 2
    assert "taken" in capsys.readouterr().err


def test_less_than_the_sandbox_that_was_asked_for_is_refused(hand_in, monkeypatch, capsys, tmp_path):
    from wta_np.grading.sandbox import kinds

    monkeypatch.setattr(kinds, "why_not", lambda kind: "" if kind == "guard" else "there is none")
    arguments = ["grade", str(hand_in(RIGHT)), "--json", str(tmp_path / "r.json")]
    assert main([*arguments, "--sandbox", "bubblewrap"]) == 2
    assert "the sandbox bubblewrap does not hold here: there is none" in capsys.readouterr().err
    assert main(arguments) == 0
    assert "Sandbox: guard" in capsys.readouterr().out
    assert json.loads((tmp_path / "r.json").read_text())["extra_data"]["sandbox"] == "guard"


def test_without_assert_statements_the_verdicts_are_the_same(tmp_path, hand_in):
    hand_in(RIGHT, "ex02_right.py")
    hand_in("import numpy as np\ndef winners_per_unit(rate, n): return 1\n"
            "def lifetime_mask(h, k): return np.ones(h.shape, bool)\n", "ex03_wrong.py")  # fmt: skip
    for name, status in (("ex02_right.py", 0), ("ex03_wrong.py", 1)):
        command = [sys.executable, "-OO", "-m", "wta_np", "grade", name]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == status, done


# ----------------------------------------------------------------------------------- side by side


def test_a_report_comes_back_from_a_worker_as_it_was():
    report = grader.grade_functions(2, {"relu_backward": lambda dh, a: dh}, settings=grader.quick(3))
    report.notes, report.sandbox = ["a note"], "guard"
    assert Report.from_dict(json.loads(json.dumps(report.as_dict()))) == report
    assert Report.from_dict(Report("x", problem="y").as_dict()) == Report("x", problem="y")


def test_a_worker_gives_the_report_that_the_grader_gives_itself(tmp_path, hand_in):
    path = hand_in("def relu_backward(dh, a):\n    return dh * (a >= 0)\n", "class/ex02.py")
    found, _ = submissions(tmp_path / "class")
    options = {"exercise": None, "time": 60.0, "memory": 512, "sandbox": choose()}
    ((_, theirs),) = pool.judge_all(found, jobs=3, **options)
    ours = grader.grade_file(path)
    ours.name = "ex02.py"
    assert theirs == ours and not ours.passed


@linux
def test_code_that_kills_or_freezes_what_judges_it_costs_itself_alone(tmp_path, hand_in, monkeypatch):
    monkeypatch.setattr(pool, "STARTING", 5.0)
    monkeypatch.setattr(pool, "SLACK", 5.0)
    act = "import os, signal\nsignal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.{})\n"
    hand_in(act.format("SIGKILL") + RIGHT, "class/a_ex02.py")
    hand_in(act.format("SIGSTOP") + RIGHT, "class/b_ex02.py")
    hand_in("def relu_backward(dh, a)", "class/c_ex02.py")
    found, _ = submissions(tmp_path / "class")
    options = {"exercise": None, "time": 1.0, "memory": 512, "sandbox": "guard"}
    reports = {report.name: report for _, report in pool.judge_all(found, jobs=1, **options)}
    assert reports.keys() == {"a_ex02.py", "b_ex02.py", "c_ex02.py"}
    assert not any(report.passed for report in reports.values())
    assert "the process that judged it ended with status -9" in reports["a_ex02.py"].problem
    assert "the process that judged it took more than 11 s" in reports["b_ex02.py"].problem


def processes(folder):
    """Ids of processes that were told to keep their temporary files in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"TMPDIR={folder}".encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@linux
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
@pytest.mark.parametrize("kind", ["auto", "guard"])
def test_a_grader_that_is_ended_leaves_its_results_and_nothing_else(number, status, kind, tmp_path, hand_in):
    hand_in("def relu_backward(dh, a)", "class/a_ex02.py")
    for name in "bcdef":
        hand_in(
            f"# {name}\nwhile True: pass\n", f"class/{name}_ex15.py"
        )  # a call of exercise 15 may take 20 s
    own = tmp_path / "own"
    own.mkdir()
    command = [
        sys.executable,
        "-m",
        "wta_np",
        "grade",
        "class",
        "--csv",
        "g.csv",
        "--json",
        "r.json",
        "--jobs",
        "2",
    ]
    environment = {**os.environ, "TMPDIR": str(own), "TQDM_DISABLE": "1"}
    run = subprocess.Popen([*command, "--sandbox", kind], cwd=tmp_path, env=environment, stderr=subprocess.PIPE,
                           stdout=subprocess.DEVNULL)  # fmt: skip
    ends = time.monotonic() + 120
    while "a_ex02.py" not in ((tmp_path / "g.csv").read_text() if (tmp_path / "g.csv").exists() else ""):
        assert time.monotonic() < ends and run.poll() is None
        time.sleep(0.02)
    run.send_signal(number)
    error = run.communicate(timeout=60)[1]
    assert run.returncode == status
    assert table(tmp_path / "g.csv")["a_ex02.py"]["first_problem"].startswith(
        "the file cannot be run: SyntaxError"
    )
    results = json.loads((tmp_path / "r.json").read_text())
    assert results["tests"][0]["status"] == "failed" and results["output"]
    while processes(own):  # those of a grader that was killed end by themselves
        assert time.monotonic() < ends
        time.sleep(0.02)
    if number == signal.SIGINT:
        assert error == b"wta-np: interrupted\n" and "interrupted" in results["output"]
        assert os.listdir(own) == []
        assert not list(tmp_path.glob(".*"))


def test_damaged_submissions_get_a_row_and_a_sentence_each():
    from fuzz.student_files import DAMAGES, campaign

    outcome = campaign(count=2 * len(DAMAGES), seed=1)
    assert outcome["failed"] == [] and outcome["tried"] == sum(outcome["kinds"].values())
