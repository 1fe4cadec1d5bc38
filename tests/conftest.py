"""Fixtures: every test that asks for `backend` runs on NumPy, the strict stand-in, dpnp and CuPy."""

import os
import signal

# Before NumPy is imported: threads of the BLAS that wait for each other beside other work make these small tests many
# times slower. `make stress` runs them with as many threads as there are cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
import strict_backend  # noqa: F401  registers the stand-in device
from hypothesis import HealthCheck, settings

from wta_np.backend import available_backends, to_backend

# Fixtures of folders. A conftest.py in each of them would be two modules of one name, which pytest refuses together.
pytest_plugins = ["data_places", "handing_in"]
collect_ignore_glob = ["exercises/mutants/*", "exercises/right/*", "exercises/solutions/*"]

# A shell starts what runs in its background with Ctrl-C ignored, and Python and its children keep it so. Tests that
# send the signal mean a run in the foreground.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile(
    "default",
    report_multiple_bugs=False,  # else two ways to fail are raised together, as no AssertionError
    deadline=None,
    max_examples=int(os.environ.get("WTA_NP_EXAMPLES", "30")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, database=None)
settings.register_profile(
    "device", parent=settings.get_profile("ci"), max_examples=6
)  # small work takes long
settings.load_profile("ci" if os.environ.get("CI") else "default")


def _device(name, mark, needs):
    """The parameter of a backend whose tests are skipped where it cannot be used."""
    usable = name in available_backends()
    return pytest.param(name, marks=[mark, pytest.mark.skipif(not usable, reason=f"needs {needs}")])


_CUPY = _device("cupy", pytest.mark.gpu, "CuPy and a GPU that it can use")
_DPNP = _device("dpnp", pytest.mark.dpnp, "dpnp and a device that it can use")


_DEVICES = ["strict", _DPNP, _CUPY]


@pytest.fixture(params=["numpy", *_DEVICES])
def backend(request):
    """The name of a backend."""
    return request.param


@pytest.fixture(params=_DEVICES)
def device(request):
    """The name of a backend that is not NumPy, for tests that compare the two."""
    return request.param


@pytest.fixture
def few_moves(backend):
    """Options of `gradcheck` for real devices, which need long for small work: few points of many parameters."""
    return {} if backend in ("numpy", "strict") else {"max_elements": 2, "directions": 1}


@pytest.fixture
def place(backend):
    """Moves a NumPy array to the backend under test."""
    return lambda array: to_backend(array, backend)
