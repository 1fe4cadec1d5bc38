"""Features of a whole data set, computed batch by batch."""

from __future__ import annotations

from typing import Any

from wta_np._utils.progress_bar import progress_bar
from wta_np._utils.validation import check_arrays, check_int
from wta_np.backend import Array, array_module, backend_name
from wta_np.distributed.part import part_slice
from wta_np.evaluation.storage import empty_features


def encode_batches(
    model: Any, x: Any, batch_size: int = 1000, progress: bool = False, max_bytes: int | None = None
) -> Any:
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
    max_bytes : int, optional
        Codes of NumPy that have more are a `numpy.memmap`, in a file in the folder for temporary files (TMPDIR) that
        vanishes with the array. `LinearSVM` and `choose_C` read such codes a block at a time. By default a quarter of
        the memory.

    Returns
    -------
    z : ndarray, shape (N, ...)
        Codes, of the library and dtype that `model` returns.

    Raises
    ------
    TypeError, ValueError
        If `x` is not an array of floats or is empty, if `batch_size` is not a whole number of at least 1,
        or if `model` returns another number of codes than it was given samples.
    OSError
        There is no space for the file.

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
    if max_bytes is not None:
        check_int("max_bytes", max_bytes, 0)
    encode, z = getattr(model, "encode", model), None
    with progress_bar(len(x), show=progress, desc="encode", unit="sample") as bar:
        for start in range(0, len(x), batch_size):
            batch = x[start : start + batch_size]
            code = encode(batch)
            if len(code) != len(batch):
                raise ValueError(f"model.encode returned {len(code)} codes for {len(batch)} samples")
            if z is None:  # the first codes tell how wide they are
                z = _empty((len(x), *code.shape[1:]), code, max_bytes)
            z[start : start + len(batch)] = code
            bar.update(len(batch))
    return z


def _empty(shape, code, max_bytes):
    """An array for codes like `code`, on its library; with NumPy in a file if it has more than `max_bytes`."""
    xp = array_module(code=code)
    if backend_name(code) == "numpy":
        return empty_features(shape, code.dtype, max_bytes)
    return xp.empty(shape, dtype=code.dtype)


def encode_part(model: Any, x: Array, ranks: Any, batch_size: int = 1000, progress: bool = False) -> Any:
    """The codes of this rank's part of the samples, see `wta_np.distributed.part_slice`.

    Together the ranks hold the codes of all samples, in their order. They need not fit into the memory of one machine:
    `LinearSVM.fit`, `choose_C` and `evaluate_features` take them as they are, with the labels of the same part.

    Parameters
    ----------
    model, x, batch_size, progress
        As of `encode_batches`. Of `x`, all samples, only this rank's part is read.
    ranks : Ranks

    Returns
    -------
    z : ndarray, shape (n, ...)
        Of the n samples of this rank, maybe none.

    Raises
    ------
    TypeError, ValueError
        As `encode_batches`; if there are fewer samples than ranks.

    Examples
    --------
    >>> import numpy
    >>> from wta_np.distributed import run_ranks
    >>> x = numpy.arange(3.0)[:, None]
    >>> run_ranks(2, lambda ranks: encode_part(lambda x: x / 2, x, ranks).tolist())
    [[[0.0], [0.5]], [[1.0]]]
    """
    if len(x) < ranks.size:
        raise ValueError(f"x has {len(x)} samples for {ranks.size} ranks, expected at least one for each")
    return encode_batches(model, x[part_slice(len(x), ranks)], batch_size, progress)
