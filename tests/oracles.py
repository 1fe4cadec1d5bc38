"""Loop versions of every op, written from the definitions in words; they share no code with wta_np."""

import math

import numpy as np


def linear(x, W, b):
    y = np.zeros((len(x), len(b)))
    for n in range(len(x)):
        for j in range(len(b)):
            y[n, j] = b[j] + sum(x[n, i] * W[i, j] for i in range(len(W)))
    return y


def linear_gradients(dy, x, W):
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros(W.shape[1])
    for n in range(len(x)):
        for j in range(W.shape[1]):
            db[j] += dy[n, j]
            for i in range(len(W)):
                dx[n, i] += dy[n, j] * W[i, j]
                dW[i, j] += x[n, i] * dy[n, j]
    return dx, dW, db


def relu(a):
    return np.array([value if value > 0 else 0.0 for value in a.ravel()]).reshape(a.shape)


def lifetime_mask(h, k):
    """Rank the samples of each unit by activation, equals by index; the first k win."""
    mask = np.zeros(h.shape, bool)
    for unit in np.ndindex(h.shape[1:]):
        ranking = sorted(range(len(h)), key=lambda n: (-h[(n, *unit)], n))
        for n in ranking[:k]:
            mask[(n, *unit)] = True
    return mask


def squared_error(x_hat, x):
    total = 0.0
    for n in range(len(x)):
        total += sum((p - q) ** 2 for p, q in zip(x_hat[n].ravel(), x[n].ravel()))
    return total / (2 * len(x))


def fcwta_loss(params, x, rate, n_layers, tied):
    """The loss of an FC-WTA autoencoder, from its equations."""
    suffixes = [""] if n_layers == 1 else [str(i + 1) for i in range(n_layers)]
    h = x
    for s in suffixes:
        h = relu(linear(h, params[f"W_enc{s}"], params[f"b_enc{s}"]))
    z = h
    if rate is not None:
        k = max(1, math.floor(rate * len(x) + 1e-9))
        z = np.where(lifetime_mask(h, k), h, 0.0)
    if tied:
        dictionary = np.eye(z.shape[1])
        for s in reversed(suffixes):
            dictionary = dictionary @ params[f"W_enc{s}"].T
    else:
        dictionary = params["W_dec"]
    return squared_error(linear(z, dictionary, params["b_dec"]), x)


# ---------------------------------------------------------------- images: N, H, W, C; windows of odd sizes


def pixel(x, n, i, j, c):
    """The value at a place of an image, zero beyond its border."""
    inside = 0 <= i < x.shape[1] and 0 <= j < x.shape[2]
    return x[n, i, j, c] if inside else 0.0


