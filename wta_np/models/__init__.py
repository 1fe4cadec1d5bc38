"""Models: compositions of ops."""

from wta_np.models.conv import ConvWTA
from wta_np.models.fc import FCWTA
from wta_np.models.rbm import RBM
from wta_np.models.stack import KINDS, Stack

MODELS = {**KINDS, "Stack": Stack}  # what a checkpoint may name

__all__ = ["FCWTA", "MODELS", "RBM", "ConvWTA", "Stack"]
