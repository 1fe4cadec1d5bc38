"""Variants of exercises 1, 2, 4 and 6: other linear maps, other activations, other masks, other momentum."""

from __future__ import annotations

import numpy as np

from wta_np.grading.laws.cases_dense import linear_cases, masked_gradient_cases, momentum_cases, relu_cases
from wta_np.grading.variants.task import Task, Variant


def whole(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Whole numbers and halves, that a reader can follow."""
    return rng.integers(-6, 7, shape) / 2


# ----------------------------------------------------------------------------------- exercise 1

LINEAR = "linear_backward(dy: N M, x: N D, W: {W}{b}) -> dx: N D, dW: {W}, db: {db}"
SOLVED = """
def linear_backward({takes}):
    return {dx}, {dW}, {db}
"""
FORWARD = "    y = x W + b         in components   y[n, j] = sum_i x[n, i] W[i, j] + b[j]"


def _linear(name, differs, forward, solution, shape="D M", change=(), bias="", n_bias="M"):
    def arguments(dy, x, W):
        W = W.T.copy() if shape == "M D" else W
        return [dy, x, W, np.arange(1.0, 1 + x.shape[1])] if bias else [dy, x, W]

    def draw(rng, n, d, m):
        return arguments(whole(rng, n, m), whole(rng, n, d), whole(rng, d, m))

    def cases():
        return [(what, arguments(*given)) for what, given in linear_cases()]

    takes = "dy, x, W, b" if bias else "dy, x, W"
    return Variant(
        1,
        name,
        differs,
        ((FORWARD, f"    y = {forward}"), *change) if forward else (),
        SOLVED.format(takes=takes, **solution),
        {"linear_backward": f"dx, dW and db are the gradients where {differs}"},
        {"linear_backward": Task(draw, cases)},
        (LINEAR.format(W=shape, b=bias, db=n_bias),),
    )


SHAPES = ("    W : ndarray, shape (D, M)", "    dW : ndarray, shape (D, M)", "    db : ndarray, shape (M,)")
LINEAR_VARIANTS = [
    _linear(
        "as_in_the_chapter", "y = x W + b", "", {"dx": "dy @ W.T", "dW": "x.T @ dy", "db": "dy.sum(axis=0)"}
    ),
    _linear(
        "weights_by_rows",
        "y = x W^T + b, and W has a row for each output",
        "x W^T + b       in components   y[n, j] = sum_i x[n, i] W[j, i] + b[j]",
        {"dx": "dy @ W", "dW": "dy.T @ x", "db": "dy.sum(axis=0)"},
        "M D",
        tuple((line, line.replace("(D, M)", "(M, D)")) for line in SHAPES[:2]),
    ),
    _linear(
        "bias_before_the_weights",
        "y = (x + b) W",
        "(x + b) W       in components   y[n, j] = sum_i (x[n, i] + b[i]) W[i, j]",
        {"dx": "dy @ W.T", "dW": "(x + b).T @ dy", "db": "(dy @ W.T).sum(axis=0)"},
        "D M",
        (
            ("def linear_backward(dy, x, W):", "def linear_backward(dy, x, W, b):"),
            (SHAPES[0] + "\n\n", SHAPES[0] + "\n    b : ndarray, shape (D,)\n\n"),
            (SHAPES[2], "    db : ndarray, shape (D,)"),
        ),
        ", b: D",
        "D",
    ),
    _linear(
        "twice_the_map_less_the_bias",
        "y = 2 x W - b",
        "2 x W - b       in components   y[n, j] = 2 sum_i x[n, i] W[i, j] - b[j]",
        {"dx": "2 * dy @ W.T", "dW": "2 * x.T @ dy", "db": "-dy.sum(axis=0)"},
    ),
]

# ----------------------------------------------------------------------------------- exercise 2

AT_ZERO = "h = max(a, 0)"
ANOTHER = (
    ("the gradient of the rectifier", "the gradient of an activation function"),
    ("What went into the rectifier", "What went into the function"),
)


def _relu(name, differs, forward, slope, note=""):
    return Variant(
        2,
        name,
        differs,
        ((f"    {AT_ZERO}\n", f"    {forward}\n{note}"), *ANOTHER) if forward else (),
        f"import numpy as np\n\n\ndef relu_backward(dh, a):\n    return dh * {slope}\n",
        {"relu_backward": f"da is dh times the slope of h, where {differs}"},
        {"relu_backward": Task(lambda rng, n, m, _: [whole(rng, n, m), whole(rng, n, m)], relu_cases)},
    )


RELU_VARIANTS = [
    _relu("as_in_the_chapter", "h = max(a, 0)", "", "(a > 0)"),
    _relu(
        "leaky",
        "h = a / 5 for negative a",
        "h = a where a > 0, and a / 5 where not",
        "np.where(a > 0, 1, 0.2)",
        "\nAt zero itself take the slope on the left, 1/5.\n",
    ),
    _relu(
        "capped",
        "h is capped at 2",
        "h = min(max(a, 0), 2)",
        "((a > 0) & (a < 2))",
        "\nAt both corners, a = 0 and a = 2, take the slope as 0.\n",
    ),
    _relu(
        "soft_threshold",
        "h moves a by 1/2 towards zero",
        "h = a - 1/2 where a > 1/2, a + 1/2 where a < -1/2, and 0 between",
        "(np.abs(a) > 0.5)",
        "\nAt both corners, a = 1/2 and a = -1/2, take the slope as 0.\n",
    ),
    _relu("squared", "h = max(a, 0)^2 / 2", "h = max(a, 0)^2 / 2", "np.maximum(a, 0)"),
]

# ----------------------------------------------------------------------------------- exercise 4

KEPT = "    z = h where the mask is True, and 0 elsewhere"


def _masked(name, differs, forward, factor):
    def draw(rng, n, m, _):
        return [whole(rng, n, m), rng.random((n, m)) < 0.5]

    return Variant(
        4,
        name,
        differs,
        ((KEPT, f"    {forward}"), ('the derivative of "keep the k largest"', "the derivative of a mask"))
        if forward
        else (),
        f"import numpy as np\n\n\ndef lifetime_backward(dz, mask):\n    return dz * {factor}\n",
        {"lifetime_backward": f"dh is the gradient where {differs}"},
        {"lifetime_backward": Task(draw, masked_gradient_cases)},
    )


MASK_VARIANTS = [
    _masked("as_in_the_chapter", "losers become 0", "", "np.where(mask, 1.0, 0.0)"),
    _masked(
        "losers_keep_a_tenth",
        "losers keep a tenth of their activity",
        "z = h where the mask is True, and h / 10 elsewhere",
        "np.where(mask, 1, 0.1)",
    ),
    _masked(
        "winners_twice",
        "winners count twice",
        "z = 2 h where the mask is True, and 0 elsewhere",
        "np.where(mask, 2.0, 0.0)",
    ),
    _masked(
        "winners_silenced",
        "winners become 0",
        "z = 0 where the mask is True, and h elsewhere",
        "np.where(mask, 0.0, 1.0)",
    ),
    _masked(
        "losers_inhibited",
        "losers change their sign",
        "z = h where the mask is True, and -h elsewhere",
        "np.where(mask, 1.0, -1.0)",
    ),
]

# ----------------------------------------------------------------------------------- exercise 6

VELOCITY = (
    "The velocity v of a parameter w keeps the share mu of what it was, and the slope, times the learning rate lr,\n"
    "pulls it downhill. Then w moves by the new velocity."
)


def _momentum(name, differs, text, body):
    def draw(rng, n, m, lr):
        return [*whole(rng, 3, n, m), lr / 4, 0.5]

    return Variant(
        6,
        name,
        differs,
        ((VELOCITY, text),) if text else (),
        f"def momentum_step(w, v, dw, lr, mu):\n{body}",
        {"momentum_step": f"w and v after a step where {differs}"},
        {"momentum_step": Task(draw, momentum_cases)},
    )


MOMENTUM_VARIANTS = [
    _momentum(
        "as_in_the_chapter",
        "the learning rate is inside of the velocity",
        "",
        "    v = mu * v - lr * dw\n    return w + v, v\n",
    ),
    _momentum(
        "rate_outside",
        "the velocity sums up gradients, and the learning rate stands outside of it",
        "The velocity v of a parameter w keeps the share mu of what it was, and the whole gradient is added to it.\n"
        "Then w moves against the new velocity, by lr times as much.",
        "    v = mu * v + dw\n    return w - lr * v, v\n",
    ),
    _momentum(
        "dampened",
        "the gradient enters with the share 1 - mu",
        "The velocity v of a parameter w keeps the share mu of what it was, and takes the share 1 - mu of the plain\n"
        "step -lr dw. Then w moves by the new velocity.",
        "    v = mu * v - (1 - mu) * lr * dw\n    return w + v, v\n",
    ),
    _momentum(
        "looking_ahead",
        "w moves by the plain step and by mu times the new velocity",
        "The velocity v of a parameter w keeps the share mu of what it was, and the slope, times the learning rate\n"
        "lr, pulls it downhill. Then w moves by the plain step -lr dw, and by mu times the new velocity.",
        "    v = mu * v - lr * dw\n    return w + mu * v - lr * dw, v\n",
    ),
    _momentum(
        "with_decay",
        "a tenth of w is added to the gradient",
        "The velocity v of a parameter w keeps the share mu of what it was. A tenth of w is added to the gradient, so\n"
        "that weights decay; this sum, times the learning rate lr, pulls the velocity downhill. Then w moves by the\n"
        "new velocity.",
        "    v = mu * v - lr * (dw + 0.1 * w)\n    return w + v, v\n",
    ),
]
