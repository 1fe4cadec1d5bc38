"""A stand-in for a GPU: arrays as strict as CuPy's and dpnp's, on any machine.

`StrictArray` keeps a NumPy array out of reach. What CuPy or dpnp refuses, it refuses: implicit conversion to
NumPy, NumPy arrays as operands or indices, functions and methods that CuPy lacks, NumPy functions on its
arrays. Results stay on the device, reductions too: they give 0-d arrays, not Python numbers. Code that
runs on it has no host/device leak of these kinds.

`WAITS` counts what makes the host wait until the device is done: numbers that Python wants to know, results
whose size depends on values, and copies to NumPy.
"""

import json
import operator
from collections import Counter
from pathlib import Path

import numpy

from wta_np.backend import Backend, register_backend

_CUPY = json.loads((Path(__file__).parent / "cupy_names.json").read_text(encoding="utf-8"))
WAITS = Counter()
_DTYPE_BY_KEYWORD = ("zeros", "ones", "empty")  # as dpnp and the array API standard have it
_MAY_WRITE_INTO_INPUT = (
    "add",
    "subtract",
    "multiply",
    "divide",
    "true_divide",
    "floor_divide",
    "power",
)  # in dpnp
_SIZED_BY_VALUES = ("nonzero", "flatnonzero", "argwhere", "unique", "compress", "extract")
_SCALARS = (bool, int, float, complex, numpy.generic)
_HARMLESS = (str, bytes, type(None), slice, type(Ellipsis), type, numpy.dtype)


def _lower(value, where):
    """The NumPy values behind the arguments of a call on the device; TypeError for what is not there."""
    if isinstance(value, StrictArray):
        return value._host
    if isinstance(value, (tuple, list)):
        return type(value)(_lower(v, where) for v in value)
    if isinstance(value, _SCALARS + _HARMLESS) or callable(value):
        return value
    raise TypeError(f"{where}: {type(value).__name__} is not on the device")


def _lift(value):
    """Wrap results: arrays and NumPy scalars become device arrays, containers are wrapped inside."""
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        return StrictArray(numpy.asarray(value))
    if isinstance(value, (tuple, list)):
        return type(value)(_lift(v) for v in value)
    return value


def _lower_index(index):
    for part in index if isinstance(index, tuple) else (index,):
        if not isinstance(part, (StrictArray, int, numpy.integer, slice, type(None), type(Ellipsis))):
            raise TypeError(f"index: {type(part).__name__} is not on the device")
    return _lower(index, "index")


def _device_function(function, name):
    def call(*args, **kwargs):
        if name.rpartition(".")[2] in _SIZED_BY_VALUES:
            WAITS["size"] += 1
        if name in _DTYPE_BY_KEYWORD and len(args) > 1:
            raise TypeError(f"{name}: dpnp takes the dtype by keyword")
        if name == "bincount" and not len(args[0]):
            raise ValueError("bincount: dpnp takes no empty array")
        args = [_lower(a, name) for a in args]
        out = kwargs.get("out")
        kwargs = {key: _lower(value, f"{name}({key}=)") for key, value in kwargs.items()}
        result = function(*args, **kwargs)
        return out if isinstance(out, StrictArray) else _lift(result)

    return call


class _Ufunc:
    """A function of the device with its methods, such as `xp.add.at`."""

    def __init__(self, ufunc, name):
        self._ufunc, self._name = ufunc, name
        self._call = _device_function(ufunc, name)

    def __call__(self, *args, out=None, **kwargs):
        if out is None:
            return self._call(*args, **kwargs)
        shared = any(isinstance(a, StrictArray) and numpy.may_share_memory(a._host, out._host) for a in args)
        if shared and self._ufunc.nin == 2 and self._name not in _MAY_WRITE_INTO_INPUT:
            raise ValueError(f"{self._name}: dpnp writes into none of its arguments")
        return self._call(*args, out=out, **kwargs)

    def __getattr__(self, method):
        if (
            method != "at"
        ):  # CuPy has all, dpnp none: `backend_differences.scatter_add` is where `at` may be asked for
            raise AttributeError(f"dpnp has no {self._name}.{method}")
        return _device_function(getattr(self._ufunc, method), f"{self._name}.{method}")


