"""Units that are 0 or 1: sigmoid, sampling, and the energies of the restricted Boltzmann machine.

The machine gives every pair of a visible v and a hidden h an energy, and with it a probability::

    E(v, h) = -v W h - b_v v - b_h h         p(v, h) = exp(-E(v, h)) / Z

so that units of one layer are independent of each other given the other layer, and the sum over the
hidden layer has a closed form, the free energy F, with p(v) = exp(-F(v)) / Z.
"""

from __future__ import annotations

from typing import Any

from wta_np._utils.validation import check_arrays
from wta_np.backend import Array, backend_name, ignoring_overflow, to_backend


def sigmoid(a: Array) -> Array:
    """Logistic function: ``s = 1 / (1 + exp(-a))``, the probability whose log odds are `a`.

    Where exp(-a) overflows, far below zero, it becomes infinite and s zero: right but for numbers below the
    smallest normal one of the dtype, so the overflow is no reason to warn.

    Parameters
    ----------
    a : ndarray, any shape
        Log odds.

    Returns
    -------
    s : ndarray, the shape of a
        Probabilities in [0, 1].

    Raises
    ------
    TypeError
        If `a` is not an array of floats.

    Examples
    --------
    >>> import numpy
    >>> sigmoid(numpy.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    xp = check_arrays(a=(a, "..."))
    s = xp.negative(a)
    with ignoring_overflow():
        xp.exp(s, out=s)
    s += 1
    return xp.divide(1, s, out=s)


def softplus(a: Array) -> Array:
    """``log(1 + exp(a))``, computed as ``max(a, 0) + log(1 + exp(-|a|))``, which cannot overflow.

    Its derivative is the sigmoid. It is what a hidden unit that may be 0 or 1 adds to -F:
    ``log(sum over h of exp(a h))``.

    Parameters
    ----------
    a : ndarray, any shape

    Returns
    -------
    ndarray, the shape of a

    Raises
    ------
    TypeError
        If `a` is not an array of floats.

    Examples
    --------
    >>> import numpy
    >>> softplus(numpy.array([-1000.0, 0.0, 1000.0])).round(4).tolist()
    [0.0, 0.6931, 1000.0]
    """
    xp = check_arrays(a=(a, "..."))
    y = xp.abs(a)
    xp.negative(y, out=y)
    xp.exp(y, out=y)
    xp.log1p(y, out=y)
    y += xp.maximum(a, 0)
    return y


def sample_bernoulli(p: Array, rng: Any) -> Array:
    """Independent samples: 1 with probability `p`, otherwise 0.

    A sample is 1 where a uniform number in [0, 1) is below p. The uniform numbers are drawn on the host,
    in float32 for either dtype of p, and moved to where p is: one seed gives the same samples on NumPy
    and on CuPy. They are multiples of 2^-24, so that a probability is met to within 6e-8; 0 and 1 are
    met exactly.

    Parameters
    ----------
    p : ndarray, any shape
        Probabilities in [0, 1].
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, the shape and dtype of p
        Zeros and ones.

    Raises
    ------
    TypeError
        If `p` is not an array of floats.

    Examples
    --------
    >>> import numpy
    >>> sample_bernoulli(numpy.array([0.0, 1.0]), numpy.random.default_rng(0)).tolist()
    [0.0, 1.0]
    """
    check_arrays(p=(p, "..."))
    u = to_backend(rng.random(p.shape, dtype="float32"), backend_name(p))
    return (u < p).astype(p.dtype)


def energy(v: Array, h: Array, W: Array, b_v: Array, b_h: Array) -> Array:
    """Energy of pairs of visible and hidden states: ``E(v, h) = -v W h - b_v v - b_h h``.

    Parameters
    ----------
    v : ndarray, shape (N, D)
        Visible states.
    h : ndarray, shape (N, M)
        Hidden states; row n belongs to row n of `v`.
    W : ndarray, shape (D, M)
    b_v : ndarray, shape (D,)
    b_h : ndarray, shape (M,)

    Returns
    -------
    E : ndarray, shape (N,)
        In nats: adding log 2 to it halves a probability.

    Raises
    ------
    TypeError, ValueError
        If the arrays are of different dtypes or libraries, or their shapes do not fit together.
    """
    check_arrays(v=(v, "N D"), h=(h, "N M"), W=(W, "D M"), b_v=(b_v, "D"), b_h=(b_h, "M"))
    return -((v @ W + b_h) * h).sum(axis=1) - v @ b_v


def free_energy_forward(v: Array, W: Array, b_v: Array, b_h: Array) -> Array:
    """Free energy of visible states: ``F(v) = -b_v v - sum_j softplus((v W + b_h)_j)``.

    In the sum over all hidden states the units part, one factor each::

        exp(-F(v)) = sum_h exp(-E(v, h)) = exp(b_v v) prod_j (1 + exp((v W + b_h)_j))

    Parameters
    ----------
    v : ndarray, shape (N, D)
    W : ndarray, shape (D, M)
    b_v : ndarray, shape (D,)
    b_h : ndarray, shape (M,)

    Returns
    -------
    F : ndarray, shape (N,)
        In nats, one value per sample.

    Raises
    ------
    TypeError, ValueError
        As `energy`.
    """
    check_arrays(v=(v, "N D"), W=(W, "D M"), b_v=(b_v, "D"), b_h=(b_h, "M"))
    return -softplus(v @ W + b_h).sum(axis=1) - v @ b_v


def free_energy_backward(dF: Array, v: Array, W: Array, b_h: Array) -> tuple[Array, Array, Array]:
    """Gradients of the loss with respect to the parameters of `free_energy_forward`.

    The derivative of softplus is the sigmoid, so with ``p = sigmoid(v W + b_h)``, the probability that a
    hidden unit is 1::

        dF_n/dW[i, j] = -v[n, i] p[n, j]      dW = -v.T (dF p)
        dF_n/db_v[i]  = -v[n, i]              db_v = -dF v
        dF_n/db_h[j]  = -p[n, j]              db_h = -dF p

    With dF = 1/N, data for v and then samples of the machine for v, the difference of the two results is
    the gradient of the negative log-likelihood: what contrastive divergence estimates.

    Parameters
    ----------
    dF : ndarray, shape (N,)
        Gradient of the loss with respect to F.
    v : ndarray, shape (N, D)
    W : ndarray, shape (D, M)
    b_h : ndarray, shape (M,)

    Returns
    -------
    dW : ndarray, shape (D, M)
    db_v : ndarray, shape (D,)
    db_h : ndarray, shape (M,)

    Raises
    ------
    TypeError, ValueError
        As `energy`.
    """
    check_arrays(dF=(dF, "N"), v=(v, "N D"), W=(W, "D M"), b_h=(b_h, "M"))
    p = sigmoid(v @ W + b_h)  # (N, M)
    return -v.T @ (dF[:, None] * p), -(dF @ v), -(dF @ p)


def mean_log_odds(x: Array, smallest: float = 0.01) -> Array:
    """Log odds of each column's mean: the visible biases of a machine whose hidden units say nothing.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        Probabilities, or zeros and ones.
    smallest : float
        A mean is moved into [smallest, 1 - smallest], since no finite bias makes a pixel always 0 or 1.

    Returns
    -------
    b : ndarray, shape (D,)
        ``log(m / (1 - m))``.

    Raises
    ------
    TypeError, ValueError
        If `x` is not an array of floats of two axes.

    Examples
    --------
    >>> import numpy
    >>> mean_log_odds(numpy.array([[0.0, 1.0], [1.0, 1.0]])).round(3).tolist()
    [0.0, 4.595]
    """
    xp = check_arrays(x=(x, "N D"))
    mean = xp.clip(x.mean(axis=0), smallest, 1 - smallest)
    return xp.log(mean / (1 - mean))
