"""What laws are made of: the comparison that finds words, and the settings that they draw inputs under."""

import subprocess
import sys

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from wta_np.testing import laws
from wta_np.testing.laws.registry import ShrinkLimitReached, equal, examples, given
from wta_np.testing.laws.wording import count, rows, ties, units


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (1.0, 2.0, "what: 1, expected 2"),
        ([[1.0, 2.0], [3.0, 9.0]], [[1.0, 2.0], [3.0, 4.0]], "what: entry [1, 1] is 9, expected 4"),
        ([1.0, 2.0, 7.0], 1, "what: entry [2] is 7, expected 1 (2 of 3 entries differ)"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], "what: the shape is (2,), expected (3,)"),
        ([1.0, np.nan], [1.0, 2.0], "what: entry [1] is nan, expected 2"),
        ([1.0, np.inf], [5.0, 2.0], "what: entry [1] is inf, expected 2 (2 of 2 entries differ)"),
        ([True, False], [True, True], "what: entry [1] is 0, expected 1"),
    ],
)
def test_what_differs_is_told_by_its_worst_entry(actual, expected, words):
    with pytest.raises(AssertionError) as error:
        equal(actual, expected, "what")
    assert str(error.value) == words


@pytest.mark.parametrize("value", [1.0, [], [[1.0, np.nan, np.inf]], [1e9]])
def test_what_is_equal_passes(value):
    equal(value, np.array(value) * (1 + 1e-12), "what")


def test_laws_draw_their_inputs_under_the_settings_of_the_caller():
    def calls():
        seen = []

        @given(st.integers(0, 10**6))
        def check(i):
            seen.append(i)

        check()
        return seen

    few = hypothesis.settings(max_examples=3, derandomize=True, database=None)
    with examples(few):
        first, second = calls(), calls()
    assert first == second and len(first) <= 3 < len(calls())


def test_winners_are_told_by_unit_and_rows():
    h = np.array([[0.5, 1.0], [0.0, 0.0], [0.5, 2.0]])
    mask = np.array([[True, False], [False, False], [True, True]])
    found = [
        (name, count(won.sum(), "winner"), rows(won), ties(column, won))
        for name, column, won in units(h, mask)
    ]
    assert found == [
        ("unit 0", "2 winners", "rows 0 and 2", "; rows 0 and 2 tie at 0.5, the lower row wins"),
        ("unit 1", "1 winner", "row 2", ""),
    ]
    assert rows(np.zeros(2, bool)) == "no row" and count(0, "winner") == "no winners"
    assert rows(np.ones(3, bool)) == "rows 0, 1 and 2"
    assert [name for name, *_ in units(np.zeros((1, 2, 1)), np.zeros((1, 2, 1), bool))][1] == "unit (1, 0)"


def test_the_search_for_a_smaller_counterexample_has_an_end():
    calls = []

    def law():
        @given(st.lists(st.integers(0, 2**60), min_size=40, max_size=60))
        def check(numbers):
            calls.append(numbers)
            assert len(set(numbers)) < 30, "30 numbers"

        check()

    with (
        examples(hypothesis.settings(derandomize=True, database=None)),
        pytest.raises((ShrinkLimitReached, AssertionError)),
    ):
        law()
    assert len(calls) < 400


def test_the_first_inputs_come_before_all_that_are_drawn_in_their_order():
    seen = []

    @given(st.integers(0, 9), first=[(100,), (200,)])
    def check(i):
        seen.append(i)

    check()
    assert seen[:2] == [100, 200] and len(seen) > 2


def test_a_law_that_fails_on_a_first_input_shows_that_one():
    with examples(hypothesis.settings(derandomize=True, database=None)):

        @given(st.integers(0, 9), first=[(100,), (50,)])
        def check(i):
            assert i < 50, str(i)

        with pytest.raises(AssertionError, match="100"):
            check()


def test_every_law_is_listed_once_by_its_name():
    names = [entry.__name__ for entries in laws.LAWS.values() for entry in entries]
    assert sorted(laws.__all__) == sorted(["LAWS", *names])
    for entries in laws.LAWS.values():
        assert entries == [getattr(laws, entry.__name__) for entry in entries]


def test_a_law_fails_also_where_assert_statements_are_dropped():
    code = (
        "from types import SimpleNamespace\n"
        "from wta_np.testing import laws\n"
        "wrong = SimpleNamespace(lifetime_mask=lambda h, k: h > h.max())\n"
        "try:\n    laws.each_unit_has_exactly_k_winners(wrong)\n"
        "except AssertionError as error:\n    print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("unit 0: no winners where k = 1"), ran.stdout
