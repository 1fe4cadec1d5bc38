"""Weights as files that other programs read: safetensors, and ``.npz`` without anything else in it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from wta_np import __version__
from wta_np._utils.atomic import write_whole
from wta_np._utils.foreign import short
from wta_np._utils.npz import MAX_BYTES, NpzReader
from wta_np._utils.paths import user_path
from wta_np._utils.regular import open_regular
from wta_np.backend import to_numpy
from wta_np.interop.extras import need
from wta_np.models import Model, class_name


def write_weights(path: str | os.PathLike, model: Model, arrays: Mapping[str, Any] | None = None) -> None:
    """Write the weights of a model, in the format that the name of the file ends in.

    Parameters
    ----------
    path : str or path
        Ends in ``.safetensors`` or ``.npz``.
    model : Model
        What it is stands in the safetensors file's metadata, as text.
    arrays : mapping of str to ndarray, optional
        What to write instead of ``model.stored_params``, such as `to_torch` of the model.

    Raises
    ------
    ValueError
        The name ends in something else, or the library safetensors is not installed.
    """
    given = model.stored_params if arrays is None else arrays
    named = {name: np.ascontiguousarray(to_numpy(value)) for name, value in given.items()}
    if _suffix(path) == ".npz":
        with write_whole(path) as file:
            np.savez(file, allow_pickle=False, **named)
        return
    library = need("safetensors.numpy", "safetensors", "safetensors export")
    about = {
        "wta_np": __version__,
        "model": class_name(type(model)),
        "config": json.dumps(model.config),
        "layout": "wta_np" if arrays is None else "torch",
    }
    with write_whole(path) as file:
        file.write(library.save(named, metadata=about))


def read_weights(path: str | os.PathLike) -> dict[str, np.ndarray]:
    """The arrays in a ``.safetensors`` or ``.npz`` file, by name. Nothing is unpickled.

    Raises
    ------
    OSError
        There is no such file, or it is no regular one.
    ValueError
        It is another file, damaged, or of more than 1 GiB; or the library safetensors is not installed.
    """
    suffix = _suffix(path)
    with open_regular(user_path(path)) as file:
        try:
            if suffix == ".npz":
                archive = NpzReader(file)
                return archive.read(archive.names)
            library = need("safetensors.numpy", "safetensors", "import of safetensors")
            if os.fstat(file.fileno()).st_size > MAX_BYTES:
                raise ValueError(f"it has more than {MAX_BYTES} bytes")
            return library.load(file.read())
        except ValueError as error:
            if "pip install" in str(error):
                raise
            raise ValueError(f"{path} is not a complete {suffix} file of weights: {short(error)}") from error
        except Exception as error:  # the library has errors of its own kinds
            raise ValueError(
                f"{path} is not a complete {suffix} file of weights that NumPy can hold: {short(error)}"
            ) from error


def _suffix(path):
    suffix = os.path.splitext(os.fspath(path))[1].lower()
    if suffix in (".pt", ".pth", ".bin", ".pkl"):
        raise ValueError(
            f"{path} is pickled, which is never loaded: in PyTorch, safetensors.torch.save_file writes what can be read"
        )
    if suffix not in (".safetensors", ".npz"):
        raise ValueError(f"{path} ends in {suffix or 'nothing'}, expected .safetensors or .npz")
    return suffix
