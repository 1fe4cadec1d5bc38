"""A gradient check for hand-written NumPy code, from a pair of functions to a whole model.

It needs NumPy and `wta_np.backend` alone. A check ends in one of three ways: a `GradientReport` (right), a
`GradientError` (wrong), or a `KinkError` or `UndecidedError` (it cannot be told at this point, and why).
"""

from wta_np.testing.gradient_check.assertion import assert_gradients
from wta_np.testing.gradient_check.check import gradcheck
from wta_np.testing.gradient_check.layers import gradcheck_layer
from wta_np.testing.gradient_check.models import gradcheck_model
from wta_np.testing.gradient_check.report import GradientReport
from wta_np.testing.gradient_check.verdicts import (
    GradcheckWarning,
    GradientError,
    KinkError,
    UndecidedError,
)

__all__ = [
    "GradcheckWarning",
    "GradientError",
    "GradientReport",
    "KinkError",
    "UndecidedError",
    "assert_gradients",
    "gradcheck",
    "gradcheck_layer",
    "gradcheck_model",
]
