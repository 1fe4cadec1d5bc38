"""Winner-take-all autoencoders in NumPy and CuPy, every gradient derived by hand.

>>> import wta_np
>>> data = wta_np.load("sample").flat()
>>> model = wta_np.FCWTA(784, 50, lifetime=0.05)
>>> history = wta_np.fit(model, data.x_train[:500], epochs=2, progress=False)
>>> model.encode(data.x_test).shape
(2000, 50)
"""

from wta_np.data import Dataset, load, load_data
from wta_np.evaluation import LinearSVM
from wta_np.models import FCWTA, RBM, ConvWTA, Stack
from wta_np.testing import gradcheck
from wta_np.training import SGD, History, fit, load_checkpoint, save, step_decay

__version__ = "0.1.0"

__all__ = [
    "FCWTA",
    "RBM",
    "SGD",
    "ConvWTA",
    "Dataset",
    "History",
    "LinearSVM",
    "Stack",
    "fit",
    "gradcheck",
    "load",
    "load_checkpoint",
    "load_data",
    "save",
    "step_decay",
]
