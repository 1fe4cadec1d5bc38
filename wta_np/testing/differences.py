"""Central differences that know where they cannot be trusted.

For a function y(t) of one step length t, the derivative at 0 is compared with (y(h) - y(-h)) / 2h. Two
things spoil that: rounding, which `noise` bounds, and a kink or jump inside (-h, h), which the second
difference ``s(h) = y(h) - 2 y(0) + y(-h)`` gives away. Where y is smooth, s(h) = h^2 y'' shrinks 4 times
when h is halved and 16 times when it is quartered; at a kink it shrinks 2 times or stops at once, at a
jump (two values that tie for the last place among the winners) not at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_EPS = np.finfo(np.float64).eps
_ROUNDINGS = 16  # how many roundings of the size of y itself an evaluation is granted


class KinkError(ValueError):
    """The function has a kink, a jump or a tie within one step of the point: no derivative to compare."""


@dataclass
class Slope:
    """A numerical derivative, how far rounding can have moved it, and what kinks put into it."""

    value: float
    noise: float
    kink: float


def slope(y, weights, step):
    """Derivative at t = 0 of ``sum(weights * y(t))`` by central differences.

    Parameters
    ----------
    y : callable, float -> ndarray of float64
        The function of the step length t.
    weights : ndarray, the shape of y(0)
    step : float
        h, the largest step length tried.

    Returns
    -------
    Slope
    """
    middle, right, left = y(0.0), y(step), y(-step)
    sizes = np.abs(weights)
    changed = (right != middle) | (left != middle)
    size = np.where(changed, np.abs(right) + np.abs(left), 0.0)
    value = float(np.sum(weights * (right - left))) / (2 * step)
    noise = _ROUNDINGS * _EPS * float(np.sum(sizes * size)) / (2 * step)
    second = right - 2 * middle + left
    rounding = _ROUNDINGS * _EPS * (size + np.where(changed, 2 * np.abs(middle), 0.0))
    if np.all(np.abs(second) <= rounding):
        return Slope(value, noise, 0.0)
    half, quarter = (y(step / part) - 2 * middle + y(-step / part) for part in (2, 4))
    smooth = (np.abs(second - 4 * half) <= 0.2 * np.abs(second) + 5 * rounding) & (
        np.abs(second - 16 * quarter) <= 0.5 * np.abs(second) + 17 * rounding
    )
    return Slope(value, noise, float(np.sum(sizes * np.abs(second) * ~smooth)) / (2 * step))
