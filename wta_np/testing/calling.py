"""Where `GradientError` was: the old way to import it."""

from wta_np.testing.gradient_check import GradientError

__all__ = ["GradientError"]
