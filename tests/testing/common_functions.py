"""Common functions with right gradients and with wrong ones, at random points as people draw them.

As a script it says how often the right are accepted and the wrong are found: ``python common_functions.py 1000``.
"""

import sys
import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from wta_np import ops
from wta_np.testing import GradientError, KinkError, UndecidedError, gradcheck


@dataclass
class Function:
    """A forward, its right backward, wrong ones by name, and what draws a point."""

    forward: Any
    backward: Any
    wrong: dict
    draw: Any
    options: dict


FUNCTIONS: dict[str, Function] = {}


def enter(name, forward, backward, wrong, draw, **options):
    FUNCTIONS[name] = Function(forward, backward, wrong, draw, options)


def elementwise(name, forward, derivative, draw):
    """A function of each entry; wrong are one entry, a sixth digit and more, and a sign."""

    def one_entry(dy, x):
        dx = dy * derivative(x)
        i = np.abs(dx).argmax()
        dx.flat[i] *= 1.001
        return dx

    wrong = {
        "one entry by 0.1%": one_entry,
        "all by 1e-5": lambda dy, x: dy * derivative(x) * (1 + 1e-5),
        "the sign": lambda dy, x: -dy * derivative(x),
        "zero": lambda dy, x: 0 * x,
    }
    enter(name, forward, lambda dy, x: dy * derivative(x), wrong, lambda rng: {"x": draw(rng)})


def uniform(rng):
    return rng.random((5, 3))


def normal(rng):
    return rng.normal(size=(5, 3))


def sigmoid(x):
    return 0.5 * (1 + np.tanh(x / 2))


elementwise("log", np.log, lambda x: 1 / x, uniform)
elementwise("1/x", lambda x: 1 / x, lambda x: -1 / x**2, normal)
elementwise("sqrt", np.sqrt, lambda x: 0.5 / np.sqrt(x), uniform)
elementwise("x**2", lambda x: x**2, lambda x: 2 * x, normal)
elementwise("x**3", lambda x: x**3, lambda x: 3 * x**2, normal)
elementwise("x**1.5", lambda x: x**1.5, lambda x: 1.5 * x**0.5, uniform)
elementwise("exp", np.exp, np.exp, lambda rng: 3 * rng.normal(size=(5, 3)))
elementwise("tanh", np.tanh, lambda x: 1 / np.cosh(x) ** 2, lambda rng: 5 * rng.normal(size=(5, 3)))
elementwise(
    "sigmoid",
    lambda x: 1 / (1 + np.exp(-x)),
    lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
    lambda rng: 10 * rng.normal(size=(5, 3)),
)
elementwise(
    "softplus",
    lambda x: np.logaddexp(0, x),
    lambda x: 1 / (1 + np.exp(-x)),
    lambda rng: 5 * rng.normal(size=(5, 3)),
)


# -------------------------------------------------------------------------------- softmax and losses


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(dy, z):
    p = softmax(z)
    return p * (dy - (dy * p).sum(axis=-1, keepdims=True))


enter(
    "softmax",
    softmax,
    softmax_backward,
    {
        "the diagonal alone": lambda dy, z: dy * softmax(z) * (1 - softmax(z)),
        "the sum over the batch": lambda dy, z: softmax(z) * (dy - (dy * softmax(z)).sum()),
    },
    lambda rng: {"z": 2 * rng.normal(size=(4, 5))},
)


def cross_entropy(z, t):
    z = z - z.max(axis=1, keepdims=True)
    return -(z[np.arange(len(t)), t] - np.log(np.exp(z).sum(axis=1))).mean()


def cross_entropy_backward(dL, z, t):
    p = softmax(z)
    p[np.arange(len(t)), t] -= 1
    return dL * p / len(t)


enter(
    "cross-entropy of logits",
    cross_entropy,
    cross_entropy_backward,
    {
        "no mean": lambda dL, z, t: len(t) * cross_entropy_backward(dL, z, t),
        "no dL": lambda dL, z, t: cross_entropy_backward(1.0, z, t),
        "a truth one place on": lambda dL, z, t: cross_entropy_backward(dL, z, (t + 1) % 5),
    },
    lambda rng: {"z": rng.choice([1, 3, 10]) * rng.normal(size=(4, 5)), "t": rng.integers(0, 5, 4)},
)


