"""Cases that are hard for a gradient check: wrong gradients that are nearly right, right ones that look wrong."""

import warnings

import numpy as np
import pytest

from wta_np.testing import GradientError, UndecidedError, gradcheck, gradcheck_layer

R = np.random.default_rng(11)
X = R.normal(size=(6, 4))
V = R.normal(size=5)
SQUARE = R.normal(size=(3, 3))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def logsumexp_loss(z):
    m = z.max(axis=1, keepdims=True)
    return np.mean(m[:, 0] + np.log(np.exp(z - m).sum(axis=1)) - z[:, 0])


def logsumexp_grad(dy, z):
    p = softmax(z)
    p[:, 0] -= 1
    return dy * p / len(z)


def im2col_conv(x, w, b):
    N, _, H, _ = x.shape
    F, _, k, _ = w.shape
    out = np.zeros((N, F, H - k + 1, H - k + 1))
    for i in range(H - k + 1):
        for j in range(H - k + 1):
            out[:, :, i, j] = np.tensordot(x[:, :, i : i + k, j : j + k], w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w)


def im2col_conv_backward(dout, cache, accumulate=True):
    x, w = cache
    k = w.shape[2]
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            part = np.tensordot(d, w, axes=([1], [0]))
            dx[:, :, i : i + k, j : j + k] = part + (dx[:, :, i : i + k, j : j + k] if accumulate else 0)
            dw += np.tensordot(d, x[:, :, i : i + k, j : j + k], axes=([0], [0]))
    return dx, dw, dout.sum(axis=(0, 2, 3))


CONV = {"x": R.normal(size=(2, 2, 5, 5)), "w": R.normal(size=(3, 2, 3, 3)), "b": R.normal(size=3)}


def pooled(x):
    tiles = x.reshape(2, 2, 2, 2, 2, 2)
    return tiles.max(axis=(3, 5)), (x, tiles.max(axis=(3, 5), keepdims=True))


def pooled_backward(dout, cache):
    x, top = cache
    return ((x.reshape(2, 2, 2, 2, 2, 2) == top) * dout[:, :, :, None, :, None]).reshape(x.shape)


def dropout(x, p, seed):
    mask = (np.random.default_rng(seed).random(x.shape) < p) / p
    return x * mask, mask


def rnn(x, h0, Wx, Wh):
    hs, h = [], h0
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ Wx + h @ Wh)
        hs.append(h)
    return np.stack(hs, axis=1), (x, h0, Wx, Wh, hs)


def rnn_backward(dh, cache, through_time=True):
    x, h0, Wx, Wh, hs = cache
    dx, dWx, dWh, carried = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), 0
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + carried) * (1 - hs[t] ** 2)
        dx[:, t], dWx = da @ Wx.T, dWx + x[:, t].T @ da
        dWh = dWh + (hs[t - 1] if t else h0).T @ da
        carried = da @ Wh.T if through_time else 0
    return dx, (carried if through_time else da @ Wh.T), dWx, dWh


RNN = {
    "x": R.normal(size=(2, 4, 3)),
    "h0": R.normal(size=(2, 3)),
    "Wx": R.normal(size=(3, 3)),
    "Wh": R.normal(size=(3, 3)),
}


def embedding(W, ids):
    return W[ids]


def embedding_backward(dout, W, ids):
    dW = np.zeros_like(W)
    np.add.at(dW, ids, dout)
    return dW


def embedding_last(dout, W, ids):
    dW = np.zeros_like(W)
    dW[ids] = dout
    return dW


IDS = {"W": R.normal(size=(5, 3)), "ids": np.array([1, 3, 1, 0])}


def norm(x):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-12)


def norm_backward(dy, x):
    s, z = np.sqrt(x.var() + 1e-12), norm(x)
    return (dy - dy.mean() - z * (dy * z).mean()) / s


def one_pass_variance(x):
    return np.mean(x**2) - np.mean(x) ** 2


class Running:
    """Batch norm that keeps running averages: its state changes, its result does not."""

    def __init__(self):
        self.mean, self.gamma, self.beta = np.zeros(4), R.normal(size=4), np.zeros(4)

    def forward(self, x):
        self.mean = 0.9 * self.mean + 0.1 * x.mean(axis=0)
        self.std = np.sqrt(x.var(axis=0) + 1e-5)
        self.xhat = (x - x.mean(axis=0)) / self.std
        return self.gamma * self.xhat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.xhat).sum(axis=0), dout.sum(axis=0)
        d = dout * self.gamma
        return (d - d.mean(axis=0) - self.xhat * (d * self.xhat).mean(axis=0)) / self.std


