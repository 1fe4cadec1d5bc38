"""Usual mistakes in the exercises on dense layers: 1, 2, 5 and 6."""

from __future__ import annotations

import numpy as np

from wta_np import ops
from wta_np.grading.laws.cases_dense import momentum
from wta_np.grading.laws.cases_machine import fcwta, fcwta_step
from wta_np.grading.laws.fcwta import by_unit, fcwta_point


def _linear_point():
    rng = np.random.default_rng(41)
    return [rng.normal(size=shape) for shape in ((4, 3), (4, 2), (2, 3))]


def _relu_point():
    return list(np.random.default_rng(42).normal(size=(2, 4, 3)))


def _momentum_point():
    return [*np.random.default_rng(43).normal(size=(3, 4)), 0.3, 0.8]


def _fcwta_point():
    return list({**fcwta_point(np.random.default_rng(40), 7, 4, 3), "k": 3}.values())


def _step_point():
    return [*_fcwta_point(), 0.3]


def _forward(
    x, W_enc, b_enc, W_dec, b_dec, k, relu=True, winners=by_unit, back=None, learn_from_h=False, half=1
):
    """Loss and gradients with what students change in them."""
    a = x @ W_enc + b_enc
    h = np.maximum(a, 0) if relu else a
    mask = winners(h, k)
    z = h * mask
    error = z @ W_dec + b_dec - x
    dx_hat = error / len(x)
    da = dx_hat @ (W_dec.T if back is None else back) * mask * ((a > 0) if relu else 1)
    loss = np.sum(error**2) / (2 * len(x)) * half
    code = h if learn_from_h else z
    return loss, x.T @ da, da.sum(axis=0), code.T @ dx_hat, dx_hat.sum(axis=0)


def _of_the_layer(h, k):
    mask = np.zeros(h.size, bool)
    mask[np.argsort(-h.ravel(), kind="stable")[:k]] = True
    return mask.reshape(h.shape)


def _by_sample(h, k):
    return ops.lifetime_mask(h.T.copy(), min(k, h.shape[1])).T


def _without(place):
    def forward(*inputs):
        inputs = list(inputs)
        inputs[place] = 0 * inputs[place]
        return _forward(*inputs)

    return forward


FORWARD = [
    ("is the 1/2 of the loss missing?", lambda *i: _forward(*i, half=2)),
    ("is the 1/2 of the loss there twice?", lambda *i: _forward(*i, half=0.5)),
    ("is the loss a sum over the samples instead of their mean?", lambda *i: _forward(*i, half=len(i[0]))),
    ("is the loss a mean over the pixels, too?", lambda *i: _forward(*i, half=1 / i[0].shape[1])),
    (
        "is the loss a sum over the samples, without its 1/2 and 1/N?",
        lambda *i: _forward(*i, half=2 * len(i[0])),
    ),
    ("this is what no b_enc gives: is it added to x W_enc?", _without(2)),
    ("this is what no b_dec gives: is it added to z W_dec?", _without(4)),
    (
        "this is what no ReLU gives: is h = max(a, 0) there on the way forward?",
        lambda *i: _forward(*i, relu=False),
    ),
    (
        "this is what k winners in the whole layer give: every unit has its own winners",
        lambda *i: _forward(*i, winners=_of_the_layer),
    ),
    (
        "this is what k winners in each row give, expected k in each column: every unit has its own winners",
        lambda *i: _forward(*i, winners=_by_sample),
    ),
    ("dz has to come back through W_dec.T, and this came through W_enc", lambda *i: _forward(*i, back=i[1])),
    ("dW_dec is made of h: the decoder saw z", lambda *i: _forward(*i, learn_from_h=True)),
]


def _step_without(names):
    def step(*inputs):
        new = fcwta_step(*inputs)
        return tuple(old if i in names else w for i, (w, old) in enumerate(zip(new, inputs[1:5])))

    return step


STEP = [
    ("the biases did not move", _step_without({1, 3})),
    ("b_enc did not move", _step_without({1})),
    ("b_dec did not move", _step_without({3})),
    ("the encoder did not move", _step_without({0, 1})),
    ("the decoder did not move", _step_without({2, 3})),
    ("nothing moved: are the new arrays returned?", _step_without({0, 1, 2, 3})),
    (
        "these are the gradients, not the parameters after a step",
        lambda *i: fcwta(*i[:6])[1:],
    ),
]


