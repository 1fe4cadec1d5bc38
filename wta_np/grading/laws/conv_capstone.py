"""The second capstone: a CONV-WTA of the student's own, its features, and their own classifier on them."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

import numpy as np

from wta_np import ops
from wta_np.backend import Array
from wta_np.data import load
from wta_np.grading.laws.capstone import DIVERGED, LARGE
from wta_np.grading.laws.cases import definition_law, same
from wta_np.testing.laws.registry import require

MAPS, SIZE, LIFETIME, BATCH = 8, 5, 0.5, 100
POOL, STRIDE, WINDOWS = 4, 3, (5, 5)
SHARE = 0.9  # of the error that an image of mean brightness makes
ERRORS = 0.16  # of the classifier, where the pixels themselves give 0.2
SLOW = "does a loop not end, or are there too many epochs?"


@functools.cache
def digits() -> Any:
    """400 digits to train on and 200 others, (N, 14, 14, 1), each with its labels."""
    data = load("sample")
    return tuple(
        (x.astype(float).reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))[..., None], np.asarray(y))
        for x, y in ((data.x_train[:400], data.y_train[:400]), (data.x_test[:200], data.y_test[:200]))
    )


def trained_once(impl: Any) -> Any:
    """The implementation with ``weights()`` and ``short(seed)``, that train at the first call and remember."""
    weights = functools.cache(lambda: impl.train(digits()[0][0], MAPS, SIZE, LIFETIME, 0))
    short = functools.cache(lambda seed: impl.train(*_few(seed)))
    return SimpleNamespace(**{**vars(impl), "weights": weights, "short": short})


def _few(seed):
    return digits()[0][0][:120], 2, 3, LIFETIME, seed


def atoms(functions: Any) -> Any:
    """The atoms after a training, (MAPS, SIZE, SIZE, 1), and the shape of each."""
    return functions.train(digits()[0][0], MAPS, SIZE, LIFETIME, 0)[2], (SIZE, SIZE, 1)


# ------------------------------------------------------------------------------------ one step


def loss_and_grads(x: Array, W: Array, b: Array, D: Array, c: Any, k: Any) -> Any:
    """The definition, from the package's own functions."""
    a = ops.conv2d_forward(x, W, b)
    code = ops.select_winners(ops.relu_forward(a), k)
    x_hat = ops.deconv2d_forward(code, D, c)
    loss = ops.squared_error_forward(x_hat, x)
    dz, dD, dc = ops.deconv2d_backward(ops.squared_error_backward(x_hat, x), code, D)
    _, dW, db = ops.conv2d_backward(ops.relu_backward(dz.dense(), a), x, W)
    return loss, dW, db, dD, dc


def step(x: Array, W: Array, b: Array, D: Array, c: Any, k: Any, lr: Any) -> Any:
    """The definition of a step."""
    loss, *grads = loss_and_grads(x, W, b, D, c, k)
    return loss, *(w - lr * dw for w, dw in zip((W, b, D, c), grads))


def step_cases() -> list:
    """x, W, b, D, c, k, lr."""
    rng = np.random.default_rng(81)
    cases = []
    for what, shape, maps, (kh, kw), (dh, dw), k in (
        ("one image, one map", (1, 3, 3, 1), 1, (3, 3), (3, 3), 1),
        ("two images, one winner in each map", (2, 3, 4, 1), 2, (3, 3), (3, 3), 1),
        ("all spatial winners, k = N", (3, 4, 5, 1), 2, (3, 3), (3, 3), 3),
        ("three channels", (3, 5, 4, 3), 2, (3, 3), (5, 5), 2),
        ("filters and atoms that are not square", (4, 5, 6, 2), 3, (3, 5), (5, 3), 2),
        ("atoms of 7 x 7", (3, 6, 7, 1), 4, (5, 5), (7, 7), 2),
    ):
        c = shape[3]
        sizes = (shape, (kh, kw, c, maps), (maps,), (maps, dh, dw, c), (c,))
        cases.append((what, [*(rng.normal(size=size) for size in sizes), k, 0.3]))
    x, W, b, D, c, k, lr = cases[3][1]
    return [*cases, ("maps that are never active", [x, W, b - 100, D, c, k, lr])]


