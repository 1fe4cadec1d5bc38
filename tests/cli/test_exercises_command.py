"""``wta-np exercises``: a student's way from the list to the solution."""

import json

import pytest

from wta_np.cli import main
from wta_np.grading import check, grader, guide
from wta_np.grading.exercises import EXERCISES, exercise


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    """A student's folder, and fewer examples than for students."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(grader, "thorough", lambda: grader.quick(5))
    return tmp_path


def test_from_the_stub_to_the_solution(at_home, capsys):
    assert main(["exercises", "start", "4"]) == 0
    path = at_home / "my_exercises" / "ex04_lifetime_backward.py"
    stub = path.read_text(encoding="utf-8")
    assert "NotImplementedError" in stub
    assert main(["exercises", "check", "4"]) == 1
    assert main(["exercises", "solution", "4"]) == 2
    assert "once yours has passed" in capsys.readouterr().err
    path.write_text(stub.replace("raise NotImplementedError", "return dz * mask"), encoding="utf-8")
    assert main(["exercises", "check", "4"]) == 0
    out = capsys.readouterr().out
    assert "wta_np/ops/lifetime.py" in out and "start 5" in out
    assert main(["exercises", "solution", "4"]) == 0
    assert "def lifetime_backward" in capsys.readouterr().out
    assert main(["exercises"]) == 0
    assert "lifetime_backward    passed" in capsys.readouterr().out
    path.write_text(stub, encoding="utf-8")
    assert main(["exercises"]) == 0
    assert "lifetime_backward    changed" in capsys.readouterr().out


def test_hints_come_one_at_a_time_and_the_stub_has_none(at_home, capsys):
    every = guide.hints(3)
    for place in (0, 1, *range(2, len(every)), len(every) - 1):
        assert main(["exercises", "--hint", "3"]) == 0
        assert every[place] in capsys.readouterr().out
    assert main(["exercises", "start", "3"]) == 0
    stub = (at_home / "my_exercises" / "ex03_lifetime_mask.py").read_text(encoding="utf-8")
    assert "Hints" not in stub and "0.29" not in stub


@pytest.mark.parametrize("number", range(1, len(EXERCISES) + 1))
def test_every_exercise_has_its_place_and_a_stub_that_runs_without_hints(number):
    text = guide.without_hints(guide.stub(number).read_text(encoding="utf-8"))
    compile(text, "stub", "exec")
    assert "Hints" not in text and "Returns" in text
    assert guide.solution(number).is_file()
    assert guide.chapter_of(number) in guide.CHAPTERS
    assert (guide.CLONE / "wta_np" / guide.READ[number]).is_file()
    assert (guide.CLONE / "tutorials" / f"{guide.CHAPTERS[guide.chapter_of(number)][0]}.md").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["start"], "needs the number"),
        (["start", "99"], "no exercise 99"),
        (["check", "2"], "is not there"),
        (["list", "2"], "takes no number"),
        (["check", "2", "--hint", "2"], "--hint goes without check"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments, words, at_home, capsys):
    assert main(["exercises", *arguments]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_an_answer_is_never_overwritten(at_home, capsys):
    assert main(["exercises", "start", "2"]) == 0
    path = at_home / "my_exercises" / "ex02_relu_backward.py"
    path.write_text("mine", encoding="utf-8")
    assert main(["exercises", "start", "2"]) == 2
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("text", ["no json", "[]", "{}", json.dumps({"passed": {"x": "y"}, "hints": {}})])
def test_a_broken_file_of_progress_is_one_line(text, at_home, capsys):
    (at_home / "my_exercises").mkdir()
    (at_home / "my_exercises" / "progress.json").write_text(text, encoding="utf-8")
    assert main(["exercises"]) == 2
    assert "is not a file of progress" in capsys.readouterr().err


def test_the_order_is_that_of_the_chapters():
    order = [asked.number for _, asked in guide.in_order()]
    assert sorted(order) == list(range(1, len(EXERCISES) + 1))
    assert guide.next_of(order[-1]) is None and guide.next_of(order[0]) is exercise(order[1])


# ----------------------------------------------------------------------------------- from a notebook


def test_a_cell_grades_what_it_defines():
    card = check(2, lambda dh, a: dh * (a >= 0))
    assert not card.passed and "entry [1] is 1, expected 0" in repr(card)
    page = card._repr_html_()
    assert "FAILED" in page and "passed" in page and "<script" not in page


def test_what_a_cell_grades_has_to_be_asked_for():
    with pytest.raises(ValueError, match="expected functions of exercise 3: winners_per_unit, lifetime_mask"):
        check(3, lambda h, k: h > 0)
    with pytest.raises(ValueError, match="no function"):
        check(3)
    with pytest.raises(TypeError, match="expected functions"):
        check(3, 5)
