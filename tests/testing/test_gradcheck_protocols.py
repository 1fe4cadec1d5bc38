"""Code as it is found: caches, layers, several outputs, lists and dicts; and calls that would check nothing."""

import functools
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from wta_np import ops
from wta_np.testing import GradcheckWarning, GradientError, UndecidedError, gradcheck, laws

RNG = np.random.default_rng(4)
X, W, B = RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=2)
SQUARE = RNG.normal(size=(3, 3))


def wrong(*args, match=".", **options):
    with pytest.raises(GradientError, match=match):
        gradcheck(*args, **options)


# -------------------------------------------------------------------------- what forward remembers


def affine_forward(x, w, b):
    return x @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def sigmoid_forward(x):
    s = 1 / (1 + np.exp(-x))
    return s, s


def sigmoid_backward(dout, cache):
    return dout * cache * (1 - cache)


def lstm_like_forward(x, h, c):
    a = np.tanh(x + h)
    c_next = c * a
    return a * c_next, c_next, (a, c)


def lstm_like_backward(dnext_h, dnext_c, cache):
    a, c = cache
    dc_next = dnext_c + dnext_h * a
    da = (dnext_h * c * a + dc_next * c) * (1 - a**2)
    return da, da, dc_next * a


THREE = {"x": X, "h": X[::-1].copy(), "c": X**2}
CACHED = {
    "(out, cache)": (affine_forward, affine_backward, {"x": X, "w": W, "b": B}),
    "a cache that is an array": (sigmoid_forward, sigmoid_backward, {"x": X}),
    "two outputs and a cache": (lstm_like_forward, lstm_like_backward, THREE),
    "two items of cache": (
        lambda x: (x**2 * 3, x, 3.0),
        lambda dout, x_kept, factor: 2 * factor * dout * x_kept,
        {"x": X},
    ),
    "a list [out, cache]": (lambda x: [x**2, {"x": x}], lambda dout, cache: 2 * dout * cache["x"], {"x": X}),
    "cache before an input": (
        lambda x, w: (x * w, x),
        lambda dout, cache, w: (dout * w, dout * cache),
        {"x": B, "w": B + 1},
    ),
    "a cache before dout": (
        lambda x, w: (x @ w, {"x": x, "w": w}),
        lambda cache, dout: (dout @ cache["w"].T, cache["x"].T @ dout),
        {"x": X, "w": W},
    ),
    "a context that is an input": (
        lambda ctx, x: ctx.update(x=x) or x**2,
        lambda ctx, grad_output: 2 * grad_output * ctx["x"],
        {"ctx": {}, "x": X},
    ),
    "a parameter dict": (
        lambda x, param: (x * param["scale"], (x, param)),
        lambda dout, cache: dout * cache[1]["scale"],
        {"x": X, "param": {"scale": 3, "mode": "train"}},
    ),
}


@pytest.mark.parametrize("name", CACHED)
def test_backward_gets_what_forward_remembered(name):
    forward, backward, point = CACHED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = gradcheck(forward, backward, point)
    assert max(report.values()) < 1e-6

    def a_little_more(*args):
        grads = backward(*args)
        return tuple(1.001 * g for g in grads) if isinstance(grads, tuple) else 1.001 * grads

    wrong(forward, functools.wraps(backward)(a_little_more), point)


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1 - self.out)


class SoftmaxLoss:
    def __init__(self, scaled):
        self.scaled = scaled

    def forward(self, x, t):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.p, self.t = e / e.sum(axis=1, keepdims=True), t
        return -np.log(self.p[np.arange(len(t)), t]).mean()

    def backward(self, dout=1):
        dx = self.p.copy()
        dx[np.arange(len(dx)), self.t] -= 1
        return dx / len(dx) * (dout if self.scaled else 1)


def test_methods_of_a_layer_that_remembers():
    layer = Sigmoid()
    gradcheck(layer.forward, layer.backward, {"x": X})
    wrong(layer.forward, lambda dout: 2 * layer.backward(dout), {"x": X}, match="same factor 2")


