"""Variants of exercise 14: other margins, other losses, other weights of the two parts."""

from __future__ import annotations

import numpy as np

from wta_np.grading.laws.cases_machine import hinge_cases, svm_cases
from wta_np.grading.variants.task import Task, Variant

FORMULA = "    f = 1/2 sum of W^2 + C sum over n and k of max(0, 1 - t[n, k] s[n, k])^2"
MARGIN = "should be beyond the margin, t s >= 1. If it is\nnot, the shortfall squared is its cost::"
SOLVED = """
import numpy as np


def squared_hinge_forward(s, t, C):
    return float({cost})


def squared_hinge_backward(s, t, C):
    return {slope}


def svm_backward(x, W, t, C):
    return {weights} * W + x.T @ squared_hinge_backward(x @ W, t, C)
"""


def _targets(rng, *shape):
    return np.where(rng.random(shape) < 0.5, 1.0, -1.0)


def _hinge(name, differs, formula, cost, slope, weights="1", margin=1, text=(), rules=("", "", "")):
    def draw(rng, n, k, c):
        return [rng.integers(-3, 4, (n, k)) * margin / 2, _targets(rng, n, k), c / 2]

    def draw_svm(rng, n, d, k):
        x, W = rng.integers(-2, 3, (n, d)) / 2, rng.integers(-2, 3, (d, k)) / 2
        return [x, W, _targets(rng, n, k), 0.5]

    def cases():
        return [(what, [margin * s, t, C]) for what, (s, t, C) in hinge_cases()]

    tasks = {
        "squared_hinge_forward": Task(draw, cases),
        "squared_hinge_backward": Task(draw, cases),
        "svm_backward": Task(draw_svm, svm_cases),
    }
    sentences = (
        f"The cost of the scores, where {differs}",
        f"ds is the gradient of that cost, where {differs}",
        f"dW is the gradient of f, where {differs}",
    )
    changes = ((FORMULA, f"    f = {formula}"), *text) if formula else ()
    solution = SOLVED.format(cost=cost, slope=slope, weights=weights)
    return Variant(14, name, differs, changes, solution, dict(zip(tasks, sentences)), tasks)


VARIANTS = [
    _hinge(
        "as_in_the_chapter",
        "the shortfall below 1 is squared and summed",
        "",
        "C * np.sum(np.maximum(0, 1 - t * s) ** 2)",
        "-2 * C * t * np.maximum(0, 1 - t * s)",
    ),
    _hinge(
        "margin_of_two",
        "the margin is at t s = 2",
        "1/2 sum of W^2 + C sum over n and k of max(0, 2 - t[n, k] s[n, k])^2",
        "C * np.sum(np.maximum(0, 2 - t * s) ** 2)",
        "-2 * C * t * np.maximum(0, 2 - t * s)",
        margin=2,
        text=((MARGIN, MARGIN.replace(">= 1", ">= 2")),),
    ),
    _hinge(
        "mean_over_samples",
        "the cost is a mean over the N samples",
        "1/2 sum of W^2 + C/N sum over n and k of max(0, 1 - t[n, k] s[n, k])^2",
        "C / len(s) * np.sum(np.maximum(0, 1 - t * s) ** 2)",
        "-2 * C / len(s) * t * np.maximum(0, 1 - t * s)",
        text=(("        A sum, not a mean.", "        A mean over samples, a sum over classes."),),
    ),
    _hinge(
        "half_the_square",
        "the cost is half the squared shortfall, and the weights count whole",
        "sum of W^2 + C/2 sum over n and k of max(0, 1 - t[n, k] s[n, k])^2",
        "C / 2 * np.sum(np.maximum(0, 1 - t * s) ** 2)",
        "-C * t * np.maximum(0, 1 - t * s)",
        weights="2",
    ),
    _hinge(
        "cubed",
        "the shortfall is cubed",
        "1/2 sum of W^2 + C sum over n and k of max(0, 1 - t[n, k] s[n, k])^3",
        "C * np.sum(np.maximum(0, 1 - t * s) ** 3)",
        "-3 * C * t * np.maximum(0, 1 - t * s) ** 2",
        text=((MARGIN, MARGIN.replace("squared is", "cubed is")),),
    ),
]
