"""A rank's part of a mini-batch, as models see it."""

from __future__ import annotations

import math
from typing import Any

import numpy

from wta_np._utils.validation import check_arrays, check_int
from wta_np.backend import array_module
from wta_np.distributed.random_numbers import skip_uniform
from wta_np.distributed.ranks import Ranks
from wta_np.distributed.winners import shared_lifetime_mask
from wta_np.models.batch import WholeBatch
from wta_np.ops import sample_bernoulli, squared_error_forward


def part_sizes(n: int, size: int) -> list[int]:
    """How many of `n` rows each of `size` ranks holds: equal numbers, or one more on the first ranks.

    >>> part_sizes(10, 4), part_sizes(2, 3)
    ([3, 3, 2, 2], [1, 1, 0])
    """
    n, size = check_int("n", n, 0), check_int("size", size, 1)
    return [n // size + (rank < n % size) for rank in range(size)]


def part_slice(n: int, ranks: Ranks) -> slice:
    """Which of `n` rows this rank holds; one rank after another, in the order of the rows."""
    sizes = part_sizes(n, ranks.size)
    start = sum(sizes[: ranks.rank])
    return slice(start, start + sizes[ranks.rank])


class PartOfBatch(WholeBatch):
    """The rows `part_slice` of a mini-batch of `n`, whose other rows are on other ranks.

    Parameters
    ----------
    n : int
        Samples of the mini-batch.
    ranks : Ranks
    """

    def __init__(self, n: int, ranks: Ranks) -> None:
        self.n, self.ranks = check_int("n", n, 1), ranks
        self.sizes, self.rows = part_sizes(n, ranks.size), part_slice(n, ranks)

    def size(self, x: Any) -> int:
        """Samples of the mini-batch, N in the equations."""
        return self.n

    def lifetime_mask(self, h: Any, k: int) -> Any:
        """See `wta_np.distributed.winners.shared_lifetime_mask`."""
        return shared_lifetime_mask(h, k, self.sizes, self.ranks)

    def lifetime_forward(self, h: Any, k: int) -> tuple[Any, Any]:
        """The code ``z = h * mask`` of the rows that are here, and their mask."""
        xp = array_module(h=h)
        mask = self.lifetime_mask(h, k)
        return xp.where(mask, h, xp.zeros_like(h)), mask

    def squared_error_forward(self, x_hat: Any, x: Any) -> float:
        """``1/(2N) * sum_n ||x_hat_n - x_n||^2`` over the rows that are here; N counts those of all ranks."""
        if len(x) == 0:
            return 0.0
        return squared_error_forward(x_hat, x) * (len(x) / self.n)

    def squared_error_backward(self, x_hat: Any, x: Any) -> Any:
        """``(x_hat - x) / N`` of the rows that are here."""
        check_arrays(x_hat=(x_hat, "N ..."), x=(x, "N ..."))
        return (x_hat - x) / self.n

    def sample_bernoulli(self, p: Any, rng: numpy.random.Generator) -> Any:
        """The rows that are here of what one process would draw for the mini-batch.

        The generator ends where that of one process ends: random numbers do not depend on the number of ranks.
        """
        width = math.prod(p.shape[1:])
        skip_uniform(rng, self.rows.start * width)
        sample = sample_bernoulli(p, rng)
        skip_uniform(rng, (self.n - self.rows.stop) * width)
        return sample

    def all_rows(self, h: Any) -> Any:
        """The rows (N, M) of the whole mini-batch, given those that are here; one call of `Ranks.gather`."""
        xp = check_arrays(h=(h, "N M"))
        blocks = self.ranks.gather(h.reshape(-1), [n * h.shape[1] for n in self.sizes])
        return xp.concatenate(blocks).reshape(self.n, h.shape[1])

    def own_rows(self, h: Any) -> Any:
        """Those rows that are here, given the rows of the whole mini-batch."""
        return h[self.rows]