def clip(x):
    return np.clip(x, -1, 1)


def relu(x):
    return np.maximum(0, x)


RIGHT = {
    "conv with a cache": (im2col_conv, im2col_conv_backward, CONV),
    "max pooling by comparison": (
        pooled,
        pooled_backward,
        {"x": R.normal(size=(2, 2, 4, 4))},
    ),
    "dropout of a fixed seed": (dropout, lambda dout, mask: dout * mask, {"x": X, "p": 0.5, "seed": 3}),
    "rnn through time": (rnn, rnn_backward, RNN),
    "embedding with a repeated id": (embedding, embedding_backward, IDS),
    "a bias before a normalisation": (
        lambda x, b: norm((x + b).reshape(-1)),
        lambda dy, x, b: (norm_backward(dy, (x + b).reshape(-1)).reshape(x.shape), np.zeros(1)),
        {"x": X, "b": R.normal(size=1)},
    ),
    "confident logits": (logsumexp_loss, logsumexp_grad, {"z": 30 * X}),
    "norm of nearly equal values": (norm, norm_backward, {"x": 1 + 1e-3 * V}),
    "variance by subtraction": (
        one_pass_variance,
        lambda dy, x: dy * 2 * (x - x.mean()) / x.size,
        {"x": 1e4 + V},
    ),
    "numbers of many sizes": (
        lambda x: np.sum(x**2),
        lambda dy, x: 2 * dy * x,
        {"x": np.array([1e-8, 1e-4, 1.0, 1e4, 1e8])},
    ),
    "log of many sizes": (np.log, lambda dy, x: dy / x, {"x": np.array([1e-12, 1e-6, 1.0, 1e6, 1e12])}),
    "a sum of 100,000 near 1000": (
        lambda x: np.sum(1000 + x**2),
        lambda dy, x: 2 * dy * x,
        {"x": R.normal(size=300)},
    ),
    "clip away from its corners": (
        clip,
        lambda dy, x: dy * (abs(x) < 1),
        {"x": np.array([0.999999, 1.000001, 0.3, -2])},
    ),
    "relu next to its corner": (relu, lambda dy, x: dy * (x > 0), {"x": np.array([1e-8, -1e-8, 1e-10, 1.0])}),
    "huber at its corner": (
        lambda x: np.where(abs(x) < 1, x**2 / 2, abs(x) - 0.5),
        lambda dy, x: dy * np.clip(x, -1, 1),
        {"x": np.array([1.0, -1.0, 0.3])},
    ),
    "elu at zero": (
        lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
        lambda dy, x: dy * np.where(x > 0, 1, np.exp(np.minimum(x, 0))),
        {"x": np.array([0.0, 1.0, -1.0])},
    ),
    "a steep sigmoid": (
        lambda x: 1 / (1 + np.exp(-1e4 * x)),
        lambda dy, x: dy * 1e4 * np.exp(-1e4 * x) / (1 + np.exp(-1e4 * x)) ** 2,
        {"x": np.array([1e-5, -1e-4, 3e-4])},
    ),
    "power of 20": (lambda x: x**20, lambda dy, x: 20 * dy * x**19, {"x": np.array([0.01, 0.5, 3.0])}),
    "an output of integers behind": (
        lambda x: (x.max(axis=1), x.argmax(axis=1)),
        lambda dy, arg: np.eye(4)[arg] * dy[:, None],
        {"x": X},
    ),
    "no gradient for a mask": (
        lambda x, mask: np.where(mask, x, 0.0),
        lambda dy, x, mask: (np.where(mask, dy, 0.0), None),
        {"x": X, "mask": X > 0},
    ),
    "float32 weights inside": (
        lambda x: x @ np.ones((4, 2), "f4") * 1.0,
        lambda dy, x: dy @ np.ones((2, 4), "f4"),
        {"x": X},
    ),
    "a buffer in float32": (
        lambda x: np.tanh(x, out=np.empty(x.shape, "f4"), casting="same_kind"),
        lambda dy, x: dy / np.cosh(x) ** 2,
        {"x": X},
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_gradients_pass(name):
    forward, backward, point = RIGHT[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gradcheck(forward, backward, point)


def test_a_layer_with_running_averages_passes():
    gradcheck_layer(Running(), X)


def scaled(index, factor):
    """A backward of several gradients, one of them with a factor."""

    def wrap(backward):
        def wrong(*args):
            grads = list(backward(*args))
            grads[index] = factor * grads[index]
            return tuple(grads)

        return wrong

    return wrap


def tiny_entry(dy, x):
    dx = 2 * dy * x
    dx[0] = 0.0
    return dx


WRONG = {
    "an average that is 1/n off in one of three": (
        im2col_conv,
        lambda dout, cache: scaled(2, 1 / 2)(im2col_conv_backward)(dout, cache),
        CONV,
    ),
    "= for +=": (im2col_conv, lambda dout, cache: im2col_conv_backward(dout, cache, accumulate=False), CONV),
    "no way through time": (rnn, lambda dh, cache: rnn_backward(dh, cache, through_time=False), RNN),
    "the last of a repeated id": (embedding, embedding_last, IDS),
    "a gradient of 1e-6 that is zero": (lambda x: 1e-6 * np.sum(x**2), lambda dy, x: 0 * x, {"x": V}),
    "a gradient of 1e-6 that is doubled": (
        lambda x: 1e-6 * np.sum(x**2),
        lambda dy, x: 4e-6 * dy * x,
        {"x": V},
    ),
    "a mean of 1000 whose gradient is zero": (
        lambda x: np.mean(x**2),
        lambda dy, x: 0 * x,
        {"x": R.normal(size=1000)},
    ),
    "all 0.1% too large": (lambda x: x**2, lambda dy, x: 2.002 * dy * x, {"x": V}),
    "a tiny entry that is zero": (lambda x: x**2, tiny_entry, {"x": np.array([1e-6, 1.0, 2.0])}),
    "zero beside 1e11": (lambda x: 1e11 + x**2, lambda dy, x: 0 * x, {"x": np.array([1.0, 2.0])}),
    "the wrong sign beside 1e10": (lambda x: 1e10 + np.sum(x), lambda dy, x: -dy * np.ones_like(x), {"x": V}),
    "a confident row that is dropped": (
        logsumexp_loss,
        lambda dy, z: logsumexp_grad(dy, z) * np.array([[1.0], [1], [1], [1], [1], [0]]),
        {"z": X},
    ),
    "dy taken for its sign": (lambda x: x**2, lambda dy, x: 2 * np.sign(dy) * x, {"x": V}),
    "dy in the wrong order": (lambda x: x**2, lambda dy, x: 2 * dy[::-1] * x, {"x": V}),
    "a mean of dy": (lambda x: x**2, lambda dy, x: 2 * dy.mean() * x, {"x": V}),
    "clip without its mask": (clip, lambda dy, x: dy, {"x": np.array([0.3, -2.0, 0.5])}),
    "relu of dy": (relu, lambda dy, x: relu(dy), {"x": V}),
    "an approximation": (np.tanh, lambda dy, x: dy * (1 - np.tanh(x * 1.0001) ** 2), {"x": V}),
    "one entry of 5000 by 1%": (
        lambda x: x**2,
        lambda dy, x: 2 * dy * x * np.where(np.arange(5000) == 17, 1.01, 1.0),
        {"x": R.normal(size=5000)},
    ),
    "one zero of 5000": (
        lambda x: np.sum(np.tanh(x)),
        lambda dy, x: dy / np.cosh(x) ** 2 * (np.arange(5000) != 4321),
        {"x": R.normal(size=5000)},
    ),
    "two entries of 5000 exchanged": (
        lambda x: np.sum(x**2),
        lambda dy, x: 2 * dy * x[np.r_[1, 0, 2:5000]],
        {"x": R.normal(size=5000)},
    ),
    "float32 inside, by 1%": (
        lambda x: np.sin(x.astype("f4")) * 1.0,
        lambda dy, x: 1.01 * dy * np.cos(x),
        {"x": V},
    ),
    "a constant for a gradient": (lambda x: np.sum(np.sin(x)), lambda dy, x: np.full(5, dy), {"x": V}),
    "a stale point": (lambda x: x**2, lambda dy, x: 2 * dy * V, {"x": V + 1e-4}),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_gradients_fail(name):
    forward, backward, point = WRONG[name]
    with pytest.raises(GradientError):
        gradcheck(forward, backward, point)


def test_what_nobody_can_tell_is_not_called_right():
    with pytest.raises(UndecidedError, match="rounding of y"):
        gradcheck(lambda x: 1e17 + np.tanh(x), lambda dy, x: dy / np.cosh(x) ** 2, {"x": V})
