"""The laws of decoding, from dense codes and from winners."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from wta_np.backend import to_backend, to_numpy
from wta_np.testing.gradcheck import gradcheck
from wta_np.testing.laws.conv import inside_windows
from wta_np.testing.laws.registry import Hosted, equal, given, law
from wta_np.testing.strategies_conv import codes, floats


@law("deconv")
def an_atom_appears_upright_where_the_code_says(impl, backend="numpy"):
    """A code that is 1 at one place puts D[f] there, as it is, its middle on that place, upon b."""
    ops = Hosted(impl, backend)

    @given(codes())
    def check(case):
        _, _, D, b = case
        f, kh, kw, _ = D.shape
        for g in range(f):
            z = np.zeros((1, kh + 2, kw + 1, f))
            z[0, kh // 2 + 2, kw // 2 + 1, g] = 1
            expected = np.zeros((kh + 2, kw + 1, D.shape[3])) + b
            expected[2:, 1:] += D[g]
            equal(ops.deconv2d_forward(z, D, b)[0], expected, "the atom should stand where the code says")

    check()


@law("deconv")
def decoding_is_the_adjoint_of_a_convolution(impl, backend="numpy"):
    """<conv(x, W), z> = <x, deconv(z, D)> for W = D with its maps moved to the last axis."""
    ops = Hosted(impl, backend)

    @given(codes())
    def check(case):
        z, _, D, _ = case
        x = floats(0, *z.shape[:3], D.shape[3])
        W = np.ascontiguousarray(D.transpose(1, 2, 3, 0))
        there = np.sum(ops.conv2d_forward(x, W, np.zeros(len(D))) * z)
        equal(np.sum(x * ops.deconv2d_forward(z, D, np.zeros(D.shape[3]))), there, "<x, deconv(z, D)>")

    check()


def _decode_winners(impl, case, backend):
    """Everything that decoding from winners and from the dense code gives, both on the host."""
    h, k, *decoder = (to_backend(a, backend) if isinstance(a, np.ndarray) else a for a in case)
    D, b = decoder
    code = impl.select_winners(h, k)
    dy = to_backend(floats(0, *case[0].shape[:3], D.shape[3]), backend)

    def run(z):
        return impl.deconv2d_forward(z, D, b), *impl.deconv2d_backward(dy, z, D)

    places = tuple(to_numpy(getattr(code, name)) for name in ("n", "y", "x", "f"))
    sparse, dense = run(code), run(code.dense())
    return (
        [to_numpy(part) for part in (sparse[0], sparse[1].value, *sparse[2:])],
        [to_numpy(dense[0]), to_numpy(dense[1])[places], *(to_numpy(part) for part in dense[2:])],
        [to_numpy(getattr(sparse[1], name)) for name in ("n", "y", "x", "f")],
        places,
    )


@law("deconv")
def decoding_winners_equals_decoding_their_dense_code(impl, backend="numpy"):
    """The image, dz at the winners, dD and db are those of the dense code; dz stands at the same places."""

    @given(codes())
    def check(case):
        sparse, dense, found, places = _decode_winners(impl, case, backend)
        for name, actual, expected in zip(("x_hat", "dz", "dD", "db"), sparse, dense):
            equal(actual, expected, f"{name} from winners should be that from their dense code")
        equal(found, places, "dz should stand at the places of the winners")

    check()


@law("deconv")
def only_the_windows_of_winners_are_read(impl, backend="numpy"):
    """Residuals outside of all winners' windows change neither dz nor dD; inside each changes one of them."""

    @given(codes(), st.integers(0, 99))
    def check(case, seed):
        h, k, D, _ = case
        z = impl.select_winners(to_backend(h, backend), k)
        inside = inside_windows(to_numpy(z.rows), h.shape, *D.shape[1:3])
        mask = np.zeros(h[..., 0].size, bool)
        mask[inside] = True
        dy = floats(seed, len(mask), D.shape[3])

        def gradients(dy):
            dy = to_backend(dy.reshape(*h.shape[:3], -1), backend)
            dz, dD, _ = impl.deconv2d_backward(dy, z, to_backend(D, backend))
            return np.concatenate([to_numpy(dz.value), to_numpy(dD).ravel()])

        equal(gradients(dy * mask[:, None]), gradients(dy), "residuals outside of the windows were read")
        only = np.zeros_like(dy)
        only[inside[seed % len(inside)]] = 1
        assert np.any(gradients(only) != 0), "a residual inside a window was not read"

    check()


@law("deconv")
def deconv_gradients_agree_with_differences(impl, backend="numpy"):
    """dz, dD and db agree with central differences, for a dense code."""

    @given(codes())
    def check(case):
        z, _, D, b = case
        inputs = {"z": z, "D": D, "b": b}
        gradcheck(impl.deconv2d_forward, impl.deconv2d_backward, inputs, max_elements=32, backend=backend)

    check()


@law("deconv")
def gradients_from_winners_agree_with_differences(impl, backend="numpy"):
    """The gradients with respect to the winners' values, D and b agree with central differences."""

    @given(codes())
    def check(case):
        h, k, D, b = case
        code = impl.select_winners(to_backend(h, backend), k)

        def forward(value, D, b):
            return impl.deconv2d_forward(code.with_value(value), D, b)

        def backward(dy, value, D):
            dz, dD, db = impl.deconv2d_backward(dy, code.with_value(value), D)
            return dz.value, dD, db

        inputs = {"value": to_numpy(code.value), "D": D, "b": b}
        gradcheck(forward, backward, inputs, max_elements=32, backend=backend)

    check()
