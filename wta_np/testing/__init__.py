"""Tools to hold an implementation to its derivation: gradient checks and laws."""

from wta_np.testing.calling import GradientError
from wta_np.testing.differences import KinkError
from wta_np.testing.gradcheck import gradcheck, gradcheck_model

__all__ = ["GradientError", "KinkError", "gradcheck", "gradcheck_model"]