def _momentum_of(v_of, w_of):
    def step(w, v, dw, lr, mu):
        new = v_of(v, dw, lr, mu)
        return w_of(w, v, new, dw, lr, mu), new

    return step


OURS = "in this exercise the learning rate is inside of the velocity: v = mu v - lr dw, then w = w + v"
MOMENTUM = [
    (
        f"this is PyTorch's convention, v = mu v + dw and w = w - lr v; {OURS}",
        _momentum_of(lambda v, dw, lr, mu: mu * v + dw, lambda w, v, new, dw, lr, mu: w - lr * new),
    ),
    (
        f"this is v = mu v + lr dw and w = w - v, the velocity with the other sign; {OURS}",
        _momentum_of(lambda v, dw, lr, mu: mu * v + lr * dw, lambda w, v, new, dw, lr, mu: w - new),
    ),
    (
        f"this is the mean of gradients, v = mu v + (1 - mu) dw; {OURS}",
        _momentum_of(
            lambda v, dw, lr, mu: mu * v + (1 - mu) * dw, lambda w, v, new, dw, lr, mu: w - lr * new
        ),
    ),
    (
        f"the gradient's share is 1 - mu here, and ought to be 1; {OURS}",
        _momentum_of(
            lambda v, dw, lr, mu: mu * v - (1 - mu) * lr * dw, lambda w, v, new, dw, lr, mu: w + new
        ),
    ),
    (
        f"this is Nesterov's look ahead; {OURS}",
        _momentum_of(
            lambda v, dw, lr, mu: mu * v - lr * dw, lambda w, v, new, dw, lr, mu: w + mu * new - lr * dw
        ),
    ),
    (
        "w moved by the old velocity, and ought to move by the new one",
        _momentum_of(lambda v, dw, lr, mu: mu * v - lr * dw, lambda w, v, new, dw, lr, mu: w + v),
    ),
    (
        "w moved uphill: the sign of the gradient?",
        _momentum_of(lambda v, dw, lr, mu: mu * v + lr * dw, lambda w, v, new, dw, lr, mu: w + new),
    ),
    (
        "the learning rate is taken twice, in the velocity and in the step of w",
        _momentum_of(lambda v, dw, lr, mu: mu * v - lr * dw, lambda w, v, new, dw, lr, mu: w + lr * new),
    ),
    ("w and v come back exchanged: the parameter first", lambda *i: momentum(*i)[::-1]),
    ("the velocity that came in is returned, not the new one", lambda *i: (momentum(*i)[0], i[1])),
    (
        "w moved by the gradient alone, and ought to move by the velocity",
        lambda w, v, dw, lr, mu: (w - lr * dw, mu * v - lr * dw),
    ),
]

LINEAR = [
    (
        "the gradients come back in another order, expected dx, dW, db",
        lambda *i: ops.linear_backward(*i)[::-1],
    ),
    ("the sign?", lambda *i: tuple(-g for g in ops.linear_backward(*i))),
]
RELU = [
    ("dh is missing: by the chain rule it stands in front of the slope", lambda dh, a: (a > 0).astype(float)),
    ("this is the rectifier of dh: it is the sign of a that matters", lambda dh, a: np.maximum(dh, 0)),
    ("this is dh times max(a, 0): the slope is 1, not a", lambda dh, a: dh * np.maximum(a, 0)),
    (
        "only where dh is positive, too, does something arrive: dh may have any sign",
        lambda dh, a: dh * ((a > 0) & (dh > 0)),
    ),
]

MISTAKES = {
    "linear_backward": (_linear_point, ops.linear_backward, LINEAR),
    "relu_backward": (_relu_point, ops.relu_backward, RELU),
    "fcwta_loss_and_grads": (_fcwta_point, fcwta, FORWARD),
    "fcwta_step": (_step_point, fcwta_step, STEP),
    "momentum_step": (_momentum_point, momentum, MOMENTUM),
}
