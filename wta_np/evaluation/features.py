"""Features of a whole data set, computed batch by batch."""

from __future__ import annotations

from typing import Any

from wta_np._utils.progress_bar import progress_bar
from wta_np._utils.validation import check_arrays, check_int
from wta_np.backend import array_module


def encode_batches(model: Any, x: Any, batch_size: int = 1000, progress: bool = False) -> Any:
    """The codes ``model.encode(x)`` of all samples, without holding the activations of all at once.

    At test time the sparsity constraints are released, so a sample's code
    depends on that sample alone, and the size of the batches changes nothing but memory and time.

    Parameters
    ----------
    model : object with a method ``encode``, or a function
        Maps (n, ...) to codes (n, ...): any of `wta_np.models`, or a method such as ``model.features``.
    x : ndarray, shape (N, ...)
        Data.
    batch_size : int
        Samples at once; the last batch may be shorter.
    progress : bool
        Show a progress bar on stderr.

    Returns
    -------
    z : ndarray, shape (N, ...)
        Codes, of the library and dtype that `model` returns.

    Raises
    ------
    TypeError, ValueError
        If `x` is not an array of floats or is empty, if `batch_size` is not a whole number of at least 1,
        or if `model` returns another number of codes than it was given samples.

    Examples
    --------
    >>> import numpy
    >>> class Halves:
    ...     def encode(self, x):
    ...         return x / 2
    >>> encode_batches(Halves(), numpy.array([[2.0], [4.0], [6.0]]), batch_size=2).tolist()
    [[1.0], [2.0], [3.0]]
    """
    check_arrays(x=(x, "N ..."))
    batch_size = check_int("batch_size", batch_size, 1)
    if len(x) == 0:
        raise ValueError(f"x has shape {x.shape}, expected at least one sample to encode")
    encode, z = getattr(model, "encode", model), None
    with progress_bar(len(x), show=progress, desc="encode", unit="sample") as bar:
        for start in range(0, len(x), batch_size):
            batch = x[start : start + batch_size]
            code = encode(batch)
            if len(code) != len(batch):
                raise ValueError(f"model.encode returned {len(code)} codes for {len(batch)} samples")
            if z is None:  # the first codes tell how wide they are
                z = array_module(code=code).empty((len(x), *code.shape[1:]), dtype=code.dtype)
            z[start : start + len(batch)] = code
            bar.update(len(batch))
    return z
