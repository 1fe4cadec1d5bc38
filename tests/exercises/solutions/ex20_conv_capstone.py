"""Exercise 20, solved."""

import numpy as np

EPOCHS, BATCH, LR, MOMENTUM, SCALE = 8, 100, 0.006, 0.9, 0.1
STEPS, PULL = 200, 0.1


def im2col(x, kh, kw):
    n, h, w, c = x.shape
    wide = np.pad(x, ((0, 0), (kh // 2, kh // 2), (kw // 2, kw // 2), (0, 0)))
    cols = np.empty((n, h, w, kh, kw, c))
    for u in range(kh):
        for v in range(kw):
            cols[:, :, :, u, v] = wide[:, u : u + h, v : v + w]
    return cols.reshape(n * h * w, kh * kw * c)


def convolved(x, W):
    kh, kw, c, f = W.shape
    return (im2col(x, kh, kw) @ W.reshape(kh * kw * c, f)).reshape(*x.shape[:3], f)


def as_filters(D):
    return D.transpose(1, 2, 3, 0)  # (kh, kw, C, F)


def decoded(z, D):
    return convolved(z, as_filters(D)[::-1, ::-1].transpose(0, 1, 3, 2))


def winners(h, k):
    n, height, width, f = h.shape
    flat = h.reshape(n, height * width, f)
    place, best = flat.argmax(axis=1), flat.max(axis=1)  # (N, F)
    mask = np.zeros(flat.shape, bool)
    for g in range(f):
        for m in np.argsort(-best[:, g], kind="stable")[:k]:
            mask[m, place[m, g], g] = True
    return mask.reshape(h.shape)


def loss_and_grads(x, W, b, D, c, k):
    a = convolved(x, W) + b
    h = np.maximum(a, 0)
    mask = winners(h, k)
    z = h * mask
    error = decoded(z, D) + c - x
    dx_hat = error / len(x)
    f, kh, kw, _ = D.shape
    da = convolved(dx_hat, as_filters(D)) * mask * (a > 0)
    dD = im2col(dx_hat, kh, kw).T @ z.reshape(-1, f)  # (kh*kw*C, F)
    dW = im2col(x, *W.shape[:2]).T @ da.reshape(-1, f)
    grads = dW.reshape(W.shape), da.sum(axis=(0, 1, 2)), dD.T.reshape(D.shape), dx_hat.sum(axis=(0, 1, 2))
    return float(np.sum(error**2)) / (2 * len(x)), grads


def conv_wta_step(x, W, b, D, c, k, lr):
    loss, grads = loss_and_grads(x, W, b, D, c, k)
    return loss, *(w - lr * dw for w, dw in zip((W, b, D, c), grads))


def generator(seed):
    return np.random.default_rng(seed)


def train(x, n_maps, size, lifetime, seed):
    rng = generator(seed)
    channels = x.shape[3]
    W = SCALE * rng.normal(size=(size, size, channels, n_maps))
    D = SCALE * rng.normal(size=(n_maps, size, size, channels))
    params = [W, np.zeros(n_maps), D, np.zeros(channels)]
    velocity = [0 * w for w in params]
    for _ in range(EPOCHS):
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            batch = x[order[start : start + BATCH]]
            k = max(1, int(lifetime * len(batch) + 1e-9))
            _, grads = loss_and_grads(batch, *params, k)
            for w, v, dw in zip(params, velocity, grads):
                v *= MOMENTUM
                v -= LR * dw
                w += v
    return tuple(params)


def pooled(h, size, stride, windows):
    parts = [
        h[:, p * stride : p * stride + size, q * stride : q * stride + size] for p, q in np.ndindex(*windows)
    ]
    return np.stack([part.max(axis=(1, 2)) for part in parts], axis=1)  # (N, P*Q, F)


def features(x, W, b, size, stride, windows):
    h = np.maximum(convolved(x, W) + b, 0)
    return pooled(h, size, stride, windows).reshape(len(x), -1)


def classify(f, t, g):
    mean, scale = f.mean(axis=0), f.std() + 1e-12
    f, g = ((np.c_[(part - mean) / scale, np.ones(len(part))]) for part in (f, g))
    lr = 1 / np.linalg.norm(f.T @ f / len(f), 2)
    w, v = np.zeros((f.shape[1], t.shape[1])), 0.0
    for _ in range(STEPS):
        dw = 1e-3 * w - f.T @ (t * np.maximum(0, 1 - t * (f @ w))) / len(f)
        v = 0.9 * v - lr * dw
        w = w + v
    return (g @ w).argmax(axis=1)
