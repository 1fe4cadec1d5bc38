"""What a model asks about its mini-batch: how many samples it has, and who wins among them.

A model may be given only some rows of a mini-batch, while other processes work on the others. What depends on all
samples is asked of an object with the methods below. `WholeBatch` answers for a mini-batch that is all here;
`wta_np.distributed.part.PartOfBatch` answers for a part of one.
"""

from __future__ import annotations

from typing import Any

import numpy

from wta_np.ops import (
    lifetime_forward,
    lifetime_mask,
    sample_bernoulli,
    squared_error_backward,
    squared_error_forward,
)


class WholeBatch:
    """The rows that the model is given are the whole mini-batch."""

    def size(self, x: Any) -> int:
        """Samples of the mini-batch to which the rows `x` belong, N in the equations."""
        return len(x)

    def lifetime_mask(self, h: Any, k: int) -> Any:
        """`wta_np.ops.lifetime_mask` of the whole mini-batch, at the rows that are here."""
        return lifetime_mask(h, k)

    def lifetime_forward(self, h: Any, k: int) -> tuple[Any, Any]:
        """`wta_np.ops.lifetime_forward` of the whole mini-batch, at the rows that are here."""
        return lifetime_forward(h, k)

    def squared_error_forward(self, x_hat: Any, x: Any) -> float:
        """What the rows that are here add to `wta_np.ops.squared_error_forward` of the whole mini-batch."""
        return squared_error_forward(x_hat, x)

    def squared_error_backward(self, x_hat: Any, x: Any) -> Any:
        """`wta_np.ops.squared_error_backward` of the whole mini-batch, at the rows that are here."""
        return squared_error_backward(x_hat, x)

    def sample_bernoulli(self, p: Any, rng: numpy.random.Generator) -> Any:
        """`wta_np.ops.sample_bernoulli` of the whole mini-batch, at the rows that are here."""
        return sample_bernoulli(p, rng)

    def all_rows(self, h: Any) -> Any:
        """The rows of the whole mini-batch, given those that are here."""
        return h

    def own_rows(self, h: Any) -> Any:
        """Those rows that are here, given the rows of the whole mini-batch."""
        return h


WHOLE = WholeBatch()
