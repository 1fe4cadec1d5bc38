"""Models: compositions of ops."""

from wta_np.models.base import Model
from wta_np.models.conv import ConvWTA
from wta_np.models.fc import FCWTA
from wta_np.models.rbm import RBM
from wta_np.models.registry import check_can_be_saved, class_name, model_class
from wta_np.models.stack import KINDS, Stack

MODELS = {**KINDS, "Stack": Stack}  # the package's own; `model_class` finds those of others, too

__all__ = [
    "FCWTA",
    "MODELS",
    "RBM",
    "ConvWTA",
    "Model",
    "Stack",
    "check_can_be_saved",
    "class_name",
    "model_class",
]
