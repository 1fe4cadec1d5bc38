"""A submission cannot read the model solutions, whatever holds it."""

import pytest

from wta_np.grading import guide
from wta_np.grading.grader import grade_file, quick
from wta_np.grading.sandbox.kinds import choose

READS = """
import numpy as np


def relu_backward(dh, a):
    source = open({path!r}).read()
    space = {{}}
    exec(source, space)
    return space["relu_backward"](dh, a)
"""


@pytest.mark.parametrize("kind", ["guard", "kernel", "bubblewrap"])
def test_a_submission_that_reads_the_solution_gets_no_points(kind, hand_in):
    try:
        choose(kind)
    except ValueError as error:
        pytest.skip(str(error))
    report = grade_file(hand_in(READS.format(path=str(guide.solution(2)))), settings=quick(5), sandbox=kind)
    assert report.score == 0
    assert all(
        "solution" in r.message or "No such file" in r.message or "denied" in r.message
        for r in report.results
    )
