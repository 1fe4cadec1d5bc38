"""Mini-batches shared among processes, on one machine or many: each works on its part, all keep the same weights.

Gradients are sums over samples, so that those of parts add up to that of the mini-batch. Winners are chosen across
the whole mini-batch, and that is what `shared_lifetime_mask` is for. ``mpiexec -n 4 wta-np train fc`` does all of it;
in Python, `world` gives the `Ranks` that `wta_np.fit` takes. Such a script is started with
``mpiexec -n 4 python -m mpi4py script.py``, where ``-m mpi4py`` sees to it that an error on one rank ends all. Nothing
here imports mpi4py before `world` is called.
"""

from wta_np.distributed.launch import world
from wta_np.distributed.part import PartOfBatch, part_sizes, part_slice
from wta_np.distributed.ranks import ONE_RANK, Ranks, SharedError
from wta_np.distributed.simulated import run_ranks
from wta_np.distributed.winners import shared_lifetime_mask

__all__ = [
    "ONE_RANK",
    "PartOfBatch",
    "Ranks",
    "SharedError",
    "part_sizes",
    "part_slice",
    "run_ranks",
    "shared_lifetime_mask",
    "world",
]
