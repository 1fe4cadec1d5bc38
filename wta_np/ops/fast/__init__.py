"""Faster ways to the results of `wta_np.ops`. You do not need them to understand the method.

A convolution of a mini-batch has two costs, and there is one answer to each:

- *Memory.* All windows of all images, as rows, are far larger than the cache. `blocks` takes a few images at a time.
- *Multiplications.* A 5 x 5 filter needs 25 of them for each pixel and channel. `winograd` computes a tile of 4 x 4
  outputs from the 8 x 8 inputs that it sees, by 64 products instead of 16 x 25 = 400: both tile and filter are
  transformed, multiplied point by point, and transformed back::

          8 x 8 inputs                         4 x 4 outputs
        . . . . . . . .
        . . . . . . . .
        . . o o o o . .      transform,        o o o o
        . . o o o o . .      64 products,      o o o o
        . . o o o o . .  ->  transform    ->   o o o o
        . . o o o o . .      back              o o o o
        . . . . . . . .
        . . . . . . . .

  Neighbouring tiles overlap by the rim of dots; `tiles` cuts images into them and joins the outputs.

`active_rows` is the backward pass where few positions have a gradient: only their windows are read.
"""

from __future__ import annotations

from typing import Any

from wta_np._utils.parallel import SINGLE_THREAD_MULTIPLICATIONS
from wta_np.ops.fast.blocks import correlate_blocks, correlate_filters_blocks, image_blocks
from wta_np.ops.fast.winograd import winograd_backward_filters, winograd_forward, winograd_pays


def pays(x: Any, kh: int, kw: int, n_filters: int) -> bool:
    """Whether a convolution of `x` (N, H, W, C) is worth more than im2col and one matrix product."""
    multiplications = x.size * kh * kw * n_filters
    return (
        winograd_pays(x, kh, kw)
        or multiplications > SINGLE_THREAD_MULTIPLICATIONS
        or len(image_blocks(x, kh, kw)) > 1
    )


def correlate(x: Any, W: Any, b: Any = None) -> Any:
    """`wta_np.ops.conv.conv2d_forward` without its checks: x (N, H, W, C), W (kh, kw, C, F), b (F,) or None."""
    kh, kw = W.shape[:2]
    return winograd_forward(x, W, b) if winograd_pays(x, kh, kw) else correlate_blocks(x, W, b)


def correlate_filters(dy: Any, x: Any, kh: int, kw: int) -> Any:
    """The dW (kh, kw, C, F) of `wta_np.ops.conv.conv2d_backward` unchecked: dy (N, H, W, F), x (N, H, W, C)."""
    if winograd_pays(x, kh, kw):
        return winograd_backward_filters(dy, x, kh)
    return correlate_filters_blocks(dy, x, kh, kw)
