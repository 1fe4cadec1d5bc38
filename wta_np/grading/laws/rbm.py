"""Laws of the exercises on free energy and on the squared hinge."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from wta_np import ops
from wta_np.backend import Array
from wta_np.evaluation.newton import adjoint, squared_hinge_backward
from wta_np.grading.laws.dense import SEEDS, normal
from wta_np.grading.laws.gradients import gradient_law, gradient_laws
from wta_np.testing.laws.registry import equal, given

# ----------------------------------------------------------------------------------- free energy

FREE_ENERGY = gradient_laws(
    "W b_v b_h",
    ops.free_energy_forward,
    lambda impl, dF, v, W, b_v, b_h: dict(zip(("W", "b_v", "b_h"), impl.free_energy_backward(dF, v, W, b_h))),
    lambda rng, n, d, m: {"v": rng.random((n, d)), **normal(rng, W=(d, m), b_v=d, b_h=m)},
    (7, 5, 3),
)

# ---------------------------------------------------------------------------------- squared hinge


def hinge_point(rng: Any, n: Any, classes: Any) -> dict:
    """Scores on both sides of the margin, and targets of +1 and -1."""
    t = np.where(rng.random((n, classes)) < 0.5, -1, 1)  # whole numbers: they are not moved
    return {"s": 1.5 * rng.normal(size=(n, classes)), "t": t, "C": 0.3}


def hinge(s: Any, t: Any, C: Any) -> Any:
    """``C sum max(0, 1 - t s)^2``."""
    return C * float(np.sum(np.maximum(0, 1 - t * s) ** 2))


def svm_point(rng: Any, n: Any, d: Any, classes: Any) -> dict:
    """Samples, targets, weights and C."""
    point = hinge_point(rng, n, classes)
    return {
        "x": rng.normal(size=(n, d)),
        "W": rng.normal(size=(d, classes)),
        "t": point["t"],
        "C": point["C"],
    }


def svm(x: Array, W: Array, t: Any, C: Any) -> Any:
    """What a linear SVM minimises: half the squared weights plus the losses."""
    return 0.5 * float(np.sum(W**2)) + hinge(x @ W, t, C)


HINGE = gradient_law(
    "s",
    hinge,
    lambda impl, dy, s, t, C: {"s": impl.squared_hinge_backward(s, t.astype(float), C)},
    hinge_point,
    (7, 3),
    square=True,
)
SVM = gradient_law(
    "W",
    svm,
    lambda impl, dy, x, W, t, C: {"W": impl.svm_backward(x, W, t.astype(float), C)},
    svm_point,
    (7, 5, 3),
    square=True,
)


def the_hinge_is_the_squared_shortfall(impl: Any) -> None:
    """The loss is C times the sum of max(0, 1 - t s) squared."""

    @given(SEEDS, st.tuples(*[st.integers(1, 4)] * 2))
    def check(seed, lengths):
        s, t, C = hinge_point(np.random.default_rng(seed), *lengths).values()
        equal(impl.squared_hinge_forward(s, t.astype(float), C), hinge(s, t, C), "the loss")

    check()


def samples_beyond_the_margin_pull_no_more(impl: Any) -> None:
    """Samples beyond the margin do not pull; those inside of it pull towards their target, as by hand."""
    s, t = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]] * 2), np.array([[1.0] * 5, [-1.0] * 5])
    expected, _ = squared_hinge_backward(s, t, 0.5)
    equal(
        impl.squared_hinge_backward(s, t, 0.5), expected, "ds of the scores -2, -1, 0, 1, 2 for t = 1 and -1"
    )


def without_samples_that_pull_only_the_weights_are_left(impl: Any) -> None:
    """Where all samples are beyond the margin, dW is W; with zero weights it is what the samples pull."""
    x, t = np.eye(3), np.ones((3, 2))
    W = np.full((3, 2), 2.0)
    equal(impl.svm_backward(x, W, t, 0.5), W, "dW where no sample pulls")
    pulled = adjoint(x, squared_hinge_backward(0 * W, t, 0.5)[0])[:, :-1].T
    equal(impl.svm_backward(x, 0 * W, t, 0.5), pulled, "dW where W is zero")
