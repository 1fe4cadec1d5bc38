"""The exceptions of a training, shown to users under the name by which they import them."""

from __future__ import annotations


class DivergenceError(FloatingPointError):
    """Training failed: the loss became NaN or infinite, or no unit is active."""


class StopTraining(Exception):
    """Raised by a callback to end training after the current epoch."""


for _error in (DivergenceError, StopTraining):
    _error.__module__ = "wta_np.training"
