"""Tools to hold an implementation to its derivation: gradient checks and laws."""

import wta_np.testing.gradcheck  # noqa: F401  first, so that the name is the function's below, and stays it
from wta_np.testing.gradient_check import (
    GradcheckWarning,
    GradientError,
    GradientReport,
    KinkError,
    UndecidedError,
    assert_gradients,
    gradcheck,
    gradcheck_layer,
    gradcheck_model,
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
