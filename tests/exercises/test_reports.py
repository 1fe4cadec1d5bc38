"""What ``wta-np grade`` prints and writes, how it ends, and the words that students read."""

import csv
import io
import json
import struct
import sys

import numpy as np
import pytest
from answers import EXERCISES, MUTANTS, solution, wrong_answer

from wta_np.cli import main
from wta_np.grading import grader, gradient_hints
from wta_np.grading.exercises import EXERCISES as ALL
from wta_np.grading.exercises import exercise, exercise_of
from wta_np.grading.grader import grade_file, grade_functions
from wta_np.grading.report import as_text
from wta_np.grading.sandbox import protocol
from wta_np.grading.sandbox.kinds import choose
from wta_np.grading.signature import Signature


@pytest.fixture(autouse=True)
def few_examples(monkeypatch):
    """Fewer examples than for students, but the smallest of them is looked for."""
    every = grader.thorough().phases
    monkeypatch.setattr(grader, "thorough", lambda: grader.quick(25, every))


def mutant(number, name):
    return wrong_answer(next(p for p in MUTANTS if p.stem == name and p.parent.name == f"ex{number:02d}"))[2]


# ------------------------------------------------------------------------------------ the command


def test_a_right_answer_ends_with_0_and_names_every_law(capsys, hand_in):
    path = hand_in(solution(2).read_text(encoding="utf-8"))
    assert main(["grade", str(path)]) == 0
    lines, laws = capsys.readouterr().out.splitlines(), exercise(2).laws
    assert f"exercise 2, relu_backward: {len(laws)} of {len(laws)} laws hold" in lines[0]
    assert lines[1:-1] == [f"  passed  {grader.title(law)}" for law in laws]
    assert lines[-1].startswith("Sandbox: ")


