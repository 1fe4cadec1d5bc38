"""What every implementation of an op has to obey, whoever wrote it.

A law is a function of an implementation: any object with the functions of `wta_np.ops` under their names,
such as that package itself or a student's module. It draws inputs with hypothesis, returns None where the
law holds, and raises an AssertionError with the smallest counterexample found where it does not.

>>> from wta_np import ops
>>> from wta_np.testing import laws
>>> laws.each_unit_has_exactly_k_winners(ops)

`LAWS` lists the laws of each op by name. Needs hypothesis (``pip install -e '.[test]'``).
"""

from wta_np.testing.laws.conv import *  # noqa: F403
from wta_np.testing.laws.deconv import *  # noqa: F403
from wta_np.testing.laws.dense import *  # noqa: F403
from wta_np.testing.laws.im2col import *  # noqa: F403
from wta_np.testing.laws.pool import *  # noqa: F403
from wta_np.testing.laws.rbm import *  # noqa: F403
from wta_np.testing.laws.registry import LAWS
from wta_np.testing.laws.spatial import *  # noqa: F403
from wta_np.testing.laws.winners import *  # noqa: F403

__all__ = ["LAWS", *(entry.__name__ for entries in LAWS.values() for entry in entries)]
