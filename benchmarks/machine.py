"""What the numbers depend on: processor, threads, versions."""

import contextlib
import datetime
import importlib
import importlib.metadata
import os
import platform
from pathlib import Path

import numpy as np

from wta_np.backend import get_backend


def describe(threads, backend="numpy"):
    """Machine and versions, as a dict of str that goes into the results."""
    about = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": blas(),
    }
    for module, package in (("torch", "torch"), ("sklearn", "scikit-learn")):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            about[module] = importlib.metadata.version(package)
    if backend == "cupy":
        import torch

        about["cupy"] = get_backend("cupy").module.__version__
        about["gpu"] = torch.cuda.get_device_name()
    return about


def processor():
    """The model of the processor, as the system calls it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def blas():
    """NumPy's BLAS with its version and, where threadpoolctl can tell, the kernels that it chose."""
    found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    name = f"{found.get('name', 'unknown')} {found.get('version', '')}".strip()
    with contextlib.suppress(ImportError):
        from threadpoolctl import threadpool_info

        kernels = {pool["architecture"] for pool in threadpool_info() if "architecture" in pool}
        name += f" ({', '.join(sorted(kernels))})" if kernels else ""
    return name


@contextlib.contextmanager
def same_threads(n, peers=("torch", "sklearn")):
    """Within the block NumPy's BLAS, `wta_np._utils.parallel` and the peers use `n` threads each.

    The peers are imported first, since libraries that are loaded later are not limited.
    """
    for module in peers:
        with contextlib.suppress(ImportError):
            imported = importlib.import_module(module)
            if module == "torch":
                imported.set_num_threads(n)
    said = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = str(n)
    try:
        with _limited_libraries(n):
            yield
    finally:
        del os.environ["OMP_NUM_THREADS"]
        if said is not None:
            os.environ["OMP_NUM_THREADS"] = said


def _limited_libraries(n):
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        print("threadpoolctl is not installed: each library takes as many threads as it likes")
        return contextlib.nullcontext()
    return threadpool_limits(n)
