"""Labels of samples that several ranks hold: the classes of all of them, as numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from wta_np.distributed.ranks import Ranks


def all_classes(y: np.ndarray, ranks: Ranks) -> tuple[np.ndarray, np.ndarray]:
    """The sorted labels that occur on any rank, and for each label of this rank its place among them.

    With one rank, ``numpy.unique(y, return_inverse=True)``.

    Parameters
    ----------
    y : numpy.ndarray, shape (n,)
        Labels of this rank: numbers or strings.
    ranks : Ranks

    Returns
    -------
    classes : numpy.ndarray
        The same on all ranks.
    codes : numpy.ndarray of int, shape (n,)
    """
    if ranks.size == 1:
        return np.unique(y, return_inverse=True)
    found = [json.loads(text) for text in ranks.gather_texts(json.dumps(np.unique(y).tolist()))]
    classes = np.unique(np.concatenate([np.array(labels) for labels in found if labels] or [y[:0]]))
    return classes, np.searchsorted(classes, y.astype(classes.dtype))


def all_codes(y: Any, ranks: Ranks) -> tuple[np.ndarray, int]:
    """The classes of the samples of all ranks, as numbers in the order of ranks; where those of this rank begin."""
    _, codes = all_classes(y, ranks)
    lengths = [int(text) for text in ranks.gather_texts(str(len(codes)))]
    blocks = ranks.gather(codes.astype("int64"), lengths)
    return np.concatenate(blocks), sum(lengths[: ranks.rank])