def test_a_loss_layer_has_to_multiply_by_dout():
    point = {"x": X, "t": np.array([0, 2, 1, 1])}
    right, ignores = SoftmaxLoss(True), SoftmaxLoss(False)
    gradcheck(right.forward, right.backward, point)
    wrong(ignores.forward, ignores.backward, point, match="does not multiply by dy")


def test_gradients_returned_by_forward_itself():
    def loss(x, y):
        return 0.5 * np.sum((x - y) ** 2), x - y

    gradcheck(loss, None, {"x": X, "y": X[::-1]}, wrt="x")
    wrong(lambda x: (np.sum(x**2), x), None, {"x": X}, match="same factor 0.5")
    gradcheck(lambda x, w: (x @ w, lambda dy: (dy @ w.T, x.T @ dy)), None, {"x": X, "w": W})
    wrong(lambda x, w: (x @ w, lambda dy: (dy @ w.T, 2 * x.T @ dy)), None, {"x": X, "w": W})


# -------------------------------------------------------------------------------- names and places


def dense(x, W, scale=1.0):
    return scale * (x @ W)


NAMED = {
    "a dict in another order": (
        dense,
        lambda dy, x, W: {"x": dy @ W.T, "W": x.T @ dy},
        {"W": SQUARE, "x": SQUARE + 1},
    ),
    "backward in another order": (
        dense,
        lambda dy, W, x, eps=0.0: (dy @ W.T, x.T @ dy),
        {"x": SQUARE + 1, "W": SQUARE},
    ),
    "a keyword": (
        lambda x, W, *, scale: scale * (x @ W),
        lambda dy, x, W, *, scale: (scale * dy @ W.T, scale * x.T @ dy),
        {"x": X, "W": W, "scale": 2.0},
    ),
    "a default beside an input": (
        lambda x, W, b: x @ W + b,
        lambda dy, x, W, scale=1.0: (scale * dy @ W.T, scale * x.T @ dy, scale * dy.sum(0)),
        {"x": X, "W": W, "b": B},
    ),
    "any arguments": (lambda *v: v[0] @ v[1], lambda dy, *v: (dy @ v[1].T, v[0].T @ dy), {"x": X, "W": W}),
    "any keywords": (
        lambda **v: v["x"] @ v["W"],
        lambda dy, **v: (dy @ W.T, X.T @ dy),
        {"x": X, "W": W},
    ),
    "other names": (lambda a, b: a @ b, lambda g, p, q: (g @ q.T, p.T @ g), {"x": X, "W": W}),
    "partial": (
        functools.partial(dense, scale=2.0),
        lambda dy, x, W: (2 * dy @ W.T, 2 * x.T @ dy),
        {"x": X, "W": W},
    ),
    "a dict of dx and dW": (dense, lambda dy, x, W: {"dx": dy @ W.T, "dW": x.T @ dy}, {"x": X, "W": W}),
    "None for an integer": (
        lambda x, t: x[np.arange(len(t)), t],
        lambda dy, x, t: (np.eye(3)[t] * dy[:, None], None),
        {"x": X, "t": np.array([0, 2, 1, 1])},
    ),
    "a loss and another name for its prediction": (
        lambda y_hat, y: 0.5 * np.sum((y_hat - y) ** 2),
        lambda pred, y: (pred - y, y - pred),
        {"y_hat": X, "y": X[::-1].copy()},
    ),
    "dy at the end": (dense, lambda x, W, dy: (dy @ W.T, x.T @ dy), {"x": X, "W": W}),
    "dout at the end and other names": (dense, lambda a, b, dout: (dout @ b.T, a.T @ dout), {"x": X, "W": W}),
    "a loss whose gradient has another name": (lambda x: np.sum(x**2), lambda v_: 2 * v_, {"x": X}),
}


@pytest.mark.parametrize("name", NAMED)
def test_arguments_go_where_their_names_say(name):
    gradcheck(*NAMED[name])


# ------------------------------------------------------------------------- inputs of other kinds

