"""What a gradient check can find: a wrong gradient, a kink at the point, or too little to tell."""

from __future__ import annotations

from typing import Any

import numpy as np


class GradientError(AssertionError):
    """A backward function disagrees with central differences.

    Attributes
    ----------
    argument : str
        The argument whose gradient is wrong.
    index : tuple of int or None
        Its worst entry; None if the gradient as a whole is of the wrong kind.
    analytic, numeric : float or None
        What backward returned there, and what central differences give.
    ratio : float or None
        analytic / numeric.
    entries : list of (index, error, analytic, numeric)
        Every entry that was compared; errors are relative, and None says that an entry is right.
    larger : GradientError or None
        Of an example that is shown for being small: what was found where all axes are longer.
    hint : str
        What else is known of the mistake.
    """

    def __init__(
        self,
        message: str,
        argument: Any,
        index: Any = None,
        analytic: Any = None,
        numeric: Any = None,
        entries: Any = (),
    ) -> None:
        super().__init__(message)
        self.argument, self.index, self.analytic, self.numeric = argument, index, analytic, numeric
        self.ratio = analytic / numeric if numeric else None
        self.entries, self.larger, self.hint = list(entries), None, ""

    @property
    def wrong(self) -> list[tuple]:
        """(index, analytic, numeric) of the entries that differ."""
        return [(index, a, n) for index, error, a, n in self.entries if error is not None]

    @property
    def common_ratio(self) -> float | None:
        """The ratio that nearly all entries that differ share, at least 19 of 20; None if there is none."""
        wrong = self.wrong
        ratios = np.array([a / n for _, a, n in wrong if n])
        if not len(ratios) or len(wrong) == 1 < len(self.entries):
            return None
        ratio = np.median(ratios)
        shared = np.sum(np.abs(ratios - ratio) <= 1e-3 * abs(ratio))
        return float(ratio) if shared >= 0.95 * len(wrong) else None


class KinkError(ValueError):
    """The function has a kink or a jump at the point: there is no derivative to compare.

    Attributes
    ----------
    argument : str
    index : tuple of int or None
        The entry that was moved; None for a direction.
    left, right : float or None
        The slopes on both sides.
    """

    def __init__(
        self, message: str, argument: str = "", index: Any = None, left: Any = None, right: Any = None
    ) -> None:
        super().__init__(message)
        self.argument, self.index, self.left, self.right = argument, index, left, right


class UndecidedError(ValueError):
    """The gradient can be called neither right nor wrong at this point.

    Attributes
    ----------
    argument : str
    reason : str
        "rounding": the rounding of y hides the gradient; "zero": every gradient is zero, so that any factor in
        backward would pass; "edge": forward is not defined on one side of the point; "rough": differences do not
        settle at any step.
    """

    def __init__(self, message: str, argument: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.argument, self.reason = argument, reason


class GradcheckWarning(UserWarning):
    """A check that passed, but a part of it compared nothing."""


for _public in (GradientError, KinkError, UndecidedError, GradcheckWarning):
    _public.__module__ = "wta_np.testing"  # where tracebacks send a reader


def place(name: str, index: Any = None) -> str:
    """An entry as it is written in Python: W[2, 1]."""
    return f"{name}[{', '.join(str(int(i)) for i in index)}]" if index else name
