"""An older name of `wta_np.grading.signature`, which keeps working."""

from wta_np.grading.signature import Signature

__all__ = ["Signature"]
