"""Models and logs for other programs, and weights from them: ONNX, safetensors, PyTorch's layout, TensorBoard."""

from wta_np.interop.onnx_model import onnx_encoder, write_onnx
from wta_np.interop.tensorboard import TensorBoardLog
from wta_np.interop.torch_layout import from_torch, to_torch
from wta_np.interop.weights_file import read_weights, write_weights

__all__ = [
    "TensorBoardLog",
    "from_torch",
    "onnx_encoder",
    "read_weights",
    "to_torch",
    "write_onnx",
    "write_weights",
]
