"""What layers keep beside their parameters: buffers of gradients and outputs, velocities, an input, slots."""

import numpy as np
import pytest

from wta_np.testing import GradientError, gradcheck_layer

R = np.random.default_rng(5)
X = R.normal(size=(4, 3))


class Dense:
    """The base of all: `factor` is a mistake in dW."""

    factor = 1.0

    def __init__(self):
        self.W = np.random.default_rng(1).normal(size=(3, 2))

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        self.dW = self.factor * self.x.T @ dout
        return dout @ self.W.T


class Preallocated(Dense):
    def __init__(self):
        super().__init__()
        self.dW, self.out = np.zeros((3, 2)), np.zeros((4, 2))

    def forward(self, x):
        self.x = x
        return np.matmul(x, self.W, out=self.out)

    def backward(self, dout):
        self.dW[...] = self.factor * self.x.T @ dout
        return dout @ self.W.T


class Velocity(Dense):
    def __init__(self):
        super().__init__()
        self.v = np.zeros((3, 2))

    def backward(self, dout):
        dx = super().backward(dout)
        self.v = 0.9 * self.v + self.dW
        return dx


class Net:
    factor = 1.0

    def __init__(self):
        self.layers = [Preallocated()]
        self.layers[0].factor = self.factor

    def forward(self, x):
        return self.layers[0].forward(x)

    def backward(self, dout):
        return self.layers[0].backward(dout)


class Slots:
    __slots__ = ("W", "dW", "x")
    factor = 1.0
    __init__, forward, backward = Dense.__init__, Dense.forward, Dense.backward


STYLES = [Dense, Preallocated, Velocity, Net, Slots]


@pytest.mark.parametrize("style", STYLES)
def test_only_parameters_are_checked_whatever_else_a_layer_keeps(style):
    name = "layers[0].W" if style is Net else "W"
    assert sorted(gradcheck_layer(style(), X)) == sorted([name, "x"])


@pytest.mark.parametrize("style", STYLES)
def test_a_wrong_gradient_of_the_parameter_is_found(style):
    if style is Slots:
        wrong = type("Wrong", (Slots,), {"factor": 1.01, "__slots__": ()})
    else:
        wrong = type("Wrong", (style,), {"factor": 1.01})
    with pytest.raises(GradientError, match="W"):
        gradcheck_layer(wrong(), X)


def test_gradients_that_add_up_in_a_buffer_are_found():
    class Sums(Preallocated):
        def backward(self, dout):
            self.dW += self.x.T @ dout
            return dout @ self.W.T

    with pytest.raises(GradientError, match="adds to that of the last call"):
        gradcheck_layer(Sums(), X)


def test_an_input_that_a_layer_has_kept_from_an_earlier_call_is_found():
    class Stale(Dense):
        def forward(self, x):
            if not hasattr(self, "x"):
                self.x = x + 1e-3
            return x @ self.W

    with pytest.raises(GradientError, match="W"):
        gradcheck_layer(Stale(), X)


def test_a_layer_that_writes_into_its_input_is_told_so_and_the_caller_keeps_his():
    class InPlace:
        def forward(self, x):
            x[x < 0] = 0
            return x

        def backward(self, dout):
            return dout

    x = X.copy()
    with pytest.raises(GradientError, match="x was changed in place by forward"):
        gradcheck_layer(InPlace(), x)
    assert np.array_equal(x, X)
