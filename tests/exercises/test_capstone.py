"""What the last exercise says to those whose training went wrong: the cause, and what to compare with."""

import functools
import re

import numpy as np
import pytest
from answers import MUTANTS, wrong_answer

from wta_np.grading import pictures
from wta_np.grading.grader import grade_file, quick

MEAN = "the mean image makes 5.038"


@functools.cache
def mutant(name):
    return wrong_answer(next(p for p in MUTANTS if p.stem == name and p.parent.name == "ex15"))[2]


def messages(hand_in, name, change=""):
    """Law -> its result, of a mutant with lines of its own below it."""
    report = grade_file(hand_in(mutant(name) + change, "ex15.py"), settings=quick(5))
    return {result.law: result for result in report.results}


def test_a_seed_that_is_not_used_is_named(hand_in):
    result = messages(hand_in, "seed_not_used")["another_seed_gives_other_weights"]
    assert result.message == "seeds 0 and 1 gave the same weights: is seed used?"


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("one_epoch", "EPOCHS = 7\n", rf"\({MEAN}\): more epochs, or a larger learning rate\?"),
        ("one_epoch", "EPOCHS = 4\n", rf"\({MEAN}\)$"),
        ("not_trained", "", rf"\({MEAN}\): worse than the mean image; b_dec is still zero everywhere"),
        ("decoder_not_trained", "", "b_dec is still zero everywhere: does the decoder learn"),
        ("uphill", "", "b_dec went away from the mean image: do the steps go up the gradient"),
        ("k_of_the_whole_data_set", "", "if 50% of each mini-batch win .* not of the whole data set"),
        ("top_k_of_each_sample", "", rf"\({MEAN}\): worse than the mean image; if 50% .* for each unit$"),
        ("overflow", "", "diverged: is the gradient divided by N, and is the learning rate small enough"),
        ("overflow", "LR = 1e9\n", "diverged: is the gradient divided by N, and is the learning rate small"),
    ],
)
def test_the_error_is_shown_beside_that_of_the_mean_image_with_a_guess(hand_in, name, change, words):
    result = messages(hand_in, name, change)["new_digits_are_reconstructed"]
    assert re.search(words, result.message), result.message
    assert not result.example or "raised" in result.message  # shapes of weights help nobody


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            "SCALE = 1.0\n",
            "no unit is ever active: did the weights begin too large, or was a step too large?",
        ),
        ("SCALE = 0.0\n", "no unit is ever active: W_enc is zero everywhere"),
    ],
)
def test_units_that_are_all_dead_have_their_cause_named(hand_in, change, words):
    result = messages(hand_in, "weights_begin_too_large", change)["most_units_are_alive"]
    assert words in result.message


def test_a_training_that_takes_too_long_may_have_too_many_epochs(hand_in, monkeypatch):
    from dataclasses import replace

    from wta_np.grading import grader

    real = grader.exercise_of
    monkeypatch.setattr(grader, "exercise_of", lambda name: replace(real(name), call_time=0.5))
    source = mutant("one_epoch") + "EPOCHS = 10**9\n"
    (result,) = grade_file(hand_in(source, "ex15.py"), laws=["new_digits_are_reconstructed"]).results
    assert result.message.endswith(
        "ran for more than 0.5 s: does a loop not end, or are there too many epochs?"
    )


def test_atoms_of_a_few_pixels_are_drawn_large_in_a_frame():
    atoms = np.random.default_rng(0).normal(size=(3, 5, 4, 1))
    framed, shape = pictures._framed(atoms)
    assert framed.shape == (3, 42, 34, 1) and shape == (42, 34, 1)
    np.testing.assert_array_equal(framed[:, 1:-1:8, 1:-1:8], atoms)
    for atom, picture in zip(atoms, framed):
        edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
        assert np.all(edge == -np.abs(atom).max())
    large = np.ones((2, 14, 14, 1))
    assert pictures._framed(large)[0] is large
