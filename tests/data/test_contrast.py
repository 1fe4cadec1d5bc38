"""Local contrast normalisation: equal to its loops, blind to brightness and contrast, calm where nothing is."""

import numpy as np
import oracles
import pytest

from wta_np.backend import to_numpy
from wta_np.data.contrast import (
    divisive_normalisation,
    gaussian_window,
    local_mean,
    normalise_contrast,
    subtractive_normalisation,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("sigma", [0.7, 2.0])
@pytest.mark.parametrize("shape", [(2, 6, 5, 3), (1, 7, 7, 1)])
def test_it_is_what_the_loops_compute(sigma, shape, place):
    x = RNG.random(shape)
    y = to_numpy(normalise_contrast(place(x), sigma, 0.01))
    np.testing.assert_allclose(y, oracles.normalised_contrast(x, sigma, 0.01), rtol=1e-9, atol=1e-12)


def test_the_window_sums_to_one_at_a_border_too():
    g = gaussian_window(9, 1.5, np, np.float64)
    np.testing.assert_allclose(g.sum(axis=1), 1)
    assert (g.argmax(axis=1) == np.arange(9)).all() and g[4, 4] < g[0, 0]


def test_the_local_mean_of_a_constant_is_this_constant_everywhere(place):
    mean = to_numpy(local_mean(place(np.full((2, 9, 7, 3), 0.3)), 1.5))
    np.testing.assert_allclose(mean, 0.3)
    assert mean.shape == (2, 9, 7, 1)


def test_brightness_does_not_matter_and_contrast_no_more():
    x = RNG.random((3, 20, 20, 3))
    np.testing.assert_allclose(normalise_contrast(0.1 + 0.3 * x), normalise_contrast(x), atol=1e-10)


def test_a_quiet_half_gains_on_a_loud_one_but_does_not_reach_it():
    x = RNG.normal(size=(1, 40, 40, 1))
    x[:, :, :20] *= 0.1
    y = normalise_contrast(x)
    quiet, loud = y[:, :, :15].std(), y[:, :, 25:].std()
    assert 0.1 < quiet / loud < 0.5
    assert 0.7 < loud < 1.3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_a_constant_patch_becomes_zero_and_nothing_is_divided_by_zero(value, dtype, place):
    with np.errstate(all="raise"):
        y = normalise_contrast(place(np.full((2, 11, 11, 3), value, dtype)))
    assert y.dtype == dtype and np.abs(to_numpy(y)).max() < 1e-3


def test_images_do_not_influence_each_other():
    x = RNG.random((3, 12, 12, 1))
    np.testing.assert_allclose(normalise_contrast(x)[1:2], normalise_contrast(x[1:2]), rtol=1e-12)


@pytest.mark.parametrize("function", [local_mean, subtractive_normalisation, divisive_normalisation])
def test_unfit_arguments_are_named_in_one_sentence(function):
    with pytest.raises(ValueError, match=r"has shape \(4, 4\), expected \(N, H, W, C\)"):
        function(np.zeros((4, 4)))
    with pytest.raises(TypeError, match="holds uint8, expected floats"):
        function(np.zeros((1, 4, 4, 1), "u1"))
    with pytest.raises(ValueError, match="sigma is 0, expected a number above 0"):
        function(np.zeros((1, 4, 4, 1)), 0)
    with pytest.raises(ValueError, match="floor is 0, expected a number above 0"):
        divisive_normalisation(np.zeros((1, 4, 4, 1)), floor=0)
