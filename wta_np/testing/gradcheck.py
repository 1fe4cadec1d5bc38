"""Where `gradcheck` was before it became a package of its own: the old way to import it."""

from wta_np.testing.gradient_check import gradcheck, gradcheck_model

__all__ = ["gradcheck", "gradcheck_model"]
