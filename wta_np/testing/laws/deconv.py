"""The laws of decoding, from dense codes and from winners."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from wta_np.backend import to_backend, to_numpy
from wta_np.testing.gradient_check import gradcheck
from wta_np.testing.laws.conv import inside_windows
from wta_np.testing.laws.registry import equal, law, require
from wta_np.testing.strategies_conv import codes, floats


@law("deconv", codes())
def an_atom_appears_upright_where_the_code_says(ops, case):
    """A code that is 1 at one place puts D[f] there, as it is, its middle on that place, upon b."""
    _, _, D, b = case
    f, kh, kw, _ = D.shape
    z = np.zeros((f + 1, kh + 2, kw + 1, f))  # an image for each atom, and one that is empty
    z[range(f), kh // 2 + 2, kw // 2 + 1, range(f)] = 1
    expected = np.zeros((f + 1, kh + 2, kw + 1, D.shape[3])) + b
    expected[:f, 2:, 1:] += D
    equal(ops.deconv2d_forward(z, D, b), expected, "the atom should stand where the code says")


@law("deconv", codes())
def decoding_is_the_adjoint_of_a_convolution(ops, case):
    """<conv(x, W), z> = <x, deconv(z, D)> for W = D with its maps moved to the last axis."""
    z, _, D, _ = case
    x = floats(0, *z.shape[:3], D.shape[3])
    W = np.ascontiguousarray(D.transpose(1, 2, 3, 0))
    there = np.sum(ops.conv2d_forward(x, W, np.zeros(len(D))) * z)
    equal(np.sum(x * ops.deconv2d_forward(z, D, np.zeros(D.shape[3]))), there, "<x, deconv(z, D)>")


@law("deconv", codes())
def decoding_winners_equals_decoding_their_dense_code(ops, case):
    """The image, dz at the winners, dD and db are those of the dense code; dz stands at the same places."""
    h, k, D, b = case
    dy = floats(0, *h.shape[:3], D.shape[3])
    code = ops.select_winners(h, k)
    places = tuple(to_numpy(getattr(code, name)) for name in ("n", "y", "x", "f"))
    results = {}
    for kind, z in (("winners", code), ("dense", to_numpy(code.dense()))):
        x_hat = ops.deconv2d_forward(z, D, b)
        dz, dD, db = ops.deconv2d_backward(dy, z, D)
        results[kind] = {"x_hat": x_hat, "dz": dz, "dD": dD, "db": db}
    dz = results["winners"]["dz"]
    found = [to_numpy(getattr(dz, name)) for name in ("n", "y", "x", "f")]
    equal(found, places, "dz should stand at the places of the winners")
    results["winners"]["dz"] = to_numpy(dz.value)
    results["dense"]["dz"] = results["dense"]["dz"][places]
    for name, expected in results["dense"].items():
        equal(results["winners"][name], expected, f"{name} from winners should be that from their dense code")


@law("deconv", codes(), st.integers(0, 99))
def only_the_windows_of_winners_are_read(ops, case, seed):
    """Residuals outside of all winners' windows change neither dz nor dD; inside each changes one of them."""
    h, k, D, _ = case
    z = ops.select_winners(h, k)
    inside = inside_windows(to_numpy(z.rows), h.shape, *D.shape[1:3])
    mask = np.zeros(h[..., 0].size, bool)
    mask[inside] = True
    dy = floats(seed, len(mask), D.shape[3])

    def gradients(dy):
        dz, dD, _ = ops.deconv2d_backward(dy.reshape(*h.shape[:3], -1), z, D)
        return np.concatenate([to_numpy(dz.value), dD.ravel()])

    equal(gradients(dy * mask[:, None]), gradients(dy), "residuals outside of the windows were read")
    only = np.zeros_like(dy)
    only[inside[seed % len(inside)]] = 1
    require(np.any(gradients(only) != 0), "a residual inside a window was not read")


@law("deconv", codes())
def deconv_gradients_agree_with_differences(ops, case):
    """dz, dD and db agree with central differences, for a dense code."""
    z, _, D, b = case
    inputs = {"z": z, "D": D, "b": b}

    def backward(dy, z, D):
        return ops.deconv2d_backward(dy, z, D)

    gradcheck(ops.deconv2d_forward, backward, inputs, max_elements=32, allow_zero=True)


@law("deconv", codes())
def gradients_from_winners_agree_with_differences(ops, case):
    """The gradients with respect to the winners' values, D and b agree with central differences."""
    h, k, D, b = case
    code = ops.select_winners(h, k)

    def with_value(value):
        return code.with_value(to_backend(value, ops.backend))

    def forward(value, D, b):
        return ops.deconv2d_forward(with_value(value), D, b)

    def backward(dy, value, D):
        dz, dD, db = ops.deconv2d_backward(dy, with_value(value), D)
        return to_numpy(dz.value), dD, db

    inputs = {"value": to_numpy(code.value), "D": D, "b": b}
    gradcheck(forward, backward, inputs, max_elements=32, allow_zero=True)
