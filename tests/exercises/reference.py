"""The package's own functions, under the names that the exercises ask for."""

import numpy as np

from wta_np import FCWTA, RBM, SGD, ConvWTA, LinearSVM, fit, ops
from wta_np.evaluation import newton

OPS = [
    "linear_backward",
    "relu_backward",
    "winners_per_unit",
    "lifetime_mask",
    "lifetime_backward",
    "free_energy_forward",
    "free_energy_backward",
    "im2col",
    "col2im",
    "conv2d_backward",
    "spatial_forward",
    "spatial_backward",
    "max_pool_backward",
]


def _model(x, W_enc, b_enc, W_dec, b_dec, k):
    model = FCWTA(x.shape[1], len(b_enc), lifetime=k / len(x), dtype="float64")
    model.params = {"W_enc": W_enc, "b_enc": b_enc, "W_dec": W_dec, "b_dec": b_dec}
    return model


def fcwta_loss_and_grads(x, *params_and_k):
    model = _model(x, *params_and_k)
    loss, grads = model.loss_and_grads(x)
    return loss, *(grads[name] for name in model.params)


def fcwta_step(x, W_enc, b_enc, W_dec, b_dec, k, lr):
    model = _model(x, *(p.copy() for p in (W_enc, b_enc, W_dec, b_dec)), k)
    SGD(lr, momentum=0).step(model.params, model.loss_and_grads(x)[1])
    return tuple(model.params.values())


def momentum_step(w, v, dw, lr, mu):
    optimizer = SGD(lr, mu)
    params, optimizer.velocity = {"w": w.copy()}, {"w": v.copy()}
    optimizer.step(params, {"w": dw})
    return params["w"], optimizer.velocity["w"] if mu else params["w"] - w  # without momentum none is kept


class _Drawn:
    """A generator whose uniform numbers are given."""

    def __init__(self, *arrays):
        self.arrays = list(arrays)

    def random(self, shape, dtype):
        return self.arrays.pop(0).reshape(shape)


def cd1_statistics(v, W, b_v, b_h, u_h, u_v):
    model = RBM(*W.shape, weight_decay=0, dtype="float64")
    model.params = {"W": W, "b_v": b_v, "b_h": b_h}
    model._rng = _Drawn(u_h, u_v)
    return tuple(model.loss_and_grads(v)[1].values())


def decode_winners(n, y, x, f, value, shape, D, b):
    return ops.deconv2d_forward(ops.Winners(n, y, x, f, value, (*shape, len(D))), D, b)


def value_gradient(dy, n, y, x, f, D):
    winners = ops.Winners(n, y, x, f, np.zeros(len(n)), (*dy.shape[:3], len(D)))
    return ops.deconv2d_backward(dy, winners, D)[0].value


def squared_hinge_forward(s, t, C):
    """The package never asks for the loss alone: it is the integral of its gradient, which is 2C A (s - t)."""
    ds, _ = newton.squared_hinge_backward(s, t, C)
    return float(np.sum(ds**2)) / (4 * C)


def squared_hinge_backward(s, t, C):
    return newton.squared_hinge_backward(s, t, C)[0]


def svm_backward(x, W, t, C):
    u = np.concatenate([W.T, np.zeros((W.shape[1], 1))], axis=1)
    ds, _ = newton.squared_hinge_backward(newton.scores(x, u), t, C)
    return (u + newton.adjoint(x, ds))[:, :-1].T


def train(x, n_hidden, lifetime, seed):
    model = FCWTA(x.shape[1], n_hidden, lifetime=lifetime, rng=seed, dtype="float64")
    fit(model, x, epochs=15, batch_size=100, optimizer=SGD(0.1, 0.9), rng=seed, progress=False)
    return tuple(model.params.values())


def conv_wta_step(x, W, b, D, c, k, lr):
    """By dense codes: spatial winners, and of them the lifetime winners."""
    a = ops.conv2d_forward(x, W, b)
    z, mask = ops.spatial_forward(ops.relu_forward(a))
    mask = mask & ops.lifetime_mask(z.max(axis=(1, 2)), k)[:, None, None]
    x_hat = ops.deconv2d_forward(z * mask, D, c)
    dz, dD, dc = ops.deconv2d_backward(ops.squared_error_backward(x_hat, x), z * mask, D)
    _, dW, db = ops.conv2d_backward(ops.relu_backward(ops.spatial_backward(dz, mask), a), x, W)
    loss = ops.squared_error_forward(x_hat, x)
    return loss, *(w - lr * dw for w, dw in zip((W, b, D, c), (dW, db, dD, dc)))


def train_conv(x, n_maps, size, lifetime, seed):
    model = ConvWTA(
        x.shape[3],
        n_maps,
        n_layers=1,
        size=size,
        decoder_size=size,
        lifetime=lifetime,
        rng=seed,
        dtype="float64",
    )
    rng = np.random.default_rng(seed)
    model.params = {
        n: 0.1 * rng.normal(size=w.shape) if w.ndim > 1 else 0 * w for n, w in model.params.items()
    }
    fit(model, x, epochs=8, batch_size=100, optimizer=SGD(0.006, 0.9), rng=seed, progress=False)
    return tuple(model.params.values())


def features(x, W, b, size, stride, windows):
    h = ops.relu_forward(ops.conv2d_forward(x, W, b))
    return ops.max_pool_forward(h, size, stride)[0].reshape(len(x), -1)


def classify(f, t, g):
    return LinearSVM(1.0).fit(f, t.argmax(axis=1)).predict(g)


def top_loss_and_grads(z, W, b_enc, b_dec, k):
    model = FCWTA(*W.shape, lifetime=k / len(z), tied=True, dtype="float64")
    model.params = {"W_enc": W, "b_enc": b_enc, "b_dec": b_dec}
    loss, grads = model.loss_and_grads(z)
    a = ops.linear_forward(z, W, b_enc)
    code, mask = ops.lifetime_forward(ops.relu_forward(a), k)
    dz_hat = ops.squared_error_backward(ops.linear_forward(code, W.T, b_dec), z)
    da = ops.relu_backward(ops.lifetime_backward(dz_hat @ W, mask), a)
    return loss, ops.linear_backward(da, z, W)[0] - dz_hat, grads["W_enc"]


def operations(n, d, m):
    """The package counts nothing: each product of a step, by its shapes."""
    products = [(n, d, m), (n, m, d), (n, d, m), (m, n, d), (d, n, m)]
    return sum(2 * rows * inner * columns for rows, inner, columns in products)


def bytes_moved(n, d, m, itemsize):
    model = FCWTA(d, m)
    return itemsize * (n * d + 2 * sum(param.size for param in model.params.values()))


def attainable(operations, n_bytes, rate, bus):
    return operations / max(operations / rate, n_bytes / bus)


def per_sample_mask(h, k):
    return np.ascontiguousarray(ops.lifetime_mask(np.ascontiguousarray(h.T), k).T)


def over_batch_mask(h, k):
    return ops.lifetime_mask(h.reshape(-1, 1), k).reshape(h.shape)


def max_pool_forward(x, size, stride, windows):
    return ops.max_pool_forward(x, size, stride)


FUNCTIONS = {name: getattr(ops, name) for name in OPS} | {
    name: value
    for name, value in list(globals().items())
    if callable(value) and getattr(value, "__module__", None) == __name__ and name[0] != "_"
}
