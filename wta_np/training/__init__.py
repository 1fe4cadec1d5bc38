"""Training: the optimiser, the loop, and files to stop and resume from."""

from wta_np.training.checkpoint import Checkpoint, load, load_checkpoint, load_model, save
from wta_np.training.history import History
from wta_np.training.loop import DivergenceError, StopTraining, fit, step_decay
from wta_np.training.sgd import SGD

__all__ = [
    "SGD",
    "Checkpoint",
    "DivergenceError",
    "History",
    "StopTraining",
    "fit",
    "load",
    "load_checkpoint",
    "load_model",
    "save",
    "step_decay",
]
