"""Laws of the exercises on Boltzmann machines, and of the squared hinge."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from wta_np import ops
from wta_np.evaluation.newton import adjoint, squared_hinge_backward
from wta_np.testing.grade_dense import SEEDS, normal
from wta_np.testing.grade_gradients import gradient_law, gradient_laws
from wta_np.testing.law import equal, given

# ----------------------------------------------------------------------------------- free energy

FREE_ENERGY = gradient_laws(
    "W b_v b_h",
    ops.free_energy_forward,
    lambda impl, dF, v, W, b_v, b_h: dict(zip(("W", "b_v", "b_h"), impl.free_energy_backward(dF, v, W, b_h))),
    lambda rng, n, d, m: normal(rng, v=(n, d), W=(d, m), b_v=d, b_h=m),
    (7, 5, 3),
)

# ------------------------------------------------------------------------------------------ CD-1

SILENT, SURE = 1.0, 0.0  # a uniform number that makes a unit 0, or 1, whatever its probability


def _chains(law):
    """A law of ``cd1(u_h, u_v)`` -> dict of statistics, at machines and data that are drawn."""

    def check_all(impl):
        @given(SEEDS, st.tuples(*[st.integers(1, 4)] * 3))
        def check(seed, lengths):
            n, d, m = lengths
            rng = np.random.default_rng(seed)
            v = (rng.random((n, d)) < 0.5).astype(float)
            machine = rng.normal(size=(d, m)), rng.normal(size=d), rng.normal(size=m)

            def cd1(u_h, u_v):
                u_h, u_v = np.broadcast_to(u_h, (n, m)).copy(), np.broadcast_to(u_v, (n, d)).copy()
                return dict(zip(("dW", "db_v", "db_h"), impl.cd1_statistics(v, *machine, u_h, u_v)))

            law(cd1, v, *machine, rng)

        check()

    check_all.__name__, check_all.__doc__ = law.__name__, law.__doc__
    return check_all


def _expected(v, W, b_h, seen):
    """The statistics if the chain sees `seen` after one step: negative phase minus positive phase."""
    p, q = (ops.sigmoid(visible @ W + b_h) for visible in (v, seen))
    n = len(v)
    return {"dW": (seen.T @ q - v.T @ p) / n, "db_v": (seen - v).mean(axis=0), "db_h": (q - p).mean(axis=0)}


def _compare(found, expected, where):
    for name, value in expected.items():
        equal(found[name], value, f"{name} {where}")


@_chains
def the_positive_phase_lowers_the_energy_of_the_data(cd1, v, W, b_v, b_h, rng):
    """If no visible unit comes back on, dW is minus the mean of v p, with probabilities p."""
    _compare(cd1(SURE, SILENT), _expected(v, W, b_h, 0 * v), "where no visible unit comes back on")


@_chains
def the_negative_phase_raises_the_energy_of_what_came_back(cd1, v, W, b_v, b_h, rng):
    """If every visible unit comes back on, the statistics of all ones are added."""
    _compare(cd1(SILENT, SURE), _expected(v, W, b_h, 0 * v + 1), "where every visible unit comes back on")


@_chains
def the_chain_goes_down_from_a_sample(cd1, v, W, b_v, b_h, rng):
    """What comes back is drawn given hidden units that are 0 or 1, not given their probabilities."""
    for u_h, h in ((SURE, 1.0), (SILENT, 0.0)):
        u_v = rng.random(v.shape)
        seen = (u_v < ops.sigmoid(np.full((len(v), len(b_h)), h) @ W.T + b_v)).astype(float)
        _compare(cd1(u_h, u_v), _expected(v, W, b_h, seen), f"where every hidden unit is {h:g}")


@_chains
def one_step_of_the_chain_as_a_whole(cd1, v, W, b_v, b_h, rng):
    """Up, sample, down, sample, up: all of it with uniform numbers of any size."""
    u_h, u_v = rng.random((len(v), len(b_h))), rng.random(v.shape)
    h = (u_h < ops.sigmoid(v @ W + b_h)).astype(float)
    seen = (u_v < ops.sigmoid(h @ W.T + b_v)).astype(float)
    _compare(cd1(u_h, u_v), _expected(v, W, b_h, seen), "after one step of the chain")


# ---------------------------------------------------------------------------------- squared hinge


def hinge_point(rng, n, classes):
    """Scores on both sides of the margin, and targets of +1 and -1."""
    t = np.where(rng.random((n, classes)) < 0.5, -1, 1)  # whole numbers: they are not moved
    return {"s": 1.5 * rng.normal(size=(n, classes)), "t": t, "C": 0.3}


def hinge(s, t, C):
    """``C sum max(0, 1 - t s)^2``."""
    return C * float(np.sum(np.maximum(0, 1 - t * s) ** 2))


def svm_point(rng, n, d, classes):
    """Samples, targets, weights and C."""
    point = hinge_point(rng, n, classes)
    return {
        "x": rng.normal(size=(n, d)),
        "W": rng.normal(size=(d, classes)),
        "t": point["t"],
        "C": point["C"],
    }


def svm(x, W, t, C):
    """What a linear SVM minimises: half the squared weights plus the losses."""
    return 0.5 * float(np.sum(W**2)) + hinge(x @ W, t, C)


HINGE = gradient_law(
    "s",
    hinge,
    lambda impl, dy, s, t, C: {"s": impl.squared_hinge_backward(s, t.astype(float), C)},
    hinge_point,
    (7, 3),
)
SVM = gradient_law(
    "W",
    svm,
    lambda impl, dy, x, W, t, C: {"W": impl.svm_backward(x, W, t.astype(float), C)},
    svm_point,
    (7, 5, 3),
)


def the_hinge_is_the_squared_shortfall(impl):
    """The loss is C times the sum of max(0, 1 - t s) squared."""

    @given(SEEDS, st.tuples(*[st.integers(1, 4)] * 2))
    def check(seed, lengths):
        s, t, C = hinge_point(np.random.default_rng(seed), *lengths).values()
        equal(impl.squared_hinge_forward(s, t.astype(float), C), hinge(s, t, C), "the loss")

    check()


def samples_beyond_the_margin_pull_no_more(impl):
    """Samples beyond the margin do not pull; those inside of it pull towards their target, as by hand."""
    s, t = np.array([[-2.0, -1.0, 0.0, 1.0, 2.0]] * 2), np.array([[1.0] * 5, [-1.0] * 5])
    expected, _ = squared_hinge_backward(s, t, 0.5)
    equal(
        impl.squared_hinge_backward(s, t, 0.5), expected, "ds of the scores -2, -1, 0, 1, 2 for t = 1 and -1"
    )


def without_samples_that_pull_only_the_weights_are_left(impl):
    """Where all samples are beyond the margin, dW is W; with zero weights it is what the samples pull."""
    x, t = np.eye(3), np.ones((3, 2))
    W = np.full((3, 2), 2.0)
    equal(impl.svm_backward(x, W, t, 0.5), W, "dW where no sample pulls")
    pulled = adjoint(x, squared_hinge_backward(0 * W, t, 0.5)[0])[:, :-1].T
    equal(impl.svm_backward(x, 0 * W, t, 0.5), pulled, "dW where W is zero")
