"""Usual mistakes in the exercises on the Boltzmann machine and on the SVM: 7, 8 and 14."""

from __future__ import annotations

import numpy as np

from wta_np import ops
from wta_np.grading.laws.cases_machine import cd1, hinge, hinge_gradient, svm_gradient
from wta_np.grading.laws.cd1 import chain, statistics


def _energy_point():
    rng = np.random.default_rng(51)
    return [rng.random((4, 3)), rng.normal(size=(3, 2)), rng.normal(size=3), rng.normal(size=2)]


def _energy_gradient_point():
    v, W, _, b_h = _energy_point()
    return [np.random.default_rng(52).normal(size=4), v, W, b_h]


def _gradient(dF, v, p, sign=-1):
    p = p * np.broadcast_to(dF, len(v))[:, None]
    return sign * v.T @ p, sign * np.broadcast_to(dF, len(v)) @ v, sign * p.sum(axis=0)


def _p(v, W, b_h):
    return ops.sigmoid(v @ W + b_h)


ENERGY = [
    ("this is b_v v alone: what do the hidden units add?", lambda v, W, b_v, b_h: -v @ b_v),
    (
        "all samples' terms are added up: the sum is over the hidden units, axis 1, of each sample",
        lambda v, W, b_v, b_h: -v @ b_v - np.logaddexp(0, v @ W + b_h).sum(),
    ),
    (
        "the visible biases' term is added up over the samples: one value for each",
        lambda v, W, b_v, b_h: -(v @ b_v).sum() - np.logaddexp(0, v @ W + b_h).sum(axis=1),
    ),
    ("the sign?", lambda *i: -ops.free_energy_forward(*i)),
    ("the visible biases' term is missing", lambda v, W, b_v, b_h: -np.logaddexp(0, v @ W + b_h).sum(axis=1)),
    (
        "the visible biases' term has the wrong sign",
        lambda v, W, b_v, b_h: v @ b_v - np.logaddexp(0, v @ W + b_h).sum(axis=1),
    ),
    ("b_h is missing", lambda v, W, b_v, b_h: ops.free_energy_forward(v, W, b_v, 0 * b_h)),
    (
        "this is what units of -1 and 1 give: here they are 0 and 1",
        lambda v, W, b_v, b_h: -v @ b_v - np.logaddexp(v @ W + b_h, -(v @ W + b_h)).sum(axis=1),
    ),
]
ENERGY_BACK = [
    (
        "dF is missing: by the chain rule every sample's part is times its dF",
        lambda dF, v, W, b_h: _gradient(1.0, v, _p(v, W, b_h)),
    ),
    (
        "the mean of dF stands for each: every sample has its own",
        lambda dF, v, W, b_h: _gradient(dF.mean(), v, _p(v, W, b_h)),
    ),
    (
        "this is the probability that a hidden unit is 0, not that it is 1",
        lambda dF, v, W, b_h: _gradient(dF, v, 1 - _p(v, W, b_h)),
    ),
    (
        "this is p (1 - p), the slope of the sigmoid: the derivative of softplus is the sigmoid itself",
        lambda dF, v, W, b_h: _gradient(dF, v, _p(v, W, b_h) * (1 - _p(v, W, b_h))),
    ),
    ("the sign: F falls where W v h grows", lambda dF, v, W, b_h: _gradient(dF, v, _p(v, W, b_h), 1)),
    ("b_h is missing in the probabilities", lambda dF, v, W, b_h: _gradient(dF, v, _p(v, W, 0 * b_h))),
    (
        "these are means over the samples: dF holds whatever factors the loss has",
        lambda dF, v, W, b_h: tuple(g / len(v) for g in _gradient(dF, v, _p(v, W, b_h))),
    ),
]


def _chain_point():
    rng = np.random.default_rng(53)
    v = (rng.random((9, 5)) < 0.5).astype(float)
    machine = rng.normal(size=(5, 4)), rng.normal(size=5), rng.normal(size=4)
    return [v, *machine, rng.random((9, 4)), rng.random((9, 5))]


def _back(v, W, b_v, b_h, u_h, u_v):
    """Probabilities on the way down, and the sample of them."""
    h = (u_h < _p(v, W, b_h)).astype(float)
    back = ops.sigmoid(h @ W.T + b_v)
    return back, (u_v < back).astype(float)


def _q_of_probabilities(v, W, b_v, b_h, u_h, u_v):
    back, seen = _back(v, W, b_v, b_h, u_h, u_v)
    return statistics(v, _p(v, W, b_h), seen, _p(back, W, b_h))


def _bias_of_probabilities(v, W, b_v, b_h, u_h, u_v):
    back, _ = _back(v, W, b_v, b_h, u_h, u_v)
    dW, _, db_h = cd1(v, W, b_v, b_h, u_h, u_v)
    return dW, (back - v).mean(axis=0), db_h


def _two_steps(v, W, b_v, b_h, u_h, u_v):
    _, seen = _back(v, W, b_v, b_h, u_h, u_v)
    _, seen = _back(seen, W, b_v, b_h, u_h, u_v)
    return statistics(v, _p(v, W, b_h), seen, _p(seen, W, b_h))


