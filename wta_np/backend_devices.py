"""The array libraries that are not part of NumPy, and how each is found: CuPy and dpnp.

Both are imported only when somebody asks for them. To add a library, write a function that imports it, makes
sure that a device is behind it, and returns its `Backend`; enter it into `LOADERS`; and put what it does
differently into `wta_np.backend_differences`.
"""

from __future__ import annotations

import copyreg
import importlib
import importlib.metadata
import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Backend:
    """An array library: the type of its arrays, its functions, and the way from and to NumPy."""

    array_type: type
    module: ModuleType | Any
    from_numpy: Callable
    to_numpy: Callable


def load_cupy() -> Backend:
    """CuPy, for NVIDIA's GPUs; ValueError if it is missing, or has no GPU."""
    if importlib.util.find_spec("cupy") is None:
        raise ValueError(
            "backend 'cupy' was asked for, but CuPy is not installed: "
            "pip install cupy-cuda12x (or cupy-cuda13x, whichever CUDA `nvidia-smi` shows)"
        )
    cupy = importlib.import_module("cupy")
    try:
        n_devices = cupy.cuda.runtime.getDeviceCount()
    except Exception as error:
        raise ValueError(
            f"backend 'cupy' was asked for, but CuPy finds no usable GPU here: {error}"
        ) from error
    if n_devices == 0:
        raise ValueError("backend 'cupy' was asked for, but this machine has no GPU")
    return Backend(cupy.ndarray, cupy, cupy.asarray, cupy.asnumpy)


def load_dpnp() -> Backend:
    """dpnp, for Intel's GPUs and, through OpenCL, for any processor; ValueError if it has no device."""
    if importlib.util.find_spec("dpnp") is None:
        raise ValueError(
            "backend 'dpnp' was asked for, but dpnp is not installed: pip install 'wta_np[dpnp]'"
        )
    _name_opencl_driver()
    try:
        dpctl, dpnp = importlib.import_module("dpctl"), importlib.import_module("dpnp")
        n_devices = len(dpctl.get_devices())
    except Exception as error:
        raise ValueError(f"backend 'dpnp' was asked for, but dpnp cannot be used here: {error}") from error
    if n_devices == 0:
        raise ValueError(
            "backend 'dpnp' was asked for, but dpnp finds no device here: pip install intel-opencl-rt makes one "
            "of the processor"
        )
    copyreg.pickle(dpnp.ndarray, lambda array: (_dpnp_array, (dpnp.asnumpy(array),)))
    return Backend(dpnp.ndarray, dpnp, dpnp.asarray, dpnp.asnumpy)


def _dpnp_array(array: Any) -> Any:
    """What a copy of a dpnp array, deep or pickled, is made with: dpnp brings nothing for this."""
    return LOADERS["dpnp"]().from_numpy(array)


def _name_opencl_driver() -> None:
    """Tell OpenCL where pip has put the driver for processors, of the package intel-opencl-rt.

    OpenCL looks in /etc, where pip does not write. The variable is read when dpnp is imported.
    """
    if "OCL_ICD_FILENAMES" in os.environ:
        return
    try:
        files = importlib.metadata.files("intel-opencl-rt") or []
    except importlib.metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name in ("libintelocl.so", "intelocl64.dll"):
            os.environ["OCL_ICD_FILENAMES"] = str(file.locate().resolve())


LOADERS = {"cupy": load_cupy, "dpnp": load_dpnp}
