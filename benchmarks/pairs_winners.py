"""Who wins: the k largest of each unit in a mini-batch, against `torch.topk`."""

import numpy as np

from benchmarks.pair import Case, Pair, ResultsDiffer
from benchmarks.steps import keep_largest
from wta_np.backend import to_numpy
from wta_np.ops import lifetime_forward, lifetime_mask

SHAPE, K = (100, 2000), 5


def activities():
    """Like those of a layer after ReLU, without ties among the winners."""
    return np.maximum(np.random.default_rng(0).standard_normal(SHAPE), 0).astype("float32")


def mask(setting):
    """Our mask against the indices of topk: as much information."""
    import torch

    h = activities()
    ours_h, peer_h = setting.place(h), torch.tensor(h, device=setting.device)

    def peer():
        return peer_h.topk(K, dim=0).indices

    def verify():
        theirs = np.zeros(SHAPE, bool)
        np.put_along_axis(theirs, peer().cpu().numpy(), True, axis=0)
        return _same(to_numpy(lifetime_mask(ours_h, K)), theirs)

    return Case(lambda: lifetime_mask(ours_h, K), peer, verify)


def sparse_code(setting):
    """The sparse code itself: with PyTorch, topk and a mask that is scattered."""
    import torch

    h = activities()
    ours_h, peer_h = setting.place(h), torch.tensor(h, device=setting.device)

    def peer():
        with torch.no_grad():
            return keep_largest(peer_h, K)

    def verify():
        return _same(to_numpy(lifetime_forward(ours_h, K)[0]), peer().cpu().numpy())

    return Case(lambda: lifetime_forward(ours_h, K), peer, verify)


def _same(ours, theirs):
    different = int((ours != theirs).sum())
    if different:
        raise ResultsDiffer(f"winners: {different} of {ours.size} entries differ")
    return f"all {ours.size:,} entries are equal"


def pairs(setting):
    """The lines of the table."""
    name = f"winners of {SHAPE}, 5%"
    return [
        Pair(f"lifetime {name}", "PyTorch", 0.6, mask),
        Pair(f"lifetime {name}, as a sparse code", "PyTorch", None, sparse_code),
    ]
