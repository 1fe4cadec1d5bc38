"""Right gradients of common functions pass and wrong ones fail, at points as people draw them.

``python tests/testing/common_functions.py 1000`` does the same at a thousand points.
"""

import common_functions
import pytest

NAMES = list(common_functions.FUNCTIONS)
SLOW = {"conv with ReLU": 1}  # points


@pytest.mark.parametrize("name", NAMES)
def test_the_right_gradient_passes(name):
    function = common_functions.FUNCTIONS[name]
    for seed in range(SLOW.get(name, 8)):
        assert common_functions.verdict(function, function.backward, seed) == ("right", "")


@pytest.mark.parametrize("name", NAMES)
def test_wrong_gradients_fail(name):
    function = common_functions.FUNCTIONS[name]
    for wrong, backward in function.wrong.items():
        for seed in range(SLOW.get(name, 2)):
            assert common_functions.verdict(function, backward, seed)[0] == "wrong", wrong