def _has_mask(index):
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, StrictArray) and part._host.dtype == bool for part in parts)


class StrictArray:
    """A device array; see the module's docstring."""

    __slots__ = ("_host",)
    __hash__ = None
    __array_ufunc__ = None  # makes NumPy's operators give up, so that ours can refuse

    def __init__(self, host):
        self._host = host

    def __array__(self, *args, **kwargs):
        raise TypeError("implicit conversion of a device array to NumPy: use to_numpy")

    def __array_function__(self, function, types, args, kwargs):
        raise TypeError(f"numpy.{function.__name__} called on a device array: use xp.{function.__name__}")

    def __getattr__(self, name):
        if name.startswith("_") or name not in _CUPY["ndarray"]:
            raise AttributeError(f"CuPy's arrays have no attribute {name!r}")
        if name == "T" and self._host.ndim != 2:
            raise AttributeError(".T of other than two axes is deprecated in dpnp")
        value = getattr(self._host, name)
        if callable(value):
            return _device_function(value, f"ndarray.{name}")
        return _lift(value) if isinstance(value, numpy.ndarray) else value

    def __getitem__(self, index):
        WAITS["size"] += _has_mask(index)
        return _lift(self._host[_lower_index(index)])

    def __setitem__(self, index, value):
        WAITS["size"] += _has_mask(index)  # CuPy counts the True to know how many values it needs
        self._host[_lower_index(index)] = _lower(value, "assignment")

    def __len__(self):
        return len(self._host)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __float__(self):
        return self._answer(float)

    def __int__(self):
        return self._answer(int)

    def __index__(self):
        return self._answer(operator.index)

    def __bool__(self):
        return self._answer(bool)

    def _answer(self, convert):
        if self._host.ndim:
            raise TypeError(f"{convert.__name__} of an array with axes: dpnp has it for 0-d arrays alone")
        WAITS[convert.__name__] += 1
        return convert(self._host)

    def __repr__(self):
        return f"StrictArray({self._host!r})"


def _binary(name):
    function = getattr(operator, name)

    def forward(self, other):
        if isinstance(other, (tuple, list, str, type(None))):
            raise TypeError(f"{name}: {type(other).__name__} is not on the device")
        if type(other) is int and self._host.dtype.kind in "iu":
            numpy.asarray(other, self._host.dtype)  # OverflowError where it does not fit, in comparisons too
        return _lift(function(self._host, _lower(other, name)))

    def reflected(self, other):
        return _lift(function(_lower(other, name), self._host))

    def in_place(self, other):
        self._host = getattr(operator, f"i{name.strip('_')}")(self._host, _lower(other, name))
        return self

    return forward, reflected, in_place


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor"):
    _forward, _reflected, _in_place = _binary(_name)
    setattr(StrictArray, f"__{_name.strip('_')}__", _forward)
    setattr(StrictArray, f"__r{_name.strip('_')}__", _reflected)
    setattr(StrictArray, f"__i{_name.strip('_')}__", _in_place)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(StrictArray, f"__{_name}__", _binary(_name)[0])


def _unary(name):
    function = getattr(operator, name)
    return lambda self: _lift(function(self._host))


for _name in ("neg", "pos", "abs", "invert"):
    setattr(StrictArray, f"__{_name}__", _unary(_name))


class _StrictModule:
    """What `array_module` returns for device arrays: the functions of NumPy that CuPy has, too."""

    __name__ = "strict"
    ndarray = StrictArray

    def __getattr__(self, name):
        if name not in _CUPY["module"]:
            raise AttributeError(f"CuPy has no function {name!r}")
        value = getattr(numpy, name)
        if isinstance(value, numpy.ufunc):
            return _Ufunc(value, name)
        return _device_function(value, name) if callable(value) and not isinstance(value, type) else value

    @staticmethod
    def asarray(value, dtype=None):
        """The explicit way onto the device."""
        if isinstance(value, StrictArray):
            return value if dtype in (None, value.dtype) else value.astype(dtype)
        return StrictArray(numpy.array(value, dtype=dtype))


def _to_numpy(array):
    WAITS["copy"] += 1
    return array._host.copy()


strict = _StrictModule()
register_backend("strict", Backend(StrictArray, strict, strict.asarray, _to_numpy))