def binary_cross_entropy(p, t):
    return -np.mean(np.sum(t * np.log(p) + (1 - t) * np.log(1 - p), axis=1))


def binary_cross_entropy_backward(dL, p, t):
    return dL * (-t / p + (1 - t) / (1 - p)) / len(p)


enter(
    "binary cross-entropy",
    binary_cross_entropy,
    binary_cross_entropy_backward,
    {
        "one term": lambda dL, p, t: -dL * t / p / len(p),
        "an epsilon of 1e-3": lambda dL, p, t: binary_cross_entropy_backward(dL, p + 1e-3 * (0.5 - p), t),
    },
    lambda rng: {"p": rng.random((10, 10)), "t": rng.random((10, 10))},
    wrt="p",
)


# ------------------------------------------------------------------------------------ normalisations


def norm_forward(x, g, b, axis, eps=1e-5):
    mean, variance = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True)
    return g * (x - mean) / np.sqrt(variance + eps) + b


def norm_backward(dy, x, g, axis, eps=1e-5, detached=False):
    s = np.sqrt(x.var(axis=axis, keepdims=True) + eps)
    z, dz = (x - x.mean(axis=axis, keepdims=True)) / s, dy * g
    through = 0 if detached else z * (dz * z).mean(axis=axis, keepdims=True)
    dx = (dz - dz.mean(axis=axis, keepdims=True) - through) / s
    return dx, (dy * z).sum(axis=0), dy.sum(axis=0)


for label, axis in (("batch norm", 0), ("layer norm", 1)):
    enter(
        label,
        lambda x, g, b, axis=axis: norm_forward(x, g, b, axis),
        lambda dy, x, g, axis=axis: norm_backward(dy, x, g, axis),
        {
            "the variance taken for constant": lambda dy, x, g, axis=axis: norm_backward(
                dy, x, g, axis, detached=True
            ),
            "another epsilon": lambda dy, x, g, axis=axis: norm_backward(dy, x, g, axis, eps=1e-2),
            "a mean for a sum in dg": lambda dy, x, g, axis=axis: (
                *norm_backward(dy, x, g, axis)[:1],
                norm_backward(dy, x, g, axis)[1] / len(x),
                dy.sum(axis=0),
            ),
        },
        lambda rng: {"x": rng.normal(size=(6, 4)), "g": rng.normal(size=4), "b": rng.normal(size=4)},
    )


# --------------------------------------------------------------------------------- max, convolution


def max_backward(dy, x):
    dx = np.zeros_like(x)
    dx[np.arange(len(x)), x.argmax(axis=1)] = dy
    return dx


enter(
    "max",
    lambda x: x.max(axis=1),
    max_backward,
    {
        "shared by all": lambda dy, x: np.repeat(dy[:, None], x.shape[1], axis=1) / x.shape[1],
        "the smallest": lambda dy, x: max_backward(dy, -x),
    },
    lambda rng: {"x": rng.normal(size=(6, 5))},
)


def conv_relu(x, W, b):
    return np.maximum(ops.conv2d_forward(x, W, b), 0)


def conv_relu_backward(dy, x, W, b):
    return ops.conv2d_backward(dy * (ops.conv2d_forward(x, W, b) > 0), x, W)


def conv_without_turning(dy, x, W, b):
    return ops.conv2d_backward(dy * (ops.conv2d_forward(x, W, b) > 0), x, W[::-1, ::-1])


enter(
    "conv with ReLU",
    conv_relu,
    conv_relu_backward,
    {
        "no ReLU": lambda dy, x, W, b: ops.conv2d_backward(dy, x, W),
        "filters turned": conv_without_turning,
    },
    lambda rng: {
        "x": rng.normal(size=(2, 6, 6, 2)),
        "W": rng.normal(size=(3, 3, 2, 4)) / 4,
        "b": 0.1 * rng.normal(size=4),
    },
)


# -------------------------------------------------------------------------------- LSTM and attention


