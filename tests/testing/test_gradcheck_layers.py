"""Layers and models as people write them: parameters in dicts, lists and attributes, updates inside backward."""

import numpy as np
import pytest

from wta_np.testing import GradientError, KinkError, assert_gradients, gradcheck_layer, gradcheck_model

RNG = np.random.default_rng(6)
X = RNG.normal(size=(5, 3))


class Attributes:
    """W, b with dW, db beside them; backward(dout)."""

    def __init__(self, factor=1.0):
        self.W, self.b, self.factor = RNG.normal(size=(3, 2)), np.zeros(2), factor

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout * self.factor, dout.sum(axis=0)
        return dout @ self.W.T


class Lists:
    """params and grads as lists, of one array each, written into in place."""

    def __init__(self, factor=1.0):
        self.params = [RNG.normal(size=(3, 2)), np.ones(2)]
        self.grads = [np.zeros_like(p) for p in self.params]
        self.factor = factor

    def forward(self, x):
        W, b = self.params
        self.x = x
        return x @ W + b

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout * self.factor
        self.grads[1][...] = dout.sum(axis=0)
        return dout @ self.params[0].T


class Dicts:
    """parameters and gradients as dicts; gradients add up until they are flushed; made on the first forward."""

    def __init__(self, factor=1.0):
        self.factor, self.parameters, self.gradients = factor, {"W": None, "b": None}, {}

    def flush_gradients(self):
        self.gradients = {name: np.zeros_like(p) for name, p in self.parameters.items()}

    def forward(self, X):
        if self.parameters["W"] is None:
            self.parameters = {
                "W": np.random.default_rng(0).normal(size=(X.shape[1], 2)),
                "b": np.zeros((1, 2)),
            }
            self.flush_gradients()
        self.X = X
        return X @ self.parameters["W"] + self.parameters["b"]

    def backward(self, dLdy):
        self.gradients["W"] += self.X.T @ dLdy * self.factor
        self.gradients["b"] += dLdy.sum(axis=0, keepdims=True)
        return dLdy @ self.parameters["W"].T


class Momentum:
    def __init__(self):
        self.v = None

    def update(self, w, grad):
        self.v = grad if self.v is None else 0.9 * self.v + grad
        return w - 0.1 * self.v


class Updates:
    """Parameters updated inside backward_pass by an optimizer of their own."""

    def __init__(self, factor=1.0):
        self.W, self.w0, self.factor = RNG.normal(size=(3, 2)), np.zeros((1, 2)), factor
        self.W_opt, self.w0_opt = Momentum(), Momentum()

    def forward_pass(self, X, training=True):
        self.layer_input = X
        return X @ self.W + self.w0

    def backward_pass(self, accum_grad):
        W = self.W
        grad_w = self.layer_input.T @ accum_grad * self.factor
        grad_w0 = accum_grad.sum(axis=0, keepdims=True)
        self.W = self.W_opt.update(self.W, grad_w)
        self.w0 = self.w0_opt.update(self.w0, grad_w0)
        return accum_grad @ W.T


class Rate:
    """Parameters updated in place at a learning rate that backprop gets."""

    def __init__(self, factor=1.0):
        self.weights, self.biases, self.factor = RNG.normal(size=(3, 2)), np.zeros(2), factor

    def forward(self, input):
        self.last_input = input
        return input @ self.weights + self.biases

    def backprop(self, d_L_d_out, learn_rate):
        d_input = d_L_d_out @ self.weights.T
        self.weights -= learn_rate * self.last_input.T @ d_L_d_out * self.factor
        self.biases -= learn_rate * d_L_d_out.sum(axis=0)
        return d_input


class Value:
    def __init__(self, data):
        self.data, self.grad = data, None


class Objects:
    """Parameters that are objects with data and grad."""

    def __init__(self, factor=1.0):
        self.W, self.b, self.factor = Value(RNG.normal(size=(3, 2))), Value(np.zeros(2)), factor

    def forward(self, x):
        self.x = x
        return x @ self.W.data + self.b.data

    def backward(self, dy):
        self.W.grad, self.b.grad = self.x.T @ dy * self.factor, dy.sum(axis=0)
        return dy @ self.W.data.T


class Returns:
    """All gradients returned, none kept; a cache in the caller's hands."""

    def __init__(self, factor=1.0):
        self.params = {"W": RNG.normal(size=(3, 2)), "b": np.zeros(2)}
        self.factor = factor

    def forward(self, x):
        return x @ self.params["W"] + self.params["b"], x

    def backward(self, dout, cache):
        return dout @ self.params["W"].T, {"W": cache.T @ dout * self.factor, "b": dout.sum(axis=0)}


KINDS = [Attributes, Lists, Dicts, Updates, Rate, Objects, Returns]


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_layer_passes_with_all_its_parameters(kind):
    layer = kind()
    report = gradcheck_layer(layer, X)
    assert len(report) == 3 and max(report.values()) < 1e-6


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_weight_gradient_is_found(kind):
    with pytest.raises(GradientError, match=r"same factor 1\.01"):
        gradcheck_layer(kind(1.01), X)