def test_a_wrong_answer_ends_with_1_and_says_what_is_wrong(capsys, hand_in):
    assert main(["grade", str(hand_in(mutant(2, "one_at_zero")))]) == 1
    out = capsys.readouterr().out
    assert "  FAILED  relu'(0) = 0" in out and "  passed  da agrees" in out
    assert "relu'(-1), relu'(0), relu'(1) should be 0, 0, 1: entry [1] is 1, expected 0" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere/ex01.py"], "No such file"),
        (["{folder}/notes.py"], "does not say which exercise it is"),
        (["{folder}/notes.py", "--exercise", "88"], "no exercise 88"),
        (["{folder}/ex99.py"], "no exercise 99"),
        (["{folder}/empty"], "no Python files"),
        (["{folder}/notes.py", "--exercise", "2", "--time", "0"], "--time"),
        (["{folder}/notes.py", "--exercise", "2", "--memory", "0"], "--memory"),
    ],
)
def test_what_cannot_be_graded_ends_with_2_and_one_line(arguments, words, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    for name in ("notes.py", "ex99.py"):
        (tmp_path / name).write_text("")
    assert main(["grade", *(a.format(folder=tmp_path) for a in arguments)]) == 2
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_without_hypothesis_one_sentence_says_what_to_install(monkeypatch, capsys, hand_in):
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    assert main(["grade", str(hand_in(""))]) == 2
    assert "pip install hypothesis" in capsys.readouterr().err


def test_the_option_names_the_exercise_of_a_file_whose_name_does_not(capsys, hand_in):
    path = hand_in(solution(4).read_text(encoding="utf-8"), "mine.py")
    assert main(["grade", str(path), "--exercise", "4"]) == 0


def test_results_json_has_what_gradescope_reads(tmp_path, hand_in):
    path = hand_in(mutant(1, "bias_averaged"), "ex01.py")
    assert main(["grade", str(path), "--json", str(tmp_path / "results.json")]) == 1
    results = json.loads((tmp_path / "results.json").read_text())
    right = [result.passed for result in grade_file(path).results]
    assert right[:3] == [True, True, False]
    assert results["score"] == sum(right)
    assert results["extra_data"] == {"max_score": len(exercise(1).laws), "sandbox": choose()}
    assert [test["status"] for test in results["tests"]] == ["passed" if r else "failed" for r in right]
    assert [test["score"] for test in results["tests"]] == right
    assert all(test["max_score"] == 1 for test in results["tests"])
    assert "N is 7; a sum over N that became a mean?" in results["tests"][2]["output"]


def test_a_folder_becomes_a_table_and_one_bad_file_does_not_stop_the_rest(tmp_path, capsys, hand_in):
    right = solution(4).read_text(encoding="utf-8")
    hand_in(right, "class/anna/ex04_lifetime_backward.py")
    hand_in(mutant(4, "mask_inverted"), "class/ben_ex04.py")
    hand_in("def lifetime_backward(dz, mask)\n", "class/carl/ex04.py")
    hand_in(right, "class/dora/homework.py")
    hand_in("", "class/emil/ex04.py").write_bytes(b"\xff\xfe\x00")
    hand_in("=cmd", "class/=fritz/ex04.py")
    hand_in("x = 1", "class/.hidden/ex04.py")
    table = tmp_path / "grades.csv"
    assert (
        main(["grade", str(tmp_path / "class"), "--csv", str(table), "--json", str(tmp_path / "r.json")]) == 1
    )
    rows = {row["submission"]: row for row in csv.DictReader(io.StringIO(table.read_text()))}
    points = {name: (row["score"], row["max_score"], row["passed"]) for name, row in rows.items()}
    laws = str(len(exercise(4).laws))
    assert points == {
        "anna/ex04_lifetime_backward.py": (laws, laws, "yes"),
        "ben_ex04.py": ("0", laws, "no"),
        "carl/ex04.py": ("0", laws, "no"),
        "dora/homework.py": ("0", "1", "no"),
        "emil/ex04.py": ("0", laws, "no"),
        "'=fritz/ex04.py": ("0", laws, "no"),
    }
    assert "SyntaxError in line 1" in rows["carl/ex04.py"]["first_problem"]
    assert "which exercise" in rows["dora/homework.py"]["first_problem"]
    assert "1 of 6 files obey every law" in capsys.readouterr().out
    assert len(json.loads((tmp_path / "r.json").read_text())["tests"]) == 5 * int(laws) + 1


def test_the_same_file_gets_the_same_report_twice(hand_in):
    settings = grader.thorough()
    assert settings.derandomize and settings.database is None and settings.deadline is None
    path = hand_in(mutant(3, "all_ties_win"), "ex03.py")
    assert as_text(grade_file(path)) == as_text(grade_file(path))


# ------------------------------------------------------------------------------- words for students


def test_ties_are_shown_by_unit_and_rows(hand_in):
    report = grade_file(
        hand_in(mutant(3, "all_ties_win"), "ex03.py"), laws=["each_unit_has_exactly_k_winners"]
    )
    (result,) = report.results
    assert result.message == "unit 0: 2 winners where k = 1; rows 0 and 1 tie at 0, the lower row wins"
    assert result.example[:2] == ["h = [[0], [0]]", "k = 1"]


def test_the_readme_shows_what_is_printed(hand_in):
    readme = (EXERCISES / "README.md").read_text(encoding="utf-8")
    texts = [
        as_text(grade_file(hand_in(mutant(3, "later_rows_win_ties"), "ex03_lifetime_mask.py"))),
        as_text(grade_file(hand_in(mutant(1, "bias_averaged"), "ex01_linear_backward.py"))),
    ]
    shown = [line[4:] for line in readme.splitlines() if line.startswith(("      ", "    ex0"))]
    assert len(shown) > 10
    for line in shown:
        assert any(line in text for text in texts), line


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.0, ""),
        (2.0, "derivative of the square"),
        (0.5, "the 2 of the derivative"),
        (-1.0, "sign"),
        (7.0, "N is 7; a mean over N that became a sum"),
        (1 / 35, "N*D is 35; a sum over N and D that became a mean"),
        (1 / 5, "D is 5; a sum over D that became a mean"),
        (0.0, "nothing"),
        (3.3, ""),
    ],
)
def test_a_ratio_of_gradients_has_its_hint(ratio, words):
    hint = gradient_hints.guess(ratio, {"N": 7, "D": 5, "k": 3})
    assert words in hint and bool(words) == bool(hint)


@pytest.mark.parametrize(
    ("filename", "number"),
    [
        ("ex01_linear_backward.py", 1),
        ("anna_Ex3.py", 3),
        ("12-ex15.py", 15),
        ("EX_7 (1).py", 7),
        ("Exercise 2.py", 2),
        ("exercise2.ipynb", 2),
        ("ex-02.py", 2),
        ("ex 2.py", 2),
        ("Übung_11.py", 11),
        ("U\u0308bung 11.py", 11),
        ("02_relu_backward.py", 2),
        ("reluBackward.PY", 2),
        ("anna train-FCWTA (2).py", 15),
    ],
)
def test_a_files_name_tells_its_exercise(filename, number):
    assert exercise_of(filename).number == number


