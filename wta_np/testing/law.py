"""What a law is made of: the list that it enters, and the wrapping of the implementation that it judges."""

from __future__ import annotations

import numpy as np

from wta_np.backend import backend_name, to_backend, to_numpy

LAWS: dict[str, list] = {}


def law(op):
    """Enter a law into `LAWS` under the name of its op."""

    def enter(function):
        LAWS.setdefault(op, []).append(function)
        return function

    return enter


class Hosted:
    """An implementation that is called with NumPy arrays and works on `backend`."""

    def __init__(self, implementation, backend):
        self._implementation, self._backend = implementation, backend

    def __getattr__(self, name):
        function = getattr(self._implementation, name)

        def call(*args):
            put = [to_backend(a, self._backend) if isinstance(a, np.ndarray) else a for a in args]
            result = function(*put)
            parts = result if isinstance(result, tuple) else (result,)
            host = tuple(to_numpy(part) if backend_name(part) else part for part in parts)
            return host if isinstance(result, tuple) else host[0]

        return call


def equal(actual, expected, what):
    """AssertionError, with `what` for the student, unless two arrays agree to 1e-9."""
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-9, err_msg=what)
