"""Checks of arguments, with messages that name the argument, what came and what was expected."""

from __future__ import annotations

import math
from typing import Any

from wta_np.backend import array_module

PART = 2**20  # numbers of an array on the host that are checked at a time


def check_arrays(**named: Any) -> Any:
    """Check the arrays of one operation against each other and return their array module.

    Parameters
    ----------
    **named : (array, str)
        For each argument the array and its axes as letters, such as ``x=(x, "N D"), W=(W, "D M")``. The
        same letter is the same length wherever it stands; a number is that length; ``...`` at the end
        stands for any further axes.

    Returns
    -------
    module
        numpy, cupy or dpnp, see `wta_np.backend.array_module`.

    Raises
    ------
    TypeError
        An argument is not an array, not of a floating dtype, or of another dtype or library than the first.
    ValueError
        An argument has not the axes that were asked for.

    Examples
    --------
    >>> import numpy
    >>> _ = check_arrays(x=(numpy.zeros((5, 3)), "N D"), W=(numpy.zeros((4, 2)), "D M"))
    Traceback (most recent call last):
        ...
    ValueError: W has shape (4, 2), expected (D, M) with D=3
    """
    xp = array_module(**{name: array for name, (array, _) in named.items()})
    sizes: dict[str, int] = {}
    first = None
    for name, (array, axes) in named.items():
        if array.dtype.kind != "f":
            raise TypeError(f"{name} holds {array.dtype}, expected floats: use {name}.astype('float32')")
        if first is None:
            first = name, array.dtype
        elif array.dtype != first[1]:
            raise TypeError(
                f"{name} is {array.dtype} but {first[0]} is {first[1]}: all arrays need the same dtype, "
                "convert one with .astype"
            )
        _check_axes(name, array.shape, axes.split(), sizes)
    return xp


def _check_axes(name: str, shape: tuple[int, ...], axes: list[str], sizes: dict[str, int]) -> None:
    """Compare one shape with its axes; lengths seen for the first time are noted in `sizes`."""
    fixed = axes[:-1] if axes[-1:] == ["..."] else axes
    fits = len(shape) == len(axes) or (fixed is not axes and len(shape) >= len(fixed))
    known = dict(sizes)
    for axis, length in zip(fixed, shape):
        expected = int(axis) if axis.isdigit() else sizes.setdefault(axis, length)
        fits = fits and length == expected
    if not fits:
        used = ", ".join(f"{axis}={known[axis]}" for axis in dict.fromkeys(fixed) if axis in known)
        wanted = f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
        raise ValueError(f"{name} has shape {shape}, expected {wanted}{' with ' + used if used else ''}")


def check_int(name: str, value: Any, low: int, high: int | None = None) -> int:
    """`value` as an int, if it is a whole number in [low, high]; a TypeError or ValueError otherwise."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} is {value!r}, expected a whole number")
    value = value.__index__()
    if value < low or (high is not None and value > high):
        wanted = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ValueError(f"{name} is {value}, expected {wanted}")
    return value


def check_odd(name: str, value: Any) -> int:
    """`value` as an int, if it is an odd number of at least 1: the side of a window, which has a middle."""
    value = check_int(name, value, 1)
    if value % 2 == 0:
        raise ValueError(f"{name} is {value}, expected an odd number: a window has a middle")
    return value


def check_number(name: str, value: Any, low: float, high: float = math.inf, *, above: bool = False) -> float:
    """`value` as a float, if it is finite and in [low, high], or in (low, high] with `above`."""
    try:
        number = float("no number" if isinstance(value, (bool, str)) else value)
    except (TypeError, ValueError):
        raise TypeError(f"{name} is {value!r}, expected a number") from None
    if not math.isfinite(number) or number > high or number < low or (above and number == low):
        if high == math.inf:
            wanted = f"{'above' if above else 'at least'} {low:g}"
        else:
            wanted = f"in {'(' if above else '['}{low:g}, {high:g}]"
        raise ValueError(f"{name} is {number:g}, expected a number {wanted}")
    return number


def check_finite(name: str, array: Any) -> None:
    """ValueError if `array` holds NaN or infinities, with their number and the first place."""
    xp = array_module(**{name: array})
    if xp.__name__ == "numpy" and array.ndim and all(xp.isfinite(part).all() for part in _parts(array)):
        return  # without a mask of the size of the array; a GPU is asked once
    finite = xp.isfinite(array)
    if not bool(finite.all()):
        bad = int((~finite).sum())
        flat = int(xp.argmin(finite.reshape(-1)))
        where = tuple(int(i) for i in _unravel(flat, array.shape))
        raise ValueError(f"{name} holds {bad} values that are NaN or infinite, the first at index {where}")


def _parts(array):
    """Parts of an array along its first axis, of about `PART` numbers."""
    n = max(1, PART * len(array) // max(1, array.size))
    return (array[start : start + n] for start in range(0, len(array), n))


def check_indices(name: str, index: Any, length: int) -> Any:
    """`index`, as whole numbers of the size that the machine counts with; TypeError if they are none.

    ValueError unless all lie between 0 and `length` - 1. Libraries differ in what an index outside does: NumPy raises,
    CuPy wraps around, dpnp clips. So it never gets that far. The device is asked once.
    """
    if index.dtype.kind not in "iu":
        raise TypeError(f"{name} holds {index.dtype}, expected whole numbers")
    wide = index.astype("int64", copy=False)  # as 32 bits they might be cut short
    if index.size and bool(((wide < 0) | (wide >= length)).any()):
        low, high = int(index.min()), int(index.max())
        raise ValueError(f"{name} reaches from {low} to {high}, expected between 0 and {length - 1}")
    return index.astype(int, copy=False)


def _unravel(flat: int, shape: tuple[int, ...]) -> list[int]:
    index = []
    for length in reversed(shape):
        flat, i = divmod(flat, length)
        index.append(i)
    return index[::-1]


def check_same_shape(**named: Any) -> None:
    """Arrays of one library and one shape; the first is what the others are compared with.

    Unlike `check_arrays` it asks nothing of the dtype, so that a mask of bool may stand beside floats.
    """
    array_module(**named)
    (first, reference), *others = named.items()
    for name, array in others:
        if array.shape != reference.shape:
            raise ValueError(f"{name} has shape {array.shape}, expected {reference.shape} like {first}")
