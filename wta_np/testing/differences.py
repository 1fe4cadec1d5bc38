"""Where `KinkError` was: the old way to import it."""

from wta_np.testing.gradient_check import KinkError

__all__ = ["KinkError"]