def lstm_parts(x, h, c, W, b):
    i, f, o, g = np.split(np.concatenate([x, h], axis=1) @ W + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    return i, f, o, g, f * c + i * g


def lstm_step(x, h, c, W, b):
    _, _, o, _, c_next = lstm_parts(x, h, c, W, b)
    return o * np.tanh(c_next), c_next


def lstm_step_backward(dh_next, dc_next, x, h, c, W, b):
    i, f, o, g, c_next = lstm_parts(x, h, c, W, b)
    t = np.tanh(c_next)
    dc = dc_next + dh_next * o * (1 - t**2)
    da = [dc * g * i * (1 - i), dc * c * f * (1 - f), dh_next * t * o * (1 - o), dc * i * (1 - g**2)]
    da = np.concatenate(da, axis=1)
    both, d = da @ W.T, x.shape[1]
    return both[:, :d], both[:, d:], dc * f, np.concatenate([x, h], axis=1).T @ da, da.sum(axis=0)


enter(
    "LSTM step",
    lstm_step,
    lstm_step_backward,
    {
        "dc dropped": lambda dh_next, dc_next, x, h, c, W, b: lstm_step_backward(
            dh_next, 0 * dc_next, x, h, c, W, b
        ),
        "no forget gate in dc": lambda dh_next, dc_next, x, h, c, W, b: tuple(
            1.01 * part if n == 2 else part
            for n, part in enumerate(lstm_step_backward(dh_next, dc_next, x, h, c, W, b))
        ),
    },
    lambda rng: {
        "x": rng.normal(size=(3, 4)),
        "h": rng.normal(size=(3, 2)),
        "c": rng.normal(size=(3, 2)),
        "W": rng.normal(size=(6, 8)),
        "b": rng.normal(size=8),
    },
)


def attention(q, k, v, mask):
    return softmax(np.where(mask, q @ k.T / np.sqrt(q.shape[1]), -np.inf)) @ v


def attention_backward(dy, q, k, v, mask, scale=True):
    root = np.sqrt(q.shape[1])
    a = softmax(np.where(mask, q @ k.T / root, -np.inf))
    da = dy @ v.T
    ds = a * (da - (da * a).sum(axis=1, keepdims=True)) / (root if scale else 1)
    return ds @ k, ds.T @ q, a.T @ dy


enter(
    "attention with a mask",
    attention,
    attention_backward,
    {
        "no root": lambda dy, q, k, v, mask: attention_backward(dy, q, k, v, mask, scale=False),
        "no mask": lambda dy, q, k, v, mask: attention_backward(dy, q, k, v, mask | True),
        "dk for dq": lambda dy, q, k, v, mask: tuple(
            attention_backward(dy, q, k, v, mask)[i] for i in (1, 0, 2)
        ),
    },
    lambda rng: {
        "q": rng.normal(size=(4, 3)),
        "k": rng.normal(size=(4, 3)),
        "v": rng.normal(size=(4, 3)),
        "mask": np.tril(np.ones((4, 4), bool)),
    },
)


def verdict(function, backward, seed):
    """ "right", "wrong" or "refused", and the words for it."""
    rng = np.random.default_rng(seed)
    point = function.draw(rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            gradcheck(function.forward, backward, point, rng=seed, **function.options)
        except GradientError as error:
            return "wrong", str(error)
        except (KinkError, UndecidedError) as error:
            return "refused", str(error)
    return "right", ""


def main(points):
    """A table: right ones accepted and wrong ones found, of `points` each."""
    print(f"{'function':24} accepted  found of wrong")
    for name, function in FUNCTIONS.items():
        start, said = time.perf_counter(), set()
        right = [verdict(function, function.backward, seed) for seed in range(points)]
        said |= {words for kind, words in right if kind != "right"}
        found = {
            wrong: sum(verdict(function, backward, seed)[0] == "wrong" for seed in range(points))
            for wrong, backward in function.wrong.items()
        }
        seconds = time.perf_counter() - start
        accepted = sum(kind == "right" for kind, _ in right)
        print(f"{name:24} {accepted:8}  {found}  {seconds:.0f} s", flush=True)
        for words in list(said)[:3]:
            print("    ", words, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
