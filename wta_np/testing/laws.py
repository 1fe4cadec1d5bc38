"""What every implementation of an op has to obey, whoever wrote it.

A law is a function of an implementation: any object with the functions of `wta_np.ops` under their names,
such as that package itself or a student's module. It draws inputs with hypothesis, returns None where the
law holds, and raises an AssertionError with the smallest counterexample found where it does not.

>>> from wta_np import ops
>>> from wta_np.testing import laws
>>> laws.each_unit_has_exactly_k_winners(ops)

`LAWS` lists the laws of each op by name. Needs hypothesis (``pip install -e '.[test]'``).
"""

from wta_np.testing.law import LAWS
from wta_np.testing.laws_conv import *  # noqa: F403
from wta_np.testing.laws_deconv import *  # noqa: F403
from wta_np.testing.laws_dense import *  # noqa: F403
from wta_np.testing.laws_im2col import *  # noqa: F403
from wta_np.testing.laws_pool import *  # noqa: F403
from wta_np.testing.laws_rbm import *  # noqa: F403
from wta_np.testing.laws_spatial import *  # noqa: F403
from wta_np.testing.laws_winners import *  # noqa: F403

__all__ = ["LAWS", *(entry.__name__ for entries in LAWS.values() for entry in entries)]
