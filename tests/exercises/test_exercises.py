"""Every stub fails, the package's own functions pass, and every wrong answer is caught by the law it breaks."""

import ast
import re
import warnings
from collections import Counter

import numpy as np
import pytest
from answers import EXERCISES, MUTANTS, RIGHT, solution, wrong_answer
from reference import FUNCTIONS

from wta_np.grading.exercises import EXERCISES as ALL
from wta_np.grading.grader import EXAMPLES as DRAWN
from wta_np.grading.grader import grade_file, grade_functions, quick

NAMES = [exercise.filename for exercise in ALL]


def defined(path):
    """Function definitions of a file by name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_every_stub_fails_every_law_in_one_clear_line(exercise):
    report = grade_file(EXERCISES / exercise.filename, settings=quick(5))
    assert report.score == 0 and len(report.results) == len(exercise.laws) > 0
    assert all("still to be written" in result.message for result in report.results), report.results


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_the_packages_own_functions_obey_every_law(exercise):
    functions = {signature.name: FUNCTIONS[signature.name] for signature in exercise.signatures}
    if exercise.name == "conv_capstone":
        functions["train"] = FUNCTIONS["train_conv"]
    report = grade_functions(exercise.number, functions, settings=quick(20))
    assert report.passed, [result for result in report.results if not result.passed]


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_a_right_answer_in_plain_numpy_passes_in_its_own_process(exercise):
    report = grade_file(solution(exercise.number), settings=quick(10))
    assert report.passed, [result for result in report.results if not result.passed]


def named(path):
    return f"{path.parent.name} {path.stem}"


@pytest.mark.parametrize("path", RIGHT, ids=named)
def test_a_right_answer_in_another_style_is_accepted(path):
    report = grade_file(path, int(path.parent.name[2:]), settings=quick(10))
    assert report.passed, [result for result in report.results if not result.passed]


@pytest.mark.parametrize("path", MUTANTS, ids=named)
def test_a_wrong_answer_is_caught_by_the_law_it_breaks(path):
    number, law, source = wrong_answer(path)
    module = {}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        exec(compile(source, path.name, "exec"), module)
        functions = {name: value for name, value in module.items() if callable(value)}
        (result,) = grade_functions(number, functions, laws=[law], settings=quick(DRAWN)).results
    assert not result.passed
    assert result.message and "\n" not in result.message


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_a_wrong_answer_is_caught_in_its_own_process_too(exercise, hand_in):
    number, law, source = wrong_answer(next(p for p in MUTANTS if int(p.parent.name[2:]) == exercise.number))
    report = grade_file(hand_in(source, exercise.filename), laws=[law], settings=quick(DRAWN))
    assert number == exercise.number and not report.results[0].passed


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_there_are_four_wrong_answers_or_more_and_one_for_each_law(exercise):
    caught = Counter(wrong_answer(p)[1] for p in MUTANTS if int(p.parent.name[2:]) == exercise.number)
    assert caught.total() >= 4
    assert set(caught) == {law.__name__ for law in exercise.laws}


@pytest.mark.parametrize("exercise", ALL, ids=NAMES)
def test_a_stub_has_the_functions_that_are_graded_and_imports_numpy_alone(exercise):
    path = EXERCISES / exercise.filename
    functions = defined(path)
    assert {name: [a.arg for a in node.args.args] for name, node in functions.items()} == {
        signature.name: signature.arguments for signature in exercise.signatures
    }
    for node in functions.values():
        assert "Returns" in ast.get_docstring(node) and len(node.body) == 2  # the docstring, and raise
    assert re.findall(r"^(?:import|from) .*", path.read_text(encoding="utf-8"), re.MULTILINE) == [
        "import numpy as np"
    ]


def test_the_readme_lists_the_exercises_in_their_order():
    readme = (EXERCISES / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(ex\d\d_\w+\.py)`", readme, re.MULTILINE) == NAMES
    assert sorted(path.name for path in EXERCISES.glob("*.py")) == NAMES
