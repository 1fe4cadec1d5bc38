"""How probable an RBM finds data: log p(v) = -F(v) - log Z, with log Z by annealed importance sampling.

Z sums over all states and cannot be computed for more than some 20 units in the smaller layer. Annealed
importance sampling (Neal 2001; Salakhutdinov and Murray 2008) walks from a machine A without weights, whose Z
is known, to the one in question, over machines in between, ``0 = beta_0 < ... < beta_T = 1``::

    log f_beta(v) = ((1 - beta) b_A + beta b_v) v + sum_j softplus(beta (v W + b_h)_j)

Each chain starts at a sample of A. At each beta_t it collects ``log f_beta_t(v) - log f_beta_{t-1}(v)``
and then takes a Gibbs step of machine beta_t. The mean over chains of w = exp(sum of these) is an unbiased
estimate of Z / Z_A.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wta_np._utils.progress_bar import progress_bar
from wta_np._utils.validation import check_arrays, check_finite, check_int
from wta_np.backend import array_module, to_numpy
from wta_np.ops import free_energy_forward, mean_log_odds, sample_bernoulli, sigmoid, softplus

if TYPE_CHECKING:
    from wta_np.models import RBM


class LogZ(NamedTuple):
    """An estimate of log Z, in nats, and its standard error."""

    value: float
    error: float


def ais_log_z(
    rbm: RBM,
    n_chains: int = 100,
    n_temperatures: int | Sequence[float] = 1000,
    rng: Any = 0,
    data: Any = None,
    progress: bool = False,
) -> LogZ:
    """Estimate the logarithm of an RBM's partition function by annealed importance sampling.

    Parameters
    ----------
    rbm : RBM
    n_chains : int
        At least 2; they run side by side as one batch.
    n_temperatures : int or sequence of float
        Steps from beta = 0 to beta = 1, evenly spaced; or the values of beta themselves, which must
        rise from 0 to 1. More of them make the estimate better, in proportion to their time.
    rng : int or numpy.random.Generator
    data : ndarray, shape (N, D), optional
        Data whose mean gives the visible biases b_A of the machine to start from. By default they are
        zero. Starting near the data takes far fewer temperatures.
    progress : bool
        Show a progress bar.

    Returns
    -------
    LogZ
        ``value`` and ``error``, the standard error of the value over the chains, by
        ``std(w) / (mean(w) sqrt(n_chains))``. Too few temperatures make chains that all miss the same
        states: the estimate is then too low, and its error too small.

    Raises
    ------
    TypeError, ValueError
        A number is out of range, the values of beta do not rise from 0 to 1, or `data` does not fit.

    Examples
    --------
    >>> from wta_np.models import RBM
    >>> rbm = RBM(4, 3)
    >>> for value in rbm.params.values():
    ...     value[:] = 0  # all 2^7 states have energy 0
    >>> round(ais_log_z(rbm, 10, 10).value / math.log(2), 6)
    7.0
    """
    W, b_v, b_h = (rbm.params[name] for name in ("W", "b_v", "b_h"))
    xp = array_module(W=W)
    n_chains = check_int("n_chains", n_chains, 2)
    betas = _inverse_temperatures(n_temperatures)
    rng = np.random.default_rng(rng)
    if data is None:
        b_A = xp.zeros_like(b_v)
    else:
        check_arrays(W=(W, "D M"), data=(data, "N D"))
        b_A = mean_log_odds(data)

    log_z_A = float(softplus(b_A).sum()) + len(b_h) * math.log(2)
    v = sample_bernoulli(sigmoid(xp.zeros((n_chains, len(b_v)), dtype=b_v.dtype) + b_A), rng)
    log_w = np.zeros(n_chains)  # float64 whatever the model's dtype: thousands of small terms
    with progress_bar(len(betas) - 1, show=progress, desc="AIS", unit="temperature") as bar:
        for cold, warm in itertools.pairwise(betas):
            a = v @ W + b_h  # (n_chains, M)
            gain = (softplus(warm * a) - softplus(cold * a)).sum(axis=1, dtype="float64")
            gain += (warm - cold) * (v @ (b_v - b_A))
            log_w += to_numpy(gain)
            h = sample_bernoulli(sigmoid(warm * a), rng)
            v = sample_bernoulli(sigmoid(warm * (h @ W.T + b_v) + (1 - warm) * b_A), rng)
            bar.update()

    top = log_w.max()
    w = np.exp(log_w - top)
    value = log_z_A + top + math.log(w.mean())
    return LogZ(float(value), float(w.std(ddof=1) / (w.mean() * math.sqrt(n_chains))))


def log_likelihood(rbm: RBM, x: Any, log_z: float, batch_size: int = 1000) -> float:
    """Mean over samples of ``log p(v) = -F(v) - log Z``, in nats.

    Parameters
    ----------
    rbm : RBM
    x : ndarray, shape (N, D)
        Zeros and ones: log p is the probability of these states. Grey values are to be sampled first,
        with `wta_np.ops.sample_bernoulli`.
    log_z : float
        From `ais_log_z`: its ``value``.
    batch_size : int
        Samples at once.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        `x` does not fit the machine, is empty, or holds other values than 0 and 1.
    """
    xp = check_arrays(W=(rbm.params["W"], "D M"), x=(x, "N D"))
    batch_size = check_int("batch_size", batch_size, 1)
    if len(x) == 0:
        raise ValueError("x holds no samples, expected at least one")
    check_finite("x", x)
    if not bool(xp.logical_or(x == 0, x == 1).all()):
        raise ValueError(
            "x holds other values than 0 and 1, which this machine gives no probability: sample them first"
        )
    W, b_v, b_h = (rbm.params[name] for name in ("W", "b_v", "b_h"))
    total = 0.0
    for start in range(0, len(x), batch_size):
        total -= float(free_energy_forward(x[start : start + batch_size], W, b_v, b_h).sum(dtype="float64"))
    return total / len(x) - float(log_z)


def _inverse_temperatures(given):
    """The values of beta, from 0 to 1, as floats."""
    if np.ndim(given) == 0:
        n = check_int("n_temperatures", given, 1)
        return [t / n for t in range(n + 1)]
    betas = [float(beta) for beta in given]
    rising = all(low < high for low, high in itertools.pairwise(betas))
    if len(betas) < 2 or betas[0] != 0 or betas[-1] != 1 or not rising:
        raise ValueError(
            "n_temperatures holds values that do not rise from 0 to 1, as inverse temperatures do"
        )
    return betas
