"""Stochastic gradient descent with momentum, in place."""

from __future__ import annotations

from typing import Any

from wta_np._utils.validation import check_arrays, check_number, check_same_shape
from wta_np.backend import array_module

_BLOCK = 1 << 17  # numbers; the four blocks in use at a time stay in the cache


class SGD:
    """Momentum: ``v = mu * v - lr * dw``, then ``w = w + v``.

    Parameters
    ----------
    lr : float
        Learning rate, above 0.
    momentum : float in [0, 1)
        mu, the share of the last step that is kept.

    Attributes
    ----------
    velocity : dict of str to ndarray
        v of each parameter; empty before the first step, and without momentum.

    Raises
    ------
    TypeError, ValueError
        If `lr` or `momentum` is not a number in its range.
    """

    def __init__(self, lr: float = 0.02, momentum: float = 0.9) -> None:
        self.lr = check_number("lr", lr, 0, above=True)
        self.momentum = check_number("momentum", momentum, 0, 1)
        if self.momentum == 1:
            raise ValueError("momentum is 1, expected a number in [0, 1): no step would ever fade")
        self.velocity: dict[str, Any] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lr={self.lr!r}, momentum={self.momentum!r})"

    def step(self, params: dict[str, Any], grads: dict[str, Any]) -> None:
        """One step for every parameter, in place.

        Parameters
        ----------
        params, grads : dict of str to ndarray
            The same names, and for each name the same shape and dtype.

        Raises
        ------
        TypeError, ValueError
            If a gradient is missing, or of another shape, dtype or library than its parameter.
        """
        for name, w in params.items():
            if name not in grads:
                raise ValueError(f"grads has no {name!r}, expected one for each of {list(params)}")
            labels = f"params[{name!r}]", f"grads[{name!r}]"
            xp = check_arrays(**{labels[0]: (w, "..."), labels[1]: (grads[name], "...")})
            check_same_shape(**{labels[0]: w, labels[1]: grads[name]})
            if self.momentum and name not in self.velocity:
                self.velocity[name] = xp.zeros_like(w)
            _update(w, self.velocity.get(name), grads[name], self.lr, self.momentum)


def _update(w, v, dw, lr, mu):
    """The two equations of `SGD`, block by block; without momentum the first needs no v.

    Done array by array, each of the four passes would fetch arrays of megabytes from memory again; a block
    that has been fetched once is still in the cache for the other three.
    """
    if not mu:
        for w_part, dw_part in _blocks(w, dw):
            w_part -= lr * dw_part
        return
    for w_part, v_part, dw_part in _blocks(w, v, dw):
        v_part *= mu
        v_part -= lr * dw_part
        w_part += v_part


def _blocks(*arrays):
    """The arrays in pieces of the same place, as views; in one piece on a GPU, or if they are not flat."""
    if array_module(*arrays).__name__ != "numpy" or not all(a.flags.c_contiguous for a in arrays):
        yield arrays
        return
    flat = [array.reshape(-1) for array in arrays]
    for start in range(0, flat[0].size, _BLOCK):
        yield [array[start : start + _BLOCK] for array in flat]