S = [1.0, 2.0, 3.0]
V = RNG.normal(size=3)
OTHERS = {
    "a float": (2.0, lambda x, s: x * s, lambda dy, x, s: {"x": dy * s, "s": np.sum(dy * x)}),
    "a NumPy float": (np.float64(2), lambda x, s: x * s, lambda dy, x, s: (dy * s, np.sum(dy * x))),
    "a list of floats": (S, lambda x, s: x * np.array(s), lambda dy, x, s: (dy * np.array(s), dy * x)),
    "a list of arrays": (
        [V, V + 1],
        lambda x, s: x * s[0] * s[1],
        lambda dy, x, s: (dy * s[0] * s[1], [dy * x * s[1], dy * x * s[0]]),
    ),
    "a dict of arrays": (
        {"a": V, "b": V + 1},
        lambda x, s: x * s["a"] * s["b"],
        lambda dy, x, s: {"x": dy * s["a"] * s["b"], "s": {"a": dy * x * s["b"], "b": dy * x * s["a"]}},
    ),
    "a tuple in a dict": (
        {"a": (V, 2)},
        lambda x, s: x * s["a"][0] * s["a"][1],
        lambda dy, x, s: (dy * s["a"][0] * 2, {"a": (2 * dy * x, None)}),
    ),
}


def spoiled(gradient, factor):
    """The gradient of the second input with a factor, whatever its form."""
    if isinstance(gradient, dict):
        return {key: spoiled(part, factor) for key, part in gradient.items()}
    if isinstance(gradient, (list, tuple)):
        return type(gradient)(spoiled(part, factor) for part in gradient)
    return None if gradient is None else factor * gradient


@pytest.mark.parametrize("name", OTHERS)
def test_numbers_lists_and_dicts_are_moved(name):
    s, forward, backward = OTHERS[name]
    gradcheck(forward, backward, {"x": V, "s": s})

    def other(dy, x, s):
        grads = backward(dy, x, s)
        if isinstance(grads, dict):
            return {"x": grads["x"], "s": spoiled(grads["s"], 1.01)}
        return grads[0], spoiled(grads[1], 1.01)

    wrong(forward, other, {"x": V, "s": s}, match="gradient of s")


def test_a_number_without_a_gradient_is_a_constant():
    assert list(gradcheck(lambda x, s: x * s, lambda dy, x, s: dy * s, {"x": V, "s": 2.0})) == ["x"]


def test_a_gradient_for_what_cannot_be_moved_is_refused():
    with pytest.raises(ValueError, match="gradient for k, which holds int and cannot be moved"):
        gradcheck(lambda x, k: x * k, lambda dy, x, k: {"x": dy * k, "k": 7.0}, {"x": V, "k": 2})
    with pytest.raises(ValueError, match="gradient for 'z', which is not an input"):
        gradcheck(lambda x: x * 2, lambda dy, x: {"x": dy * 2, "z": 7.0}, {"x": V})


# ------------------------------------------------------------------------------- several outputs


def both(x, w):
    return x * w, x + w


def test_every_output_gets_a_dy_of_its_own():
    point = {"x": V, "w": V + 1}
    gradcheck(both, lambda dp, dq, x, w: (dp * w + dq, dp * x + dq), point)
    wrong(both, lambda dp, dq, x, w: (dp * w, dp * x), point, match="comes from output 1")
    gradcheck(both, lambda dp, dq, x, w: (dp * w + dq, dp * x + dq), point, dy=[V, V])


def steps(x):
    hs = [np.tanh(x[0])]
    for row in x[1:]:
        hs.append(np.tanh(row + hs[-1]))
    return hs


def steps_backward(dhs, x):
    dx, carried = np.zeros_like(x), 0
    for t, h in reversed(list(enumerate(steps(x)))):
        dx[t] = carried = (dhs[t] + carried) * (1 - h**2)
    return dx


def test_a_list_of_steps_gets_a_list_of_dys():
    gradcheck(steps, steps_backward, {"x": X})
    wrong(steps, lambda dhs, x: steps_backward([0.5 * dh for dh in dhs], x), {"x": X})
    gradcheck(steps, lambda dhs: steps_backward(dhs, X), {"x": X})


