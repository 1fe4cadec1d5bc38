"""Models: compositions of ops."""

from wta_np.models.fc import FCWTA

MODELS = {"FCWTA": FCWTA}  # what a checkpoint may name

__all__ = ["FCWTA", "MODELS"]