@pytest.mark.parametrize(
    "filename",
    ["index1.py", "ex.py", "exercise.py", "ex100.py", "ex00.py", "02.py", "backward.py", "im2col col2im.py"],
)
def test_other_names_tell_no_exercise(filename):
    with pytest.raises(ValueError, match="exercise"):
        exercise_of(filename)


def test_a_random_result_is_called_random():
    rng = np.random.default_rng(0)
    report = grade_functions(4, {"lifetime_backward": lambda dz, mask: dz * mask * (rng.random() < 0.9)})
    assert any("different results" in r.message or "expected" in r.message for r in report.results)


# ------------------------------------------------------------------- messages between the processes


def sent(value):
    file = io.BytesIO()
    protocol.send(file, value)
    file.seek(0)
    return file


def test_values_arrive_as_they_were_sent():
    array = np.arange(6.0).reshape(2, 3)
    value = {
        "a": [1, 2.5, None, True, "text"],
        "b": (array, array > 2, np.float32(1.5)),
        "c": np.zeros((0, 2)),
    }
    back = protocol.receive(sent(value))
    assert back["a"] == value["a"] and isinstance(back["b"], tuple)
    np.testing.assert_array_equal(back["b"][0], array)
    assert back["b"][1].dtype == bool and back["b"][2] == 1.5 and back["c"].shape == (0, 2)
    back["b"][0][0, 0] = 9  # an array of its own


@pytest.mark.parametrize("value", [object(), np.array([object()]), {1: 2}, 1j, np.ones(1, complex), b"x"])
def test_what_no_exercise_returns_is_only_named(value):
    assert isinstance(protocol.receive(sent((value,)))[0], protocol.Other)


def test_nothing_is_ever_unpickled():
    header = json.dumps({"value": {"array": 0}, "arrays": [["|O8", [1]]]}).encode()
    with pytest.raises(protocol.BadMessage):
        protocol.receive(io.BytesIO(struct.pack("<I", len(header)) + header + b"x" * 8))


@pytest.mark.parametrize(
    "data",
    [
        b"no",
        b"no message",
        struct.pack("<I", 5) + b"{",
        struct.pack("<I", 2) + b"[]",
        struct.pack("<I", 2) + b"{}",
        struct.pack("<I", 40) + json.dumps({"value": {"array": 3}, "arrays": []}).encode().ljust(40),
        struct.pack("<I", 60)
        + json.dumps({"value": 1, "arrays": [["<f8", [10**9, 10**9]]]}).encode().ljust(60),
        struct.pack("<I", 60) + json.dumps({"value": 1, "arrays": [["<f8", [-1]]]}).encode().ljust(60),
    ],
)
def test_what_is_no_message_is_refused(data):
    with pytest.raises(protocol.BadMessage):
        protocol.receive(io.BytesIO(data))


def test_an_array_that_is_too_large_is_refused_before_it_is_read():
    header = json.dumps({"value": 1, "arrays": [["<f8", [10**9, 10**9]]]}).encode()
    with pytest.raises(protocol.BadMessage, match="too large"):
        protocol.receive(io.BytesIO(struct.pack("<I", len(header)) + header))


def test_a_signature_knows_lengths_and_kinds():
    signature = Signature.parse(
        "f(x: N H W C, kh: int, shape: (P Q)) -> cols: N*H*W kh*C, m: N ... bool, s: float"
    )
    dims = signature.lengths([np.zeros((2, 3, 4, 5)), 3, (7, 8)])
    assert dims == {"N": 2, "H": 3, "W": 4, "C": 5, "kh": 3, "P": 7, "Q": 8}
    fits = (np.zeros((24, 15)), np.zeros((2, 9), bool), 1.0)
    assert signature.fault(fits, dims | {"...": (9,)}) is None
    assert "True as s" not in str(signature.fault((*fits[:2], 2), dims | {"...": (9,)}))
    assert "expected a number" in signature.fault((*fits[:2], True), dims | {"...": (9,)})


def test_every_exercise_has_a_title_for_each_law():
    for each in ALL:
        titles = [grader.title(law) for law in each.laws]
        assert all(titles) and len(set(titles)) == len(titles)
