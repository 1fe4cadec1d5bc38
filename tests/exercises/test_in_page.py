"""Grading in one process, as in a browser: the same findings as in a process of its own."""

from pathlib import Path

import pytest

from wta_np.grading.grader import grade_file
from wta_np.grading.in_page import Beginning, grade_source

HERE = Path(__file__).resolve().parent
STUB = HERE.parents[1] / "tutorials" / "exercises" / "ex04_lifetime_backward.py"
RIGHT = "def lifetime_backward(dz, mask):\n    return dz * mask\n"


def findings(report):
    return [(r.law, r.passed, r.message, r.example) for r in report.results]


@pytest.mark.parametrize(
    "source",
    [
        RIGHT,
        "def lifetime_backward(dz, mask):\n    return dz\n",
        "def lifetime_backward(dz, mask):\n    dz *= mask\n    return dz\n",
        "def lifetime_backward(dz, mask):\n    return dz.reshape(3, -1) * nothing\n",
        "def other(dz, mask):\n    return dz\n",
        "def lifetime_backward(dz, mask)\n    return dz\n",
        "import wta_np\n" + RIGHT,
        STUB.read_text(encoding="utf-8"),
    ],
    ids=["right", "wrong", "changes its argument", "raises", "another name", "no Python", "imports", "stub"],
)
def test_what_is_found_is_the_same_as_in_a_process_of_its_own(source, tmp_path):
    path = tmp_path / STUB.name
    path.write_text(source)
    assert findings(grade_source(4, source)) == findings(grade_file(path))


def test_whoever_watches_is_told_what_runs():
    told = []
    report = grade_source(4, "print('hello')\n" + RIGHT, told.append)
    assert told[:2] == ["the file", None] and set(told) == {"the file", "lifetime_backward", None}
    assert told[::2].count(None) == 0 and set(told[1::2]) == {None}
    assert report.passed and report.printed.strip() == "hello" and report.name == STUB.name


def test_only_the_beginning_of_what_is_printed_is_kept():
    stream = Beginning()
    for _ in range(10):
        assert stream.write("x" * 1000) == 1000
    assert len(stream.getvalue()) == Beginning.LONGEST