def _sums(*i):
    dW, db_v, db_h = cd1(*i)
    return dW, len(i[0]) * db_v, len(i[0]) * db_h


def _numbers_above(*i):
    p, _, seen, q = chain(*i, sample=lambda u, p: (u > p).astype(float))
    return statistics(i[0], p, seen, q)


CD1 = [
    ("q has to be computed from the sample v', not from its probabilities", _q_of_probabilities),
    ("db_v is the mean of the sample v' minus v, not of its probabilities", _bias_of_probabilities),
    ("these are two steps of the chain: CD-1 takes one", _two_steps),
    ("db_v and db_h are averages over the N samples, and these are sums", _sums),
    ("a unit is 1 where its number is below its probability, not above", _numbers_above),
    (
        "b_h is missing on the way up",
        lambda v, W, b_v, b_h, u_h, u_v: cd1(v, W, b_v, 0 * b_h, u_h, u_v),
    ),
    ("b_v is missing on the way down", lambda v, W, b_v, b_h, u_h, u_v: cd1(v, W, 0 * b_v, b_h, u_h, u_v)),
]


def _hinge_point():
    rng = np.random.default_rng(54)
    return [1.5 * rng.normal(size=(5, 3)), np.where(rng.random((5, 3)) < 0.5, -1.0, 1.0), 0.3]


def _svm_point():
    rng = np.random.default_rng(55)
    t = np.where(rng.random((5, 3)) < 0.5, -1.0, 1.0)
    return [rng.normal(size=(5, 4)), rng.normal(size=(4, 3)), t, 0.3]


HINGE = [
    ("C is missing", lambda s, t, C: hinge(s, t, 1)),
    ("the square is missing", lambda s, t, C: C * np.sum(np.maximum(0, 1 - t * s))),
    ("this is a mean over the samples, expected a sum", lambda s, t, C: hinge(s, t, C) / len(s)),
    ("this is a mean over all scores, expected a sum", lambda s, t, C: hinge(s, t, C) / s.size),
    ("t is missing in the margin", lambda s, t, C: hinge(s, 1, C)),
    (
        "samples beyond the margin cost, too: is the maximum missing?",
        lambda s, t, C: C * np.sum((1 - t * s) ** 2),
    ),
    ("this is half of it: 1/2 stands in front of the weights alone", lambda s, t, C: hinge(s, t, C) / 2),
]
HINGE_BACK = [
    ("C is missing", lambda s, t, C: hinge_gradient(s, t, 1)),
    ("the 2 of the square's derivative is missing", lambda s, t, C: hinge_gradient(s, t, C) / 2),
    (
        "t is missing: it is the derivative of what stands inside the maximum",
        lambda s, t, C: hinge_gradient(s, t, C) * t,
    ),
    ("the sign: what stands inside the maximum falls with t s", lambda s, t, C: -hinge_gradient(s, t, C)),
    ("this is the gradient of the hinge without its square", lambda s, t, C: -C * t * (1 - t * s > 0)),
    ("this is a mean over the samples, expected a sum", lambda s, t, C: hinge_gradient(s, t, C) / len(s)),
    (
        "samples beyond the margin pull, too: is the maximum missing?",
        lambda s, t, C: -2 * C * t * (1 - t * s),
    ),
]
SVM = [
    ("W itself is missing: f holds 1/2 sum of W^2", lambda x, W, t, C: svm_gradient(x, W, t, C) - W),
    ("W comes twice: 1/2 of W^2 has the gradient W", lambda x, W, t, C: svm_gradient(x, W, t, C) + W),
    ("this is W/2: 1/2 of W^2 has the gradient W", lambda x, W, t, C: svm_gradient(x, W, t, C) - W / 2),
    ("C is missing in what the samples pull", lambda x, W, t, C: svm_gradient(x, W, t, 1)),
    ("C is taken twice", lambda x, W, t, C: svm_gradient(x, W, t, C * C)),
    (
        "what the samples pull is averaged, expected a sum",
        lambda x, W, t, C: svm_gradient(x, W, t, C / len(x)),
    ),
    (
        "C stands in front of W, and belongs to the samples",
        lambda x, W, t, C: C * W + svm_gradient(x, W, t, 1) - W,
    ),
    ("the samples' part has the wrong sign", lambda x, W, t, C: 2 * W - svm_gradient(x, W, t, C)),
]

MISTAKES = {
    "free_energy_forward": (_energy_point, ops.free_energy_forward, ENERGY),
    "free_energy_backward": (_energy_gradient_point, ops.free_energy_backward, ENERGY_BACK),
    "cd1_statistics": (_chain_point, cd1, CD1),
    "squared_hinge_forward": (_hinge_point, hinge, HINGE),
    "squared_hinge_backward": (_hinge_point, hinge_gradient, HINGE_BACK),
    "svm_backward": (_svm_point, svm_gradient, SVM),
}
