"""Which array library an array belongs to, and moving arrays between them.

The backend follows the array: a function asks `array_module` for the library of its arguments and calls
that, so that the same lines run on NumPy, CuPy and dpnp. Nothing here is global but the table of libraries,
and each is imported only when somebody asks for it.
"""

from __future__ import annotations

import contextlib
from typing import Any

import numpy

from wta_np.backend_devices import LOADERS, Backend

Array = Any  # an array of any library here; docstrings give its shape and dtype

# NumPy arrays by inheritance, but with another meaning of * and of missing values
_OTHER_ARITHMETIC = (numpy.matrix, numpy.ma.MaskedArray)

_BACKENDS = {"numpy": Backend(numpy.ndarray, numpy, numpy.asarray, numpy.asarray)}


def register_backend(name: str, backend: Backend) -> None:
    """Make another array library known under `name`.

    All that the rest of the package needs is a `Backend`. The tests use it for a stand-in device that is
    as strict as a GPU.
    """
    _BACKENDS[name] = backend


def get_backend(name: str) -> Backend:
    """The `Backend` called `name`; ValueError if there is none, or if it cannot be used here."""
    if name not in _BACKENDS:
        if name not in LOADERS:
            known = ", ".join(repr(known) for known in sorted({*_BACKENDS, *LOADERS}))
            raise ValueError(f"unknown backend {name!r}, expected one of {known}")
        register_backend(name, LOADERS[name]())
    return _BACKENDS[name]


def available_backends() -> list[str]:
    """Names of the backends that can be used on this machine, NumPy first.

    >>> "numpy" in available_backends()
    True
    """
    for name in LOADERS:
        with contextlib.suppress(ValueError, ImportError):  # not installed, or no device behind it
            get_backend(name)
    return list(_BACKENDS)


def backend_name(array: Any) -> str | None:
    """'numpy', 'cupy', ... for an array, None for anything else."""
    for name, backend in _BACKENDS.items():
        if isinstance(array, backend.array_type):
            return None if isinstance(array, _OTHER_ARITHMETIC) else name
    library = type(array).__module__.partition(".")[0]
    if library in LOADERS and library not in _BACKENDS:  # somebody else imported it and made an array
        get_backend(library)
        return backend_name(array)
    return None


def array_module(*arrays: Any, **named: Any) -> Any:
    """The library, such as numpy or cupy, that all the given arrays belong to.

    Parameters
    ----------
    *arrays, **named : ndarray of any shape
        The arrays of one computation. Those passed by keyword are called by it in error messages, the
        others by their position.

    Returns
    -------
    module
        `numpy`, `cupy` or `dpnp`, by convention called `xp`.

    Raises
    ------
    TypeError
        If one of them is not an array, or if they are of different libraries.

    Examples
    --------
    >>> import numpy
    >>> array_module(numpy.zeros(3)).__name__
    'numpy'
    >>> array_module(x=numpy.zeros(3), W=[1, 2])
    Traceback (most recent call last):
        ...
    TypeError: W is a list, expected an array of NumPy, CuPy or dpnp
    """
    given = [(f"argument {i + 1}", a) for i, a in enumerate(arrays)] + list(named.items())
    if not given:
        raise TypeError("array_module needs at least one array")
    first, first_label = None, None
    for label, array in given:
        name = backend_name(array)
        if name is None:
            kind = type(array).__name__
            hint = f": use {label}.to_numpy()" if hasattr(array, "to_numpy") else ""  # a data frame
            raise TypeError(f"{label} is a {kind}, expected an array of NumPy, CuPy or dpnp{hint}")
        if first is None:
            first, first_label = name, label
        elif name != first:
            raise TypeError(
                f"{label} is on {name} but {first_label} is on {first}: "
                "move one of them with to_backend or to_numpy"
            )
    return _BACKENDS[first].module


def ignoring_overflow() -> Any:
    """A context in which NumPy does not warn of overflow, for code that means it; the others never warn."""
    return numpy.errstate(over="ignore")


def to_numpy(array: Any) -> numpy.ndarray:
    """A NumPy array with the values of `array`; NumPy arrays are returned as they are."""
    name = backend_name(array)
    return numpy.asarray(array) if name is None else _BACKENDS[name].to_numpy(array)


def to_backend(array: Any, backend: str) -> Any:
    """`array` as an array of the backend called `backend`; unchanged if it is there already."""
    target = get_backend(backend)
    return array if isinstance(array, target.array_type) else target.from_numpy(to_numpy(array))
