"""Fixtures: every test that asks for `backend` runs on NumPy, on the strict stand-in, and on a GPU."""

import os

import pytest
import strict_backend  # noqa: F401  registers the stand-in device
from hypothesis import HealthCheck, settings

from wta_np.backend import available_backends, to_backend

settings.register_profile(
    "default",
    report_multiple_bugs=False,  # else two ways to fail are raised together, as no AssertionError
    deadline=None,
    max_examples=int(os.environ.get("WTA_NP_EXAMPLES", "30")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "default")

_GPU = "cupy" in available_backends()
_CUPY = pytest.param(
    "cupy",
    marks=[
        pytest.mark.gpu,
        pytest.mark.skipif(not _GPU, reason="needs CuPy and a GPU that it can use"),
    ],
)


@pytest.fixture(params=["numpy", "strict", _CUPY])
def backend(request):
    """The name of a backend."""
    return request.param


@pytest.fixture
def place(backend):
    """Moves a NumPy array to the backend under test."""
    return lambda array: to_backend(array, backend)
