"""What a wrong answer is told of its mistake: small examples, patterns of wrong entries, names of usual mistakes."""

import functools

import numpy as np
import pytest
from answers import MUTANTS, wrong_answer

from wta_np.grading import grader, gradient_hints, messages
from wta_np.grading.grader import grade_functions
from wta_np.grading.report import as_text
from wta_np.testing.gradient_check import GradientError


@pytest.fixture(autouse=True)
def few_examples(monkeypatch):
    """Fewer examples than for students, but the smallest of them is looked for."""
    every = grader.thorough().phases
    monkeypatch.setattr(grader, "thorough", lambda: grader.quick(25, every))


@functools.cache  # all that asks has the same settings, and looks only
def told(number, name):
    """The results of a wrong answer by the names of the laws."""
    path = next(p for p in MUTANTS if p.stem == name and p.parent.name == f"ex{number:02d}")
    module = {}
    exec(compile(wrong_answer(path)[2], path.name, "exec"), module)
    report = grade_functions(number, {k: v for k, v in module.items() if callable(v)})
    return {result.law: result for result in report.results}


SMALL = [
    (9, "edge_pixels_repeated", "a_row_is_the_window_around_its_position", "x = [[[[1], [2]]]]"),
    (9, "padded_on_one_side", "the_middle_of_a_window_is_its_own_pixel", "x = [[[[1], [2]]]]"),
    (10, "cut_at_the_corner", "col2im_is_the_adjoint_of_im2col", "shape = (1, 1, 2, 1)"),
    (
        11,
        "filters_not_turned",
        "dx_agrees_with_differences",
        "x = [[[[1], [2], [3]], [[4], [5], [6]], [[7], [8], [9]]]]",
    ),
    (
        11,
        "weights_turned",
        "dW_agrees_with_differences",
        "dy = [[[[0], [0], [0]], [[0], [1], [0]], [[0], [0], [0]]]]",
    ),
    (11, "channels_not_exchanged", "dx_agrees_with_differences", "W = [[[[1, 2], [3, 4]]]]"),
    (12, "columns_before_lines", "the_winner_is_the_first_of_the_largest", "h = [[[[0], [1]], [[1], [0]]]]"),
    (3, "only_above_the_threshold", "each_unit_has_exactly_k_winners", "h = [[0]]"),
]


@pytest.mark.parametrize(("number", "name", "law", "line"), SMALL)
def test_the_example_is_one_that_can_be_followed_by_hand(number, name, law, line):
    assert line in told(number, name)[law].example


HINTS = [
    (11, "bias_averaged", "db_agrees_with_differences", "N is 3; a sum over N that became a mean?"),
    (
        11,
        "weights_averaged_over_pixels",
        "dW_agrees_with_differences",
        "a sum over N, H and W that became a mean?",
    ),
    (
        11,
        "edge_of_the_gradient_repeated",
        "dx_agrees_with_differences",
        "only entries at the border of the image differ",
    ),
    (11, "weights_turned", "dW_agrees_with_differences", "the middle of each filter is right"),
    (11, "filters_not_turned", "dx_agrees_with_differences", "8 of 9 entries differ, with no common ratio"),
    (
        10,
        "windows_turned",
        "col2im_is_the_adjoint_of_im2col",
        "for x = [[[[1], [2]]]] the sum of x * col2im(cols)",
    ),
    (
        9,
        "padded_on_one_side",
        "the_middle_of_a_window_is_its_own_pixel",
        "cols[0, 1], channel 0 in the middle of",
    ),
    (9, "padded_on_one_side", "the_middle_of_a_window_is_its_own_pixel", "expected x[0, 0, 0, 0] = 1"),
    (5, "losers_learn", "dW_enc_agrees_with_differences", "the decoder's gradients are right"),
    (5, "losers_learn", "dW_enc_agrees_with_differences", "where is the mask?"),
    (5, "silent_winners_learn", "db_enc_agrees_with_differences", "where is ReLU?"),
    (5, "encoder_of_the_other_way", "db_enc_agrees_with_differences", "look at the way back from x_hat"),
    (5, "top_k_of_each_sample", "the_loss_is_half_the_squared_error_of_a_sample", "k winners in each row"),
    (5, "top_k_of_each_sample", "dW_dec_agrees_with_differences", "k winners in each row"),
    (
        5,
        "losers_learn",
        "a_step_goes_down_the_gradient",
        "follows your gradient, but dW_enc is wrong: mend that",
    ),
    (5, "uphill", "a_step_goes_down_the_gradient", "it goes up your gradient"),
    (
        8,
        "sign",
        "the_positive_phase_lowers_the_energy_of_the_data",
        "the sign: a gradient is the negative phase",
    ),
    (
        8,
        "visible_units_not_sampled",
        "one_step_of_the_chain_as_a_whole",
        "v' has to be a sample, drawn with u_v",
    ),
    (
        8,
        "down_from_probabilities",
        "one_step_of_the_chain_as_a_whole",
        "the way down has to begin at a sample h",
    ),
    (
        8,
        "sampled_the_wrong_way_round",
        "one_step_of_the_chain_as_a_whole",
        "below its probability, not above",
    ),
    (8, "rounded_instead_of_sampled", "one_step_of_the_chain_as_a_whole", "not rounded"),
    (8, "summed_over_samples", "the_chain_goes_down_from_a_sample", "these are sums"),
    (8, "hidden_units_of_the_data_again", "the_chain_goes_down_from_a_sample", "this is p again"),
    (8, "samples_in_the_statistics", "one_step_of_the_chain_as_a_whole", "not the sample h"),
    (
        8,
        "sign_and_visible_units_not_sampled",
        "one_step_of_the_chain_as_a_whole",
        "v and p; and v' has to be a sample",
    ),
]


