"""What a benchmark is: the same work done here and by a peer, checked equal, then measured in alternation."""

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.interleave import interleave, quartiles, ratios
from wta_np.backend import get_backend, to_backend, to_numpy

MODULES = {"PyTorch": "torch", "scikit-learn": "sklearn"}


class ResultsDiffer(Exception):
    """Ours and the peer's results are not the same."""


@dataclass
class Setting:
    """What all pairs of one run share.

    Attributes
    ----------
    quick : bool
        Smaller data where the full one takes minutes, and fewer blocks.
    threads : int
        Of NumPy's BLAS and of the peer.
    backend : "numpy" or "cupy"
        Where our arrays are; with CuPy those of PyTorch are on the GPU, too.
    data_dir : str or None
        A folder with MNIST; without it the digits of the package are repeated.
    """

    quick: bool = False
    threads: int = min(2, os.cpu_count() or 1)
    backend: str = "numpy"
    data_dir: str | None = None

    @property
    def blocks(self):
        return 2 if self.quick else 5

    @property
    def device(self):
        """PyTorch's name of the place."""
        return "cuda" if self.backend == "cupy" else "cpu"

    def place(self, array):
        return to_backend(array, self.backend)

    def sync(self):
        """Wait for the GPU: a call that has returned has only queued its work."""
        if self.backend == "cupy":
            import torch

            get_backend("cupy").module.cuda.Device().synchronize()
            torch.cuda.synchronize()


def interleaved(case, setting):
    """Milliseconds of ours and of the peer in each block."""
    seconds = interleave({"ours": case.ours, "peer": case.peer}, setting.blocks, sync=setting.sync)
    return tuple([1000 * s for s in seconds[name]] for name in ("ours", "peer"))


@dataclass
class Case:
    """Two implementations of the same work, ready to run.

    Attributes
    ----------
    ours, peer : callable
        Each call does the work once.
    verify : callable
        Returns a sentence that says what was compared; raises `ResultsDiffer`.
    note : str
        What a reader of the table should know, such as which of the peer's variants was the fastest.
    measure : callable
        ``measure(case, setting)`` -> the values of ours and of the peer, one a block.
    measure_first : bool
        For work that takes minutes: the run that is measured is the one whose results are verified.
    """

    ours: Callable[[], Any]
    peer: Callable[[], Any]
    verify: Callable[[], str]
    note: str = ""
    measure: Callable = interleaved
    measure_first: bool = False


@dataclass(frozen=True)
class Pair:
    """A line of the table.

    Attributes
    ----------
    name, peer : str
        The work, and whom it is compared with.
    target : float or None
        Ours over the peer's should be at most this.
    build : callable
        ``build(setting)`` -> `Case`. Called when its turn comes: the data of all pairs need not fit
        into memory at once.
    unit : str
    on_gpu : bool
        Whether the peer has a version for GPUs.
    """

    name: str
    peer: str
    target: float | None
    build: Callable = field(repr=False)
    unit: str = "ms"
    on_gpu: bool = True

    @property
    def installed(self):
        return importlib.util.find_spec(MODULES[self.peer]) is not None


def measure(pair, setting):
    """One row of the table: verify, then measure.

    Returns
    -------
    dict
        work, peer, unit, target; where the results were equal also verified, note, ours and theirs and
        ratio (three quartiles each), blocks (all values) and met (None without a target); where they were
        not, failed, a sentence.
    """
    row = {"work": pair.name, "peer": pair.peer, "unit": pair.unit, "target": pair.target}
    case = pair.build(setting)
    try:
        values = case.measure(case, setting) if case.measure_first else None
        row["verified"] = case.verify()
    except ResultsDiffer as error:
        return row | {"failed": str(error)}
    ours, theirs = values or case.measure(case, setting)
    row |= {"note": case.note, "ours": quartiles(ours), "theirs": quartiles(theirs)}
    row |= {"ratio": ratios(ours, theirs), "blocks": {"ours": ours, "theirs": theirs}}
    row["met"] = None if pair.target is None else bool(row["ratio"][1] <= pair.target)
    return row


def check_close(what, ours, peer, tolerance):
    """The relative distance ``|ours - peer| / |peer|``; `ResultsDiffer` if it is above the tolerance."""
    ours, peer = (np.asarray(to_numpy(a)) for a in (ours, peer))
    if ours.shape != peer.shape:
        raise ResultsDiffer(f"{what}: ours has shape {ours.shape}, the peer's {peer.shape}")
    ours, peer = ours.astype("float64"), peer.astype("float64")
    distance = float(np.linalg.norm(ours - peer) / max(np.linalg.norm(peer), 1e-30))
    if not distance <= tolerance:  # written so that NaN fails, too
        raise ResultsDiffer(f"{what}: ours and the peer's are {distance:.1e} apart, expected {tolerance:.0e}")
    return distance


def verify_step(ours, peer, tolerance=1e-3):
    """Do one training step each and compare the losses and all gradients."""
    check_close("loss", ours(), peer(), 1e-4)
    grads, theirs = ours.gradients(), peer.gradients()
    worst = max(check_close(f"gradient of {name}", grads[name], theirs[name], tolerance) for name in grads)
    return f"loss and {len(grads)} gradients, at most {worst:.0e} apart"
