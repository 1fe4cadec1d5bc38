"""One equation a file, forward above backward, no state."""

from wta_np.ops.lifetime import lifetime_backward, lifetime_forward, lifetime_mask, winners_per_unit
from wta_np.ops.linear import linear_backward, linear_backward_params, linear_forward
from wta_np.ops.loss import squared_error_backward, squared_error_forward
from wta_np.ops.relu import relu_backward, relu_forward

__all__ = [
    "lifetime_backward",
    "lifetime_forward",
    "lifetime_mask",
    "linear_backward",
    "linear_backward_params",
    "linear_forward",
    "relu_backward",
    "relu_forward",
    "squared_error_backward",
    "squared_error_forward",
    "winners_per_unit",
]
