"""Truncated Newton for the squared hinge, all one-against-the-rest problems at once.

For one class, with targets t = +1 or -1, minimise over the weights u, whose last entry is the bias::

    f(u) = 1/2 |u|^2 + C sum_n max(0, 1 - t_n s_n)^2,    s = [x, 1] u.

A sample is active while its margin t_n s_n is below 1. Let A be the diagonal 0/1 matrix of the active
samples. Since t_n^2 = 1, the gradient and the (generalised) Hessian are::

    g = u + 2C [x, 1]^T A (s - t),        H = I + 2C [x, 1]^T A [x, 1].

f is quadratic as long as A stays the same, so Newton's method needs few steps; each solves H p = -g by
conjugate gradients, which ask only for products H v (Keerthi and DeCoste, 2005). The problems of all
classes share x, which is read once for all of them.

Gradient and products are sums over samples. Ranks that hold different samples (`wta_np.distributed`) each add up their
own, sum the (K, D+1) numbers over the ranks, and make the same steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wta_np.backend import array_module
from wta_np.distributed.ranks import ONE_RANK
from wta_np.evaluation.storage import BLOCK_BYTES, row_slices, take_rows

# Conjugate gradients stop early far from the solution, where an exact step would be wasted, and later as
# the steps go on: with a fixed tolerance, badly scaled problems would take hundreds of steps.
CG_TOLERANCE, CG_TIGHTENING, CG_MAX_ITER = 0.2, 0.85, 1000
GATHER_BELOW = 0.75  # share of active samples below which copying their rows costs less than it saves


@dataclass
class Solution:
    """Weights `u` (K, D+1), the bias last; relative duality gaps (K,); Newton steps; products H v."""

    u: Any
    gap: Any
    n_iter: int
    n_products: int


def minimise(x: Any, t: Any, C: float, u: Any, tol: float, max_iter: int, ranks: Any = ONE_RANK) -> Solution:
    """Minimise f for each column of targets, by Newton's method with an exact line search.

    The dual variables ``alpha = 2C max(0, 1 - t s)`` are always feasible, and inserting them shows that
    the duality gap is ``1/2 |g|^2`` exactly. A class is finished when this is at most ``tol/2 |u|^2``.
    Then f is proved to be within the factor 1 + tol of its minimum, and (since H >= I) the weights to be
    within ``sqrt(tol) |u|`` of the best ones. A finished class changes no more and costs nothing.

    Parameters
    ----------
    x : ndarray or Rows, shape (N, D)
        Read a block of rows at a time: it may lie in a file.
    t : ndarray, shape (N, K)
        Targets, +1 or -1.
    C : float
        Weight of the losses.
    u : ndarray, shape (K, D+1), or None
        Where to start; None starts at zero.
    tol : float
        Largest ``|g|^2 / |u|^2``.
    max_iter : int
        Largest number of Newton steps.
    ranks : Ranks
        Who holds the other samples; x and t are those of this rank. Everything else is the same on all.

    Returns
    -------
    Solution
    """
    xp = array_module(t=t)
    if u is None:
        u = xp.zeros((t.shape[1], x.shape[1] + 1), dtype=x.dtype)
        s = xp.zeros_like(t)
    else:
        u = u.copy()
        s = scores(x, u)  # (N, K)
    n_products = 0
    for n_iter in range(max_iter + 1):
        ds, active = squared_hinge_backward(s, t, C)
        g = u + ranks.sum(adjoint(x, ds))  # (K, D+1)
        gap, target = dot(g, g), tol * dot(u, u)
        live = xp.flatnonzero(gap > target)
        if len(live) == 0 or n_iter == max_iter:
            break
        cg_tol = CG_TOLERANCE * CG_TIGHTENING**n_iter
        p, products = newton_direction(x, active[:, live], C, u[live], g[live], tol, cg_tol, ranks)
        q = scores(x, p)  # (N, live): a step of length a changes s by a * q, without reading x again
        length = line_search(u[live], p, s[:, live], q, t[:, live], C, ranks=ranks).astype(x.dtype)
        u[live] += length[:, None] * p
        s[:, live] += length * q
        n_products += products
    return Solution(u, gap / xp.maximum(dot(u, u), 1e-300), n_iter, n_products)


def scores(x: Any, u: Any) -> Any:
    """``[x, 1] u``: (N, K). The column of ones is never written down."""
    s = array_module(u=u).empty((len(x), len(u)), dtype=u.dtype)
    for rows in row_slices(x, BLOCK_BYTES, at_once=True):
        s[rows] = x[rows] @ u[:, :-1].T + u[:, -1]
    return s


def adjoint(x: Any, ds: Any) -> Any:
    """``[x, 1]^T ds``, transposed: (K, D+1)."""
    xp = array_module(ds=ds)
    product = xp.zeros((ds.shape[1], x.shape[1]), dtype=ds.dtype)
    for rows in row_slices(x, BLOCK_BYTES, at_once=True):
        product += ds[rows].T @ x[rows]
    return xp.concatenate([product, ds.sum(axis=0)[:, None]], axis=1)


def dot(a: Any, b: Any) -> Any:
    """Inner products of corresponding rows, in float64: (K,)."""
    return array_module(a=a, b=b).multiply(a, b, dtype="float64").sum(axis=1)


def squared_hinge_backward(s: Any, t: Any, C: float) -> tuple[Any, Any]:
    """Gradient ``ds = 2C A (s - t)`` of the losses (N, K), and A: 1 where a sample is active (N, K)."""
    active = (t * s < 1).astype(s.dtype)
    return (2 * C) * active * (s - t), active


def hessian_product(x: Any, active: Any, C: float, v: Any) -> tuple[Any, Any]:
    """``H v`` (K, D+1) and the curvatures ``v^T H v`` (K,), the latter as a sum of squares.

    Blocks of rows of x are used for both products while they are in the processor's cache, so that x
    comes from memory once. A GPU is faster with all rows at once.
    """
    xp = array_module(v=v)
    product, curvature = xp.zeros_like(v), xp.zeros(len(v))
    for rows in row_slices(x, BLOCK_BYTES, at_once=True):
        block = x[rows]
        q = scores(block, v) * active[rows]  # (n, K)
        product += adjoint(block, q)
        curvature += xp.multiply(q, q, dtype="float64").sum(axis=0)
    return v + (2 * C) * product, dot(v, v) + (2 * C) * curvature


def _product_of_all(x, active, C, v, ranks):
    """`hessian_product` with the samples of all ranks: one sum of (K, D+2) numbers, in float64."""
    product, curvature = hessian_product(x, active, C, v)
    if ranks.size == 1:
        return product, curvature
    xp = array_module(v=v)
    own = xp.concatenate([product - v, (curvature - dot(v, v))[:, None]], axis=1).astype("float64")
    both = ranks.sum(own)  # of what the samples add; the regulariser's v and |v|^2 count once
    return v + both[:, :-1].astype(v.dtype), dot(v, v) + both[:, -1]


def newton_direction(
    x: Any, active: Any, C: float, u: Any, g: Any, tol: float, cg_tol: float, ranks: Any = ONE_RANK
) -> tuple[Any, int]:
    """Solve ``H p = -g`` for each class by conjugate gradients, as far as it pays; -> p, products used.

    The j-th iteration lowers the quadratic model by a known amount. A class stops when that is less than
    cg_tol times the average so far (Nash and Sofer, 1990), or when the residual, which is the gradient at
    u + p unless samples change sides, already meets half of the final tolerance.
    """
    xp = array_module(g=g)
    rows = xp.flatnonzero(active.any(axis=1))
    if len(rows) < GATHER_BELOW * len(x):  # samples active in no class add nothing to the products
        x, active = take_rows(x, rows), active[rows]
    p = xp.zeros_like(g)
    live = xp.arange(len(g))
    residual = -g
    direction = residual
    norm = dot(residual, residual)  # (live,), squared
    total = xp.zeros(len(g))
    for j in range(1, CG_MAX_ITER + 1):
        product, curvature = _product_of_all(x, active, C, direction, ranks)
        length = norm / curvature
        step = length.astype(x.dtype)[:, None]
        p[live] += step * direction
        residual = residual - step * product
        drop = length * norm  # twice that of the model
        total[live] += drop
        weights = u[live] + p[live]
        new_norm = dot(residual, residual)
        going = (j * drop > cg_tol * total[live]) & (new_norm > tol / 2 * dot(weights, weights))
        direction = residual + (new_norm / norm).astype(x.dtype)[:, None] * direction
        norm = new_norm
        keep = xp.flatnonzero(going)
        if len(keep) == 0:
            break
        if len(keep) < len(live):
            live, active, norm = live[keep], active[:, keep], norm[keep]
            residual, direction = residual[keep], direction[keep]
    return p, j


def line_search(
    u: Any, p: Any, s: Any, q: Any, t: Any, C: float, max_iter: int = 50, ranks: Any = ONE_RANK
) -> Any:
    """The lengths a (K,) that minimise ``f(u + a p)`` for each class, by Newton's method on the slope.

    The slope rises piecewise linearly: ``g(a) = const + |p|^2 a + L(a) + R(a)``, where L, of the samples
    with ``t q > 0``, is concave and R, of the others, convex. If a step from a jumps over the zero to b,
    then ``g(a) = (a - b) g'(a)``, and concavity and convexity give ``g(a) - g(b) < (a - b) (g'(a) + g'(b))``,
    so ``-g(b) < (a - b) g'(b)``: the next step stays short of a. Steps cannot cycle, and no bracket is
    needed.
    """
    xp = array_module(u=u, s=s)
    up, pp = dot(u, p), dot(p, p)
    margin, change = 1 - t * s, t * q

    def slope_and_curvature(a):
        shortfall = margin - a.astype(s.dtype) * change
        falls = change * (shortfall > 0)
        rise = (falls * shortfall).sum(axis=0, dtype="float64")
        bend = (falls * change).sum(axis=0, dtype="float64")
        if ranks.size > 1:
            rise, bend = ranks.sum(xp.stack([rise, bend]))
        return up + a * pp - 2 * C * rise, pp + 2 * C * bend

    first, _ = slope_and_curvature(xp.zeros(len(u)))
    a = xp.ones(len(u))
    for _ in range(max_iter):
        slope, curvature = slope_and_curvature(a)
        going = abs(slope) > 1e-3 * abs(first)
        if not bool(going.any()):
            break
        a = xp.where(going, a - slope / curvature, a)
    return a
