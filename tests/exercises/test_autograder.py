"""An autograder as Gradescope runs it, and the summary of a class."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys

import pytest
from answers import MUTANTS, solution, wrong_answer

from wta_np.cli import main
from wta_np.grading.summary import kind_of

needs_bash = pytest.mark.skipif(
    shutil.which("bash") is None or shutil.which("timeout") is None, reason="the scripts need bash"
)


@pytest.fixture
def gradescope(tmp_path):
    """The folder that Gradescope has: source, submission, and a Python in a virtual environment."""
    root = tmp_path / "autograder"
    assert main(["grade", "--autograder", str(root / "source")]) == 0
    (root / "submission").mkdir()
    (root / "venv" / "bin").mkdir(parents=True)
    python = root / "venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return root


def graded(root):
    """What a run of the script leaves, in an environment that knows nothing of this clone."""
    environment = {"AUTOGRADER": str(root), "PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"}
    script = ["bash", str(root / "source" / "run_autograder")]
    subprocess.run(script, env=environment, cwd=root, check=True, timeout=240, stdout=subprocess.DEVNULL)
    return json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))


@needs_bash
def test_the_script_grades_a_submission_in_a_clean_folder(gradescope):
    shutil.copy(solution(4), gradescope / "submission" / "ex04_lifetime_backward.py")
    results = graded(gradescope)
    assert results["score"] == 3 and {test["status"] for test in results["tests"]} == {"passed"}


@needs_bash
@pytest.mark.parametrize("broken", ["no files", "no grader", "no Python"])
def test_there_are_results_whatever_happens(broken, gradescope):
    if broken == "no grader":
        shutil.rmtree(gradescope / "source" / "wta_np" / "cli")
    if broken == "no Python":
        (gradescope / "venv" / "bin" / "python").unlink()
    results = graded(gradescope)
    assert results["score"] == 0 and results["tests"][0]["status"] == "failed"


def test_model_solutions_do_not_travel_with_it(gradescope):
    source = gradescope / "source"
    names = {path.name for path in source.iterdir()}
    assert names == {"setup.sh", "run_autograder", "requirements.txt", "wta_np"}
    assert os.access(source / "setup.sh", os.X_OK) and os.access(source / "run_autograder", os.X_OK)
    assert not [path for path in source.rglob("*") if path.name.startswith("ex0")]


def test_an_autograder_is_written_into_a_new_folder_alone(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["grade", "--autograder", str(tmp_path)]) == 2
    assert main(["grade", "x.py", "--autograder", str(tmp_path / "new")]) == 2
    assert main(["grade"]) == 2
    assert capsys.readouterr().err.count("\n") == 3


def test_the_one_exercise_is_named_in_the_script(tmp_path):
    assert main(["grade", "--autograder", str(tmp_path / "a"), "--exercise", "3"]) == 0
    assert "--exercise 3 " in (tmp_path / "a" / "run_autograder").read_text()


# ------------------------------------------------------------------------------------ a class


def test_a_summary_counts_laws_and_names_the_commonest_mistake(tmp_path):
    wrong = wrong_answer(next(path for path in MUTANTS if path.stem == "one_at_zero"))[2]
    right = solution(2).read_text(encoding="utf-8")
    for name, source in (("anna", right), ("ben", wrong), ("carl", wrong), ("dora", "x = (")):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "ex02.py").write_text(source, encoding="utf-8")
    assert main(["grade", str(tmp_path / "class"), "--summary", str(tmp_path / "out")]) == 1
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "summary.csv").read_text(encoding="utf-8"))))
    whole, zero, *_ = rows
    assert (whole["files"], whole["passed"], whole["share"]) == ("4", "1", "0.25")
    assert zero["passed"] == "1" and zero["of_files"] == "2" and "relu" in zero["commonest_mistake"]
    page = (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")
    assert "1 of 4 passed" in page and "2 x " in page and "dora" not in page


def test_numbers_and_places_do_not_tell_mistakes_apart():
    one = "da[0, 1] is 0.13, central differences give -0.132, ratio 2: N is 7; a mean over N"
    other = "da[3, 1] is 4.2e-05, central differences give 1, ratio 2: N is 7; a mean over N"
    assert kind_of(one) == kind_of(other)
