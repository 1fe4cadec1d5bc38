"""What a function of an exercise takes and returns, in one line, and whether a result is that.

>>> signature = Signature.parse("linear_backward(dy: N M, x: N D, W: D M) -> dx: N D, dW: D M, db: M")
>>> signature.arguments
['dy', 'x', 'W']
>>> import numpy
>>> dims = signature.lengths([numpy.ones((7, 3)), numpy.ones((7, 5)), numpy.ones((5, 3))])
>>> dims
{'N': 7, 'M': 3, 'D': 5}
>>> print(signature.fault(numpy.ones((7, 5)), dims))
returned one array, expected 3 values: dx, dW, db
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from wta_np.grading.sandbox.protocol import Other

KINDS = {"bool": "b", "floats": "f", "ints": "i"}  # of the entries of a result, if they need not be float64


@dataclass
class Signature:
    """A name, its arguments and its results: ``name: axes``, each axis a letter or a product such as N*H*W.

    Instead of axes stands ``int`` or ``float`` for a number, ``(N H W)`` for a tuple of lengths; ``...`` at the
    end stands for any further axes. After the axes of a result stands ``bool`` for a mask, ``ints`` for whole numbers,
    ``floats`` for floats of any precision; without them it has to be in float64.
    """

    name: str
    takes: dict[str, str]
    gives: dict[str, str]

    @classmethod
    def parse(cls, line: Any) -> Any:
        """The signature that a line says."""
        name, takes, gives = re.fullmatch(r"(\w+)\((.*)\) -> (.*)", line).groups()
        parts = [[part.split(": ") for part in text.split(", ")] for text in (takes, gives)]
        return cls(name, dict(parts[0]), dict(parts[1]))

    @property
    def arguments(self) -> Any:
        """Names of the arguments."""
        return list(self.takes)

    def __str__(self):
        return f"{self.name}({', '.join(self.takes)})"

    def lengths(self, values: Any) -> Any:
        """The length of every letter, from the arguments of one call."""
        dims = {}
        for (name, axes), value in zip(self.takes.items(), values):
            if axes.startswith("("):
                dims.update(zip(axes[1:-1].split(), value))
            elif isinstance(value, np.ndarray):
                letters = axes.split()
                dims.update(zip(letters, value.shape))
                if letters[-1] == "...":
                    dims["..."] = value.shape[len(letters) - 1 :]
            elif axes == "int":
                dims[name] = int(value)
        return dims

    def tidy(self, result: Any) -> Any:
        """A result with NumPy's arrays of shape () as the numbers that they are, where numbers are expected."""
        kinds = list(self.gives.values())
        parts = result if isinstance(result, (tuple, list)) else [result]
        if len(parts) != len(kinds) or (len(kinds) == 1 and parts is result):
            return result
        plain = [
            part[()]
            if kind in ("int", "float") and isinstance(part, np.ndarray) and part.shape == ()
            else part
            for kind, part in zip(kinds, parts)
        ]
        return tuple(plain) if parts is result else plain[0]

    def fault(self, result: Any, dims: Any) -> Any:
        """What is wrong with the kind of a result, in words; None if it is of the right kind."""
        names = list(self.gives)
        if result is None:
            return f"returned None, expected {', '.join(names)}: is the return missing?"
        if len(names) > 1:
            if not isinstance(result, (tuple, list)):
                return f"returned one {_kind(result)}, expected {len(names)} values: {', '.join(names)}"
            if len(result) != len(names):
                return f"returned {len(result)} values, expected {len(names)}: {', '.join(names)}"
        parts = result if len(names) > 1 else [result]
        for name, part in zip(names, parts):
            wrong = self._fault(name, part, dims)
            if wrong:
                return wrong
        return None

    def right_parts(self, result: Any, dims: Any) -> dict:
        """Those of several results that are of the right kind, by name; none if their number is wrong."""
        if len(self.gives) < 2 or not isinstance(result, (tuple, list)) or len(result) != len(self.gives):
            return {}
        return {name: part for name, part in zip(self.gives, result) if not self._fault(name, part, dims)}

    def _fault(self, name, value, dims):
        axes = self.gives[name]
        if axes in ("int", "float"):
            if isinstance(value, np.ndarray) and value.shape == ():
                value = value[()]
            number = isinstance(value, (int, float, np.generic)) and not isinstance(value, (bool, np.bool_))
            if not number:
                wanted = f"expected a {'whole ' * (axes == 'int')}number"
                shape = f" of shape {value.shape}" if isinstance(value, np.ndarray) else ""
                return f"returned {_kind(value)}{shape} as {name}, {wanted}"
            if axes == "int" and not isinstance(value, (int, np.integer)):
                return (
                    f"returned {value} as {name}, a {_kind(value)}, expected an int: a slice takes no float"
                )
            return None if math.isfinite(value) else f"returned {value} as {name}"
        if not isinstance(value, np.ndarray):
            return f"returned {_kind(value)} as {name}, expected an array"
        *axes, kind = [*axes.split(), "float64"] if axes.split()[-1] not in KINDS else axes.split()
        wanted = []
        for axis in axes:
            wanted += (
                dims["..."] if axis == "..." else [math.prod(dims[letter] for letter in axis.split("*"))]
            )
        if value.shape != tuple(wanted):
            letters = ", ".join(axes) + "," * (len(axes) == 1)
            return f"returned {name} with shape {value.shape}, expected {tuple(wanted)} = ({letters})"
        if value.dtype.kind != KINDS[kind] if kind in KINDS else value.dtype != kind:
            return f"returned {name} of {value.dtype}, expected {kind}"
        if not np.all(np.isfinite(value)):
            place = [int(i) for i in np.argwhere(~np.isfinite(value))[0]]
            return f"returned {value[tuple(place)]} in {name} at {place}"
        return None


def _kind(value):
    """What a value is, for a sentence."""
    if isinstance(value, np.ndarray):
        return "array"
    return value.kind if isinstance(value, Other) else "None" if value is None else type(value).__name__
