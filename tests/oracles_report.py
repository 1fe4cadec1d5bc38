"""The numbers of a report as plain loops, written from their definitions."""

import math


def ranked(column):
    """Images of the activities above zero, the largest first, the lower index among equals."""
    return sorted((n for n, value in enumerate(column) if value > 0), key=lambda n: (-column[n], n))


def unit(column, threshold, n_top, n_spread, bins):
    """Everything that `unit_numbers` says of one unit, from its activities on all images."""
    active = [value for value in column if value > threshold]
    peak = max(column)
    histogram = [0] * bins
    for value in column:
        if value > 0:
            histogram[min(bins - 1, math.floor(value / peak * bins))] += 1
    order = ranked(column)
    top = order[:n_top] + [-1] * (n_top - len(order[:n_top]))
    spread = [-1] * n_spread
    if len(order) >= n_spread:
        spread = [order[len(order) * (step + 1) // n_spread - 1] for step in range(n_spread)]
    return {
        "active": len(active) / len(column),
        "mean": sum(active) / len(active) if active else 0,
        "peak": peak,
        "histogram": histogram,
        "top": top,
        "spread": spread,
    }


def classes(column, labels, threshold):
    """(shares, means, preferred, purity) of one unit, over the classes in their order."""
    shares, means = [], []
    for label in sorted(set(labels)):
        own = [value for value, y in zip(column, labels) if y == label]
        shares.append(sum(value > threshold for value in own) / len(own))
        means.append(sum(own) / len(own))
    if sum(means) == 0:
        return shares, means, -1, 0
    return shares, means, means.index(max(means)), max(means) / sum(means)


def cosine(a, b):
    """Of two vectors; 0 if one is zero."""
    norms = [math.sqrt(sum(value * value for value in vector)) for vector in (a, b)]
    product = sum(x * y for x, y in zip(a, b))
    return product / (norms[0] * norms[1]) if all(norms) else 0


def correlation(a, b):
    """Pearson's, of two vectors; 0 if one is constant."""
    return cosine([x - sum(a) / len(a) for x in a], [y - sum(b) / len(b) for y in b])


def winners_of_batches(values, k_of, batch_size):
    """Mask as nested lists: the k largest of each column of each mini-batch, the lower row among equals."""
    n, m = len(values), len(values[0])
    mask = [[False] * m for _ in range(n)]
    for start in range(0, n, batch_size):
        rows = range(start, min(n, start + batch_size))
        for j in range(m):
            for i in sorted(rows, key=lambda i: (-values[i][j], i))[: k_of(len(rows))]:
                mask[i][j] = True
    return mask