def test_the_layer_stays_as_it_is():
    layer = Rate()
    before = layer.weights.copy()
    gradcheck_layer(layer, X)
    np.testing.assert_array_equal(layer.weights, before)
    assert not hasattr(layer, "last_input")


class Net:
    """A chain of layers, whose list of parameters is that of its parts."""

    def __init__(self, factor=1.0):
        self.layers = [Attributes(), Tanh(), Square(factor)]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - self.y**2)


class Square:
    def __init__(self, factor):
        self.s, self.factor = np.array([1.5, 0.5]), factor

    def forward(self, x):
        self.x = x
        return self.s * x**2

    def backward(self, dout):
        self.ds = (dout * self.x**2).sum(axis=0)
        return 2 * dout * self.s * self.x * self.factor


def test_layers_inside_of_a_layer_are_found():
    report = gradcheck_layer(Net(), X)
    assert set(report) == {"x", "layers[0].W", "layers[0].b", "layers[2].s"}
    with pytest.raises(GradientError, match=r"gradient of (x|layers)"):
        gradcheck_layer(Net(1.01), X)


class Adds(Attributes):
    dW = db = 0.0

    def backward(self, dout):
        self.dW, self.db = self.dW + self.x.T @ dout, self.db + dout.sum(axis=0)
        return dout @ self.W.T


def test_gradients_that_add_up_are_found_unless_something_zeroes_them():
    with pytest.raises(GradientError, match="gradient of W adds to that of the last call"):
        gradcheck_layer(Adds(), X)

    class Zeroed(Adds):
        def zero_grad(self):
            self.dW = self.db = 0.0

    gradcheck_layer(Zeroed(), X)


def test_a_parameter_without_a_gradient_is_an_error():
    class Forgets(Returns):
        def backward(self, dout, cache):
            return super().backward(dout, cache)[0]

    with pytest.raises(GradientError, match="no gradient for W"):
        gradcheck_layer(Forgets(), X)


def test_an_object_without_the_methods_is_refused():
    with pytest.raises(TypeError, match="has none of the methods forward"):
        gradcheck_layer(object(), X)


# ------------------------------------------------------------------------------------------ models


class Classifier:
    """loss(X, y) -> loss, grads, as in course work: float32 by default, and a regulariser."""

    def __init__(self, dtype=np.float64, reg=0.1, forgets=False):
        self.params = {"W1": 0.5 * RNG.normal(size=(3, 4)), "b1": np.zeros(4), "W2": RNG.normal(size=(4, 3))}
        self.params = {name: p.astype(dtype) for name, p in self.params.items()}
        self.dtype, self.reg, self.forgets = dtype, reg, forgets

    def loss(self, X, y=None):
        X = X.astype(self.dtype)
        W1, b1, W2 = self.params["W1"], self.params["b1"], self.params["W2"]
        h = np.maximum(0, X @ W1 + b1)
        scores = h @ W2
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y]).mean() + 0.5 * self.reg * (np.sum(W1**2) + np.sum(W2**2))
        d = p.copy()
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        dh = d @ W2.T * (h > 0)
        grads = {"W2": h.T @ d + self.reg * W2, "W1": X.T @ dh + self.reg * W1, "b1": dh.sum(axis=0)}
        if self.forgets:
            grads["W2"] = h.T @ d
        return loss, grads


Y = np.array([0, 2, 1, 1, 0])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_model_with_a_loss_and_gradients(dtype):
    assert set(gradcheck_model(Classifier(dtype), X, Y)) == {"W1", "b1", "W2"}
    with pytest.raises(GradientError, match="gradient of W2") as caught:
        gradcheck_model(Classifier(dtype, forgets=True), X, Y)
    assert dtype == np.float32 or "0.1 times W2: is the gradient of a regulariser missing" in str(
        caught.value
    )


class TwoMethods:
    """loss(x, t) beside gradient(x, t), parameters in a dict."""

    def __init__(self, factor=1.0):
        self.params, self.factor = {"W": RNG.normal(size=(3, 2))}, factor

    def loss(self, x, t):
        return np.mean((x @ self.params["W"] - t) ** 2)

    def gradient(self, x, t):
        d = 2 * (x @ self.params["W"] - t) / t.size
        return {"W": x.T @ d * self.factor}


def test_a_model_with_a_gradient_of_its_own():
    t = RNG.normal(size=(5, 2))
    gradcheck_model(TwoMethods(), X, t)
    with pytest.raises(GradientError, match="same factor 2"):
        gradcheck_model(TwoMethods(2.0), X, t)


# --------------------------------------------------------------------------------------- assertion


def test_the_assertion_draws_points():
    seen = []

    def forward(x):
        seen.append(x.copy())
        return x**2

    assert_gradients(forward, lambda dy, x: 2 * dy * x, {"x": (3, 2)}, points=4)
    assert len({float(x[0, 0]) for x in seen}) > 4 and seen[0].shape == (3, 2)
    with pytest.raises(AssertionError, match="point 0: gradient of x"):
        assert_gradients(forward, lambda dy, x: dy * x, {"x": (3, 2)}, points=4)
    with pytest.raises(AssertionError, match="kink"):
        assert_gradients(np.abs, lambda dy, x: dy * np.sign(x), {"x": np.zeros(3)})
    assert issubclass(KinkError, ValueError)