def batch_norm(x, gamma, state):
    state["mean"] = 0.9 * state.get("mean", 0) + 0.1 * x.mean(axis=0)
    return gamma * (x - x.mean(axis=0)), (x, gamma)


def batch_norm_backward(dout, cache):
    x, gamma = cache
    return gamma * (dout - dout.mean(axis=0)), (dout * (x - x.mean(axis=0))).sum(axis=0)


@pytest.mark.parametrize("state", [{"mode": "train"}, {"eps": 1e-5}, {"mean": np.zeros(3)}])
def test_a_dict_may_keep_what_forward_remembers(state):
    assert len(gradcheck(batch_norm, batch_norm_backward, {"x": X, "gamma": V, "state": state})) == 2


def test_an_output_without_a_dy_is_said():
    with pytest.warns(GradcheckWarning, match="the others are not checked"):
        gradcheck(both, lambda dp, x, w: (dp * w, dp * x), {"x": V, "w": V + 1})


# ------------------------------------------------------------------------ nothing passes in silence


@pytest.mark.parametrize(
    ("backward", "words"),
    [
        (lambda dy, x: 2 * x, "does not multiply by dy"),
        (lambda dy, x: 2 * x * dy**2, "by dy twice"),
        (lambda dy, x: 2 * x / dy, "divides by dy"),
        (lambda dy, x: 2 * x * abs(dy), "sign"),
    ],
)
def test_the_backward_of_a_number_has_to_use_dy(backward, words):
    gradcheck(lambda x: np.sum(x**2), lambda dy, x: 2 * x * dy, {"x": V})
    wrong(lambda x: np.sum(x**2), backward, {"x": V}, match=words)


def test_dy_is_not_what_the_same_seed_gave_the_caller():
    x = np.random.default_rng(0).normal(size=(4, 3))
    wrong(lambda x: x**2, lambda dy, x: 2 * x**2, {"x": x})
    wrong(lambda x: x**2, lambda dy, x: 2 * dy * dy, {"x": x})


def test_zero_everywhere_is_refused_and_zero_somewhere_is_said():
    zero = np.zeros((3, 2))
    with pytest.raises(UndecidedError, match="gradient of x is zero at every entry") as caught:
        gradcheck(lambda x: np.tanh(x) @ zero, lambda dy, x: 99 * dy @ zero.T, {"x": X})
    assert caught.value.reason == "zero"
    with pytest.warns(GradcheckWarning, match="gradient of x is zero at every entry"):
        gradcheck(lambda x, W: x @ W, lambda dy, x, W: (dy @ W.T, x.T @ dy), {"x": X, "W": zero})
    gradcheck(lambda x: np.tanh(x) @ zero, lambda dy, x: dy @ zero.T, {"x": X}, allow_zero=True)


class Adds:
    total = 0

    def backward(self, dy, x):
        self.total = self.total + 2 * dy * x
        return self.total


def test_gradients_that_add_up_are_found():
    wrong(lambda x: x**2, Adds().backward, {"x": V}, match="adds to the gradient of the last call")


class Spoils:
    def forward(self, x):
        self.y = np.exp(x)
        return self.y.copy()

    def backward(self, dy):
        self.y *= dy
        return self.y


class Workspace:
    def __init__(self):
        self.dW = np.zeros((3, 2))

    def forward(self, x, W):
        self.dW[...] = 0
        return x @ W

    def backward(self, dy, x, W):
        self.dW += x.T @ dy
        return dy @ W.T, self.dW


def test_a_spoiled_cache_is_found_and_a_workspace_is_none():
    layer = Spoils()
    wrong(layer.forward, layer.backward, {"x": V}, match="spoils what it has remembered")
    layer = Workspace()
    gradcheck(layer.forward, layer.backward, {"x": X, "W": W})


def test_a_backward_that_updates_parameters_is_said():
    w = W.copy()

    def backward(dy, x):
        dx = dy @ w.T
        w[...] -= 0.1
        return dx

    with pytest.raises((GradientError, ValueError), match="called"):
        gradcheck(lambda x: x @ w, backward, {"x": X})