def features(x: Array, W: Array, b: Array, size: Any, stride: Any, windows: Any) -> Any:
    """The definition: released maps, pooled, in a row for each image."""
    y, _ = ops.max_pool_forward(ops.relu_forward(ops.conv2d_forward(x, W, b)), size, stride)
    return y.reshape(len(x), -1)


def feature_cases() -> Any:
    """x, W, b, size, stride, windows."""
    rng = np.random.default_rng(82)
    cases = []
    for what, shape, maps, size, stride in (
        ("one map", (1, 2, 4, 1), 1, 2, 2),
        ("windows that overlap", (2, 5, 4, 1), 3, 2, 1),
        ("windows that are cut", (2, 5, 7, 2), 3, 3, 2),
    ):
        x, W, b = rng.normal(size=shape), rng.normal(size=(3, 3, shape[3], maps)), rng.normal(size=maps)
        windows = ops.max_pool_forward(ops.conv2d_forward(x, W, b), size, stride)[0].shape[1:3]
        cases.append((what, [x, W, b, size, stride, windows]))
    return cases


# ------------------------------------------------------------------------- training and classifying


def _finished(impl):
    weights = impl.weights()
    largest = max(np.abs(w).max() for w in weights)
    require(largest < LARGE, f"the weights grew to {largest:.2g}; {DIVERGED}")
    return weights


def the_same_seed_gives_the_same_filters(impl: Any) -> None:
    """All that is random in the training comes from the seed, and another seed gives other weights."""
    for name, first, again in zip(("W", "b", "D", "c"), impl.short(0), impl.train(*_few(0))):
        same(again, first, f"{name} of a second training with seed 0")
    equal = all(np.array_equal(a, b) for a, b in zip(impl.short(0), impl.short(1)))
    require(not equal, "seeds 0 and 1 gave the same weights: is seed used?")


def new_digits_are_decoded(impl: Any) -> None:
    """The error on digits not trained on is below nine tenths of that of an image of mean brightness."""
    weights, x = _finished(impl), digits()[1][0]
    k = ops.winners_per_unit(LIFETIME, BATCH)
    error = np.mean([loss_and_grads(x[i : i + BATCH], *weights, k)[0] for i in range(0, len(x), BATCH)])
    plain = np.sum((x - digits()[0][0].mean()) ** 2) / (2 * len(x))
    require(
        error < SHARE * plain,
        f"the squared error is {error:.4g} on new digits, expected below {SHARE * plain:.4g} (an image of mean "
        f"brightness makes {plain:.4g}): more epochs, or another learning rate?",
    )


def your_features_tell_digits_apart(impl: Any) -> None:
    """Your classifier on your features is wrong on fewer than 16% of new digits, where pixels give 20%."""
    weights = _finished(impl)
    (x, y), (x_new, y_new) = digits()
    t = np.where(y[:, None] == np.arange(10), 1.0, -1.0)
    f, g = (impl.features(part, *weights[:2], POOL, STRIDE, WINDOWS) for part in (x, x_new))
    found = impl.classify(f, t, g)
    wrong = np.mean(found != y_new)
    require(
        wrong < ERRORS,
        f"{100 * wrong:.3g}% of the new digits are wrong, expected below {100 * ERRORS:.3g}%: are the features of both "
        "sets scaled alike, and did the SVM converge?",
    )


LAWS = [
    definition_law("conv_wta_step", "loss W b D c", step, step_cases, "one step, many shapes"),
    definition_law("features", "f", features, feature_cases, "overlaps, cut windows"),
    the_same_seed_gives_the_same_filters,
    new_digits_are_decoded,
    your_features_tell_digits_apart,
]
