"""One equation a file, forward above backward, no state."""

from wta_np.ops.bernoulli import (
    energy,
    free_energy_backward,
    free_energy_forward,
    mean_log_odds,
    sample_bernoulli,
    sigmoid,
    softplus,
)
from wta_np.ops.conv import conv2d_backward, conv2d_backward_params, conv2d_forward
from wta_np.ops.deconv import deconv2d_backward, deconv2d_forward
from wta_np.ops.im2col import col2im, im2col, window_rows
from wta_np.ops.lifetime import lifetime_backward, lifetime_forward, lifetime_mask, winners_per_unit
from wta_np.ops.linear import linear_backward, linear_backward_params, linear_forward
from wta_np.ops.loss import squared_error_backward, squared_error_forward
from wta_np.ops.pool import max_pool, max_pool_backward, max_pool_forward, max_unpool, pooled_length
from wta_np.ops.relu import relu_backward, relu_forward
from wta_np.ops.spatial import spatial_backward, spatial_forward, spatial_winners
from wta_np.ops.winners import Winners, select_winners

__all__ = [
    "Winners",
    "col2im",
    "conv2d_backward",
    "conv2d_backward_params",
    "conv2d_forward",
    "deconv2d_backward",
    "deconv2d_forward",
    "energy",
    "free_energy_backward",
    "free_energy_forward",
    "im2col",
    "lifetime_backward",
    "lifetime_forward",
    "lifetime_mask",
    "linear_backward",
    "linear_backward_params",
    "linear_forward",
    "max_pool",
    "max_pool_backward",
    "max_pool_forward",
    "max_unpool",
    "mean_log_odds",
    "pooled_length",
    "relu_backward",
    "relu_forward",
    "sample_bernoulli",
    "select_winners",
    "sigmoid",
    "softplus",
    "spatial_backward",
    "spatial_forward",
    "spatial_winners",
    "squared_error_backward",
    "squared_error_forward",
    "window_rows",
    "winners_per_unit",
]
