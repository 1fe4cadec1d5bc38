"""Labels of a classifier: what can be one, and what cannot."""

from __future__ import annotations

from typing import Any

import numpy

from wta_np._utils.validation import check_finite
from wta_np.backend import to_numpy

NUMBERS, TEXT = "biuf", "US"  # kinds of dtypes whose values can be labels


def check_labels(y: Any, n: int, y_name: str = "y", x_name: str = "x", some: bool = True) -> numpy.ndarray:
    """`y` as a NumPy array of `n` labels, all numbers or all texts; `some` says that there has to be one.

    Raises
    ------
    TypeError, ValueError
        The labels are not one for each sample, one of them is missing (None or NaN), they are of several
        kinds, or they are values of a continuous quantity.
    """
    if isinstance(y, (list, tuple)):  # NumPy itself would make texts of a list that has one text in it
        try:
            y = numpy.array(y, dtype=object)
        except ValueError as error:
            raise ValueError(f"{y_name} holds lists of several lengths, expected one label each") from error
    y = to_numpy(y)
    if y.shape != (n,):
        hint = f": use {y_name}.ravel()" if y.ndim == 2 and y.shape == (n, 1) else ""
        if y.ndim == 2 and len(y) == n and y.shape[1] > 1:
            hint = f": for codes with a 1 in each row use {y_name}.argmax(axis=1)"
        raise ValueError(
            f"{y_name} has shape {y.shape}, expected ({n},): one label for each row of {x_name}{hint}"
        )
    if n == 0 and some:
        raise ValueError(f"{x_name} holds no samples, expected at least one")
    if y.dtype.kind == "O":
        y = _of_one_kind(y, y_name)
    if y.dtype.kind not in NUMBERS + TEXT:
        raise TypeError(f"{y_name} holds {y.dtype}, expected labels that are numbers or texts")
    if y.dtype.kind == "f":
        check_finite(y_name, y)
        broken = numpy.flatnonzero(y != numpy.floor(y))
        if len(broken):
            raise ValueError(
                f"{y_name} holds values such as {y[broken[0]]:g}, expected labels of classes, "
                "which are whole numbers or texts"
            )
    return y


def check_comparable(y: numpy.ndarray, classes: numpy.ndarray, name: str = "y") -> None:
    """TypeError if labels are texts and the classes are numbers, or the other way round."""
    given, known = ("text" if labels.dtype.kind in TEXT else "numbers" for labels in (y, classes))
    if given != known or (given == "text" and y.dtype.kind != classes.dtype.kind):
        raise TypeError(
            f"{name} holds {given} ({y.dtype}), expected {known} ({classes.dtype}) like the labels of fit: "
            "none of them could be right"
        )


def _of_one_kind(y: numpy.ndarray, name: str) -> numpy.ndarray:
    """Labels that came as objects as an array of numbers or of texts."""
    kinds = {numpy.asarray(label).dtype.kind for label in y}
    if kinds <= set(NUMBERS) or (len(kinds) == 1 and kinds <= set(TEXT)):
        return numpy.array(y.tolist())
    for i, label in enumerate(y):
        if label is None or label != label:
            raise ValueError(f"{name} holds {label} at index {i}, expected a label for each sample")
    types = ", ".join(sorted({type(label).__name__ for label in y}))
    raise TypeError(f"{name} holds labels of type {types}, expected all numbers or all texts")
