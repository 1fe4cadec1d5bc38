"""Usual mistakes are told by their names, whatever else is wrong, and parts that are right are told to be right."""

import numpy as np
import pytest
from answers import MUTANTS, solution, wrong_answer

from wta_np.grading.grader import grade_functions, quick
from wta_np.grading.mistakes import MISTAKES, named

CASES = [(name, words, mistake) for name, (_, _, mistakes) in MISTAKES.items() for words, mistake in mistakes]


@pytest.mark.parametrize(("name", "words", "mistake"), CASES, ids=[f"{n} {w[:40]}" for n, w, _ in CASES])
def test_each_mistake_is_told_from_all_others(name, words, mistake):
    assert named(name, mistake) == words


@pytest.mark.parametrize("name", MISTAKES)
def test_what_is_right_is_no_mistake(name):
    assert named(name, MISTAKES[name][1]) == ""


def told(number, functions, law):
    (result,) = grade_functions(number, functions, laws=[law], settings=quick(10)).results
    assert not result.passed
    return result.message


def mutant(number, name):
    module = {}
    path = next(p for p in MUTANTS if p.stem == name and p.parent.name == f"ex{number:02d}")
    exec(compile(wrong_answer(path)[2], path.name, "exec"), module)
    return {name: value for name, value in module.items() if callable(value)}


TOLD = [
    (
        5,
        "half_forgotten_in_the_loss",
        "the_loss_is_half_the_squared_error_of_a_sample",
        "is the 1/2 of the loss missing?",
    ),
    (5, "back_through_the_encoder", "dW_enc_agrees_with_differences", "this came through W_enc"),
    (5, "k_for_the_whole_layer", "dW_dec_agrees_with_differences", "k winners in the whole layer"),
    (5, "biases_stay", "a_step_goes_down_the_gradient", "the biases did not move"),
    (6, "velocity_remembered", "the_first_step_is_plain_gradient_descent", "remembered between calls?"),
    (6, "results_exchanged", "the_first_step_is_plain_gradient_descent", "w and v come back exchanged"),
    (7, "slope_of_the_sigmoid", "dW_agrees_with_differences", "this is p (1 - p), the slope of the sigmoid"),
    (8, "random_numbers_of_its_own", "the_chain_goes_down_from_a_sample", "is something random"),
    (
        8,
        "biases_summed",
        "the_chain_goes_down_from_a_sample",
        "db_v and db_h are averages over the N samples",
    ),
    (11, "last_image_only", "dW_agrees_with_differences", "dW holds the last image alone"),
    (11, "positive_gradients_only", "dx_agrees_with_differences", "negative entries of dy are lost"),
    (
        13,
        "winners_of_one_place_share_their_sum",
        "dvalue_agrees_with_differences",
        "each gets its own number",
    ),
    (13, "channels_averaged", "dvalue_agrees_with_differences", "a mean over the channels"),
]


@pytest.mark.parametrize(("number", "name", "law", "words"), TOLD)
def test_a_student_is_told_the_name_of_the_mistake(number, name, law, words):
    message = told(number, mutant(number, name), law)
    assert words in message
    assert "derivative of the square" not in message


def test_gradients_that_are_right_pass_beside_one_of_the_wrong_shape():
    def linear_backward(dy, x, W):
        return dy @ W.T, x.T @ dy, dy.sum(axis=0, keepdims=True)

    report = grade_functions(1, {"linear_backward": linear_backward}, settings=quick(10))
    passed = {result.law: result.passed for result in report.results}
    assert passed["dx_agrees_with_differences"] and passed["dW_agrees_with_differences"]
    assert not passed["db_agrees_with_differences"]


def test_dy_does_not_repeat_the_numbers_of_the_point():
    seen = []

    def relu_backward(dh, a):
        seen.append((dh, a))
        return dh * (a > 0)

    grade_functions(
        2, {"relu_backward": relu_backward}, laws=["da_agrees_with_differences"], settings=quick(5)
    )
    assert seen and not any(np.allclose(dh, a) for dh, a in seen)


def test_a_float_is_no_whole_number():
    module = {}
    exec(solution(3).read_text(encoding="utf-8"), module)
    functions = {"winners_per_unit": lambda rate, n: 5.0, "lifetime_mask": module["lifetime_mask"]}
    assert "a slice takes no float" in told(3, functions, "k_is_the_floor_of_rate_times_n")