def im2col(x, kh, kw, rows=None):
    n_images, h, w, c = x.shape
    cols = []
    for row in range(n_images * h * w) if rows is None else rows:
        n, i, j = row // (h * w), row // w % h, row % w
        cols.append(
            [
                pixel(x, n, i + u, j + v, ch)
                for u in range(-(kh // 2), kh // 2 + 1)
                for v in range(-(kw // 2), kw // 2 + 1)
                for ch in range(c)
            ]
        )
    return np.array(cols, float).reshape(len(cols), kh * kw * c)


def col2im(cols, shape, kh, kw, rows=None):
    x = np.zeros(shape)
    _, h, w, c = shape
    for r, row in enumerate(range(len(cols)) if rows is None else rows):
        n, i, j = row // (h * w), row // w % h, row % w
        for u in range(kh):
            for v in range(kw):
                a, b = i + u - kh // 2, j + v - kw // 2
                if 0 <= a < h and 0 <= b < w:
                    for ch in range(c):
                        x[n, a, b, ch] += cols[r, (u * kw + v) * c + ch]
    return x


def window_rows(rows, shape, kh, kw):
    n_images, h, w = shape[:3]
    near = set()
    for n, i, j in np.ndindex(n_images, h, w):
        for row in rows:
            m, a, b = row // (h * w), row // w % h, row % w
            if m == n and abs(a - i) <= kh // 2 and abs(b - j) <= kw // 2:
                near.add((n * h + i) * w + j)
    return sorted(near)


def conv2d(x, W, b):
    kh, kw, c, f = W.shape
    y = np.zeros((*x.shape[:3], f))
    for n, i, j, g in np.ndindex(y.shape):
        y[n, i, j, g] = b[g]
        for u, v, ch in np.ndindex(kh, kw, c):
            y[n, i, j, g] += W[u, v, ch, g] * pixel(x, n, i + u - kh // 2, j + v - kw // 2, ch)
    return y


def conv2d_gradients(dy, x, W):
    """Every product of conv2d hands dy on to both of its factors."""
    kh, kw, c, _ = W.shape
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros(W.shape[3])
    for n, i, j, g in np.ndindex(dy.shape):
        db[g] += dy[n, i, j, g]
        for u, v, ch in np.ndindex(kh, kw, c):
            a, b = i + u - kh // 2, j + v - kw // 2
            if 0 <= a < x.shape[1] and 0 <= b < x.shape[2]:
                dx[n, a, b, ch] += dy[n, i, j, g] * W[u, v, ch, g]
                dW[u, v, ch, g] += dy[n, i, j, g] * x[n, a, b, ch]
    return dx, dW, db


def spatial_mask(h):
    mask = np.zeros(h.shape, bool)
    for n in range(h.shape[0]):
        for f in range(h.shape[3]):
            best = (0, 0)
            for i, j in np.ndindex(h.shape[1:3]):
                if h[n, i, j, f] > h[(n, *best, f)]:
                    best = i, j
            mask[(n, *best, f)] = True
    return mask


def winner_list(h, k):
    """(n, y, x, f, value) by map, then by sample: the k largest of each map's spatial winners."""
    mask = spatial_mask(h)
    winners = []
    for f in range(h.shape[3]):
        of_map = []
        for n in range(len(h)):
            y, x = np.argwhere(mask[n, :, :, f])[0]
            of_map.append((n, int(y), int(x), f, h[n, y, x, f]))
        best = sorted(of_map, key=lambda winner: (-winner[4], winner[0]))[: len(h) if k is None else k]
        winners += sorted(best)
    return winners


def deconv2d(z, D, b):
    """Each code entry adds its atom, centred at its place."""
    _, kh, kw, c = D.shape
    x_hat = np.zeros((*z.shape[:3], c)) + b
    for n, i, j, f in np.ndindex(z.shape):
        for u, v, ch in np.ndindex(kh, kw, c):
            a, e = i + u - kh // 2, j + v - kw // 2
            if 0 <= a < z.shape[1] and 0 <= e < z.shape[2]:
                x_hat[n, a, e, ch] += z[n, i, j, f] * D[f, u, v, ch]
    return x_hat


def deconv2d_gradients(dy, z, D):
    _, kh, kw, c = D.shape
    dz, dD = np.zeros_like(z), np.zeros_like(D)
    for n, i, j, f in np.ndindex(z.shape):
        for u, v, ch in np.ndindex(kh, kw, c):
            seen = pixel(dy, n, i + u - kh // 2, j + v - kw // 2, ch)
            dz[n, i, j, f] += seen * D[f, u, v, ch]
            dD[f, u, v, ch] += seen * z[n, i, j, f]
    return dz, dD, np.array([dy[..., ch].sum() for ch in range(c)])


def max_pool(x, size, stride):
    """Windows start every `stride` pixels until one reaches the edge; what reaches over it is cut."""
    n_images, h, w, c = x.shape

    def starts(length):
        found = [0]
        while found[-1] + size < length and found[-1] + stride < length:
            found.append(found[-1] + stride)
        return found

    tops, lefts = starts(h), starts(w)
    y = np.zeros((n_images, len(tops), len(lefts), c))
    argmax = np.zeros(y.shape, int)
    for n, p, q, ch in np.ndindex(y.shape):
        window = [
            (-x[n, i, j, ch], i * w + j)
            for i in range(tops[p], min(h, tops[p] + size))
            for j in range(lefts[q], min(w, lefts[q] + size))
        ]
        value, argmax[n, p, q, ch] = min(window)
        y[n, p, q, ch] = -value
    return y, argmax


def max_pool_gradient(dy, argmax, shape):
    dx = np.zeros(shape)
    for n, p, q, ch in np.ndindex(dy.shape):
        i, j = divmod(argmax[n, p, q, ch], shape[2])
        dx[n, i, j, ch] += dy[n, p, q, ch]
    return dx


def max_unpool(y, argmax, shape):
    x = np.zeros(shape)
    for n, p, q, ch in np.ndindex(y.shape):
        i, j = divmod(argmax[n, p, q, ch], shape[2])
        x[n, i, j, ch] = y[n, p, q, ch]
    return x


def normalised_contrast(x, sigma, floor):
    """Subtract, then divide by, mean and deviation of a Gaussian neighbourhood: pixel by pixel."""
    N, H, W, C = x.shape

    def neighbourhood(values, i, j):
        total, weights = 0.0, 0.0
        for p in range(H):
            for q in range(W):
                w = math.exp(-((p - i) ** 2 + (q - j) ** 2) / (2 * sigma**2))
                for c in range(C):
                    total += w * values[p, q, c]
                    weights += w
        return total / weights

    y = np.zeros(x.shape)
    for n in range(N):
        v = np.array([[x[n, i, j] - neighbourhood(x[n], i, j) for j in range(W)] for i in range(H)])
        s = np.array([[math.sqrt(neighbourhood(v**2, i, j)) for j in range(W)] for i in range(H)])
        for i in range(H):
            for j in range(W):
                y[n, i, j] = v[i, j] / max(s[i, j], s.mean(), floor)
    return y