# ------------------------------------------------------------------------------------------- hints


def hint(forward, backward, point, words, **options):
    wrong(forward, backward, point, match=words, **options)


def test_what_a_failure_says():
    hint(lambda W: W @ V, lambda dy, W: np.outer(V, dy), {"W": SQUARE}, "its transpose would be right")
    hint(
        lambda a, b: a * b,
        lambda dy, a, b: (dy * a, dy * b),
        {"a": V, "b": V + 1},
        "gradient of b: are the two exchanged",
    )
    hint(
        lambda x, b: x + b,
        lambda dy, x, b: (dy, dy),
        {"x": X, "b": RNG.normal(size=3)},
        "is the sum over the batch missing",
    )
    hint(np.exp, lambda dy, x: np.exp(x), {"x": V}, "times dy it would be right")
    hint(
        lambda x: x + np.tanh(x),
        lambda dy, x: dy / np.cosh(x) ** 2,
        {"x": V},
        "a path around the layer missing",
    )
    hint(
        lambda w: np.sum(np.tanh(w)) + 0.05 * np.sum(w**2),
        lambda dy, w: dy / np.cosh(w) ** 2,
        {"w": V},
        "regulariser (missing|added)",
    )
    hint(
        lambda x: np.mean(x**2), lambda dy, x: 2 * dy * x, {"x": X}, "12 times too large: is the 1/N missing"
    )
    hint(lambda x: np.sum(x**2), lambda dy, x: 2 * dy * x / 4, {"x": X}, "4 times too small")
    hint(
        lambda x: np.log(np.exp(x) + 1e-6),
        lambda dy, x: dy,
        {"x": V},
        "an epsilon, an approximation or float32",
    )


def test_three_entries_and_the_number_of_all_are_shown():
    factor = np.array([1.0, 2.0, 3.0, 4.0, 1.0])
    x = np.arange(1.0, 6)
    hint(
        lambda x: x**2,
        lambda dy, x: 2 * dy * x * factor,
        {"x": x},
        r"3 of 5 entries differ, among them x\[\d\]",
    )


def test_the_report_is_a_table():
    report = gradcheck(dense, lambda dy, x, W: (dy @ W.T, x.T @ dy), {"x": X, "W": W})
    lines = str(report).splitlines()
    assert lines[0].split() == ["gradient", "error", "allowed", "compared"]
    assert lines[1].endswith("12 of 12 entries") and lines[-1] == "right"
    assert set(report.errors) == {"x", "W"} and 1e-6 <= report.bounds["x"] < 1e-5


def test_what_cannot_be_called_is_said_in_words():
    with pytest.raises(TypeError, match=r"backward\(p, q, r, s, t\) cannot be called"):
        gradcheck(lambda x: x**2, lambda p, q, r, s, t: p, {"x": V})
    with pytest.raises(TypeError, match="takes inputs alone, but y is not a number"):
        gradcheck(lambda x: x**2, lambda x: 2 * x, {"x": V})
    with pytest.raises(TypeError, match="forward needs W"):
        gradcheck(lambda x, W: x @ W, lambda dy, x: dy, {"x": V})


def test_laws_hold_whatever_the_parameters_are_called():
    others = SimpleNamespace(
        linear_forward=lambda inp, weight, bias: ops.linear_forward(inp, weight, bias),
        linear_backward=lambda dout, inp, weight: ops.linear_backward(dout, inp, weight),
        squared_error_forward=lambda pred, x: ops.squared_error_forward(pred, x),
        squared_error_backward=lambda pred, x: ops.squared_error_backward(pred, x),
        deconv2d_forward=lambda code, atoms, bias: ops.deconv2d_forward(code, atoms, bias),
        deconv2d_backward=lambda dout, code, atoms: ops.deconv2d_backward(dout, code, atoms),
    )
    laws.loss_gradient_agrees_with_differences(others)
    laws.linear_gradients_agree_with_differences(others)
    laws.deconv_gradients_agree_with_differences(others)
