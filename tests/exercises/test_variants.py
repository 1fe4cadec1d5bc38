"""Variants of exercises: each model solution passes its own variant and no other, and the grader knows the seed."""

import json
from types import SimpleNamespace

import pytest

from wta_np.cli import main
from wta_np.grading import variants
from wta_np.grading.exercises import as_asked, exercise
from wta_np.grading.grader import Report, grade_file, quick
from wta_np.grading.guide import stub
from wta_np.grading.summary import summary
from wta_np.testing.laws.registry import examples

EVERY = [(n, v) for n in variants.NUMBERS for v in variants._FAMILIES[n]]
NAMES = [f"{n}-{v.name}" for n, v in EVERY]


def first_failure(asked, functions):
    """The message of the first law that does not hold for functions, which are trusted; empty if all hold."""
    with examples(quick(10)):
        for law in asked.laws:
            try:
                law(SimpleNamespace(**functions))
            except AssertionError as error:
                return str(error)
            except Exception as error:
                return type(error).__name__
    return ""


def test_at_least_six_exercises_have_three_variants_or_more():
    assert sum(len(variants.variants_of(n)) >= 3 for n in variants.NUMBERS) >= 6
    with pytest.raises(ValueError, match="exercise 9 has no variants, expected one of 1, 2, 3"):
        variants.variants_of(9)


@pytest.mark.parametrize(("number", "variant"), EVERY, ids=NAMES)
def test_a_solution_passes_its_own_variant_and_no_other_of_the_family(number, variant):
    family = variants._FAMILIES[number]
    asked = variant.exercise(family, 0)
    assert first_failure(asked, variant.definitions()) == ""
    for other in family:
        if other is not variant:
            said = first_failure(asked, other.definitions())
            assert said, other.name
            if not variant.lines and not other.lines:
                assert "this is the answer to another exercise, which asks: " in said


@pytest.mark.parametrize("number", variants.NUMBERS)
def test_the_stub_says_what_a_variant_asks_for_and_nothing_of_how(number):
    original = stub(number).read_text(encoding="utf-8")
    seen = set()
    for variant in variants.variants_of(number):
        text = variant.stub(original, 7)
        compile(text, "stub", "exec")
        assert text.startswith(f'"""Exercise {number}, variant of seed 7: ')
        assert max(map(len, text.split("\n"))) <= 160
        seen.add(text)
    assert len(seen) == len(variants.variants_of(number)) and original not in seen


def test_a_seed_chooses_always_the_same_and_all_variants_are_chosen():
    for number in variants.NUMBERS:
        chosen = [variants.variant(number, seed).name for seed in range(60)]
        assert set(chosen) == {v.name for v in variants.variants_of(number)}
    assert variants.variant(3, 7).name == "smallest_and_higher_rounded_up"


def test_the_name_of_a_file_or_an_option_says_the_seed(tmp_path):
    third = exercise(3)
    assert as_asked(third, "anna_ex03_seed7.py").seed == 7 and as_asked(third, "ex03.py") is third
    assert as_asked(third, "ex03_seed7.py", 8).seed == 8
    assert as_asked(exercise(9), "ex09_seed7.py").seed is None
    path = tmp_path / "ex02_seed1.py"
    path.write_text(variants.variant(2, 1).solution)
    report = grade_file(path, settings=quick(5))
    assert report.passed and f"variant of seed 1, where {variants.variant(2, 1).differs}" in report.notes[-1]
    again = Report.from_dict(json.loads(json.dumps(report.as_dict())))
    assert again.exercise.seed == 1 and again.passed
    ours = tmp_path / "ex02.py"
    ours.write_text("def relu_backward(dh, a):\n    return dh * (a > 0)\n")
    wrong = grade_file(ours, seed=1, settings=quick(5))
    assert not wrong.passed and "answer to another exercise" in wrong.results[0].message
    assert wrong.results[0].example  # the call that shows it
    assert next(row["files"] for row in summary([report, wrong, grade_file(ours, settings=quick(5))])) == 1


def test_the_command_writes_the_stub_and_shows_the_solution(tmp_path, capsys):
    folder = tmp_path / "mine"
    assert main(["exercises", "variant", "3", "--seed", "7", "--folder", str(folder)]) == 0
    path = folder / "ex03_lifetime_mask_seed7.py"
    text = path.read_text(encoding="utf-8")
    assert "its k smallest activations" in text and "Hints" not in text and "rounded up" in text
    assert f"wta-np grade {path}" in capsys.readouterr().out
    assert main(["exercises", "variant", "3", "--seed", "7", "--solution"]) == 0
    assert "np.argsort" in capsys.readouterr().out
    assert main(["exercises", "variant"]) == 0
    assert "exercise 18 has 4 variants" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["exercises", "variant", "3"], "variant needs a seed"),
        (["exercises", "variant", "9", "--seed", "7"], "exercise 9 has no variants"),
        (["exercises", "variant", "3", "--seed", "-1"], "--seed is -1"),
        (["exercises", "start", "3", "--seed", "7"], "--seed and --solution go with variant, not with start"),
        (["grade", "x.py", "--exercise", "9", "--seed", "7"], "exercise 9 has no variants"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(arguments, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert words in capsys.readouterr().err