@pytest.mark.parametrize(("number", "name", "law", "words"), HINTS)
def test_a_usual_mistake_is_named(number, name, law, words):
    assert words in told(number, name)[law].message


@pytest.mark.parametrize("name", ["filters_not_turned", "channels_not_exchanged", "input_not_brought_back"])
def test_no_ratio_is_shown_where_entries_share_none(name):
    message = told(11, name)["dx_agrees_with_differences"].message
    assert ", ratio" not in message and "no common ratio" in message and "border" not in message


def test_a_mistake_in_the_gradients_is_no_mistake_of_the_step():
    results = told(5, "uphill")
    failed = ["a_step_goes_down_the_gradient", "fcwta_step_in_awkward_cases"]
    assert [law for law, r in results.items() if not r.passed] == failed
    assert "is wrong" not in results["a_step_goes_down_the_gradient"].message


@pytest.mark.parametrize(
    ("number", "name"),
    [(3, "everybody_wins"), (3, "all_ties_win"), (3, "only_positive_winners"), (12, "nobody_wins")],
)
def test_no_law_on_winners_holds_if_their_number_is_wrong(number, name):
    *others, last = [result for law, result in told(number, name).items() if "awkward" not in law][1:]
    for result in [*others, last]:
        assert not result.passed
    assert "first of all the number has to be right" in last.message


def first_of_all(h, k=1):
    mask = np.zeros(h.shape, bool)
    mask[:k] = True
    return mask


def first_pixel(h):
    mask = np.zeros(h.shape, bool)
    mask[:, 0, 0] = True
    return h * mask, mask


def test_laws_on_who_wins_do_not_hold_if_the_same_always_win():
    report = grade_functions(3, {"winners_per_unit": lambda rate, n: 1, "lifetime_mask": first_of_all})
    assert [r.law for r in report.results if r.passed] == ["each_unit_has_exactly_k_winners"]
    assert "the same rows win for h = [[0], [1]]" in report.results[3].message
    spatial = {"spatial_forward": first_pixel, "spatial_backward": lambda dz, mask: dz * mask}
    report = grade_functions(12, spatial)
    held = ["each_map_of_each_image_has_one_winner", "spatial_backward_in_awkward_cases"]
    assert [r.law for r in report.results if r.passed] == held


def test_shapes_that_do_not_fit_are_one_line():
    result = told(1, "weights_not_transposed")["dx_agrees_with_differences"]
    assert result.message.endswith(
        "the factors of a matrix product do not fit, 3 columns on the left, 5 rows on the right; "
        "the shapes are dy (7, 3), x (7, 5), W (5, 3)"
    )
    assert result.example == []


def test_zero_has_no_sign():
    assert messages.shown(np.array([[-0.0, 1.0]])) == "[[0, 1]]"
    report = grade_functions(6, {"momentum_step": lambda w, v, dw, lr, mu: (w, -0.0 * v)})
    assert report.score == 0
    assert not any(f"-0{end}" in as_text(report) for end in (",", "]", " "))


def gradient_error(found, expected):
    """The error for a gradient that differs from the expected one."""
    entries = [(i, 1.0 if found[i] != e else None, found[i], e) for i, e in np.ndenumerate(expected)]
    worst = max(entries, key=lambda entry: (entry[1] is not None, abs(entry[2] - entry[3])))
    return GradientError("", "x", worst[0], worst[2], worst[3], entries)


def in_words(found, expected, axes="N D"):
    dims = dict(zip(axes.split(), np.shape(expected)))
    return gradient_hints.gradient_in_words(
        gradient_error(np.array(found), np.array(expected)), "dx", dims, axes
    )


def test_a_ratio_is_one_that_nearly_all_entries_share():
    right = np.arange(1.0, 41).reshape(8, 5)
    assert "ratio 8: N is 8; a mean over N" in in_words(8 * right, right)
    most = 8 * right
    most[0, 0] = 900
    assert in_words(most, right).startswith(
        "dx[0, 0] is 900, central differences give 1, nearly all others: ratio 8: N is"
    )
    most[:2] = 7
    assert "39 of 40 entries differ, with no common ratio" in in_words(most, right)
    half = np.where(right > 20, 8, 1) * right
    assert "ratio 8" in in_words(half, right)


def test_a_single_wrong_entry_is_no_ratio():
    right = np.ones((2, 2))
    wrong = right.copy()
    wrong[1, 0] = -1.0
    assert in_words(wrong, right) == "dx[1, 0] is -1, central differences give 1; the other entries are right"


def test_the_border_is_named_if_the_inside_is_right_and_large_enough():
    right = np.random.default_rng(0).random((1, 4, 5, 1)) + 1
    wrong = right + np.random.default_rng(1).random(right.shape)
    wrong[:, 1:3, 1:4] = right[:, 1:3, 1:4]
    assert "only entries at the border of the image differ" in in_words(wrong, right, "N H W C")
    assert "border" not in in_words(
        wrong[:, :3, :3], right[:, :3, :3], "N H W C"
    )  # one pixel inside is no sign
    wrong[0, 1, 1, 0] = 9.0
    assert "border" not in in_words(wrong, right, "N H W C")
