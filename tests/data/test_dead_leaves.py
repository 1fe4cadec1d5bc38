"""Dead leaves: disks of density r^-3, front to back, covered at the border as in the middle, spectrum of about f^-2."""

import numpy as np
import pytest

from wta_np.data import load
from wta_np.data.dead_leaves import _fall, _hidden, dead_leaves, radii


def spectral_slope(images):
    """Slope of log power against log frequency, averaged over orientations, from 3 cycles a side to a quarter."""
    grey = images.mean(axis=3)
    side = grey.shape[1]
    grey = (grey - grey.mean(axis=(1, 2), keepdims=True)) * np.outer(np.hanning(side), np.hanning(side))
    power = (np.abs(np.fft.fft2(grey)) ** 2).mean(axis=0)
    f = side * np.hypot(*np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side)))
    rings = np.arange(3, side // 4)
    means = [power[np.abs(f - ring) < 0.5].mean() for ring in rings]
    return np.polyfit(np.log(rings), np.log(means), 1)[0]


def test_the_power_spectrum_falls_as_about_the_square_of_the_frequency():
    assert -2.2 < spectral_slope(dead_leaves(12)) < -1.6
    assert -2.6 < spectral_slope(load("dead-leaves").x_train[:24]) < -1.8
    noise = np.random.default_rng(0).random((4, 128, 128, 3))
    assert -0.3 < spectral_slope(noise) < 0.3  # the measure itself


def test_the_same_seed_paints_the_same_images_and_more_begin_with_them():
    few, more = dead_leaves(2, 24, rng=5), dead_leaves(4, 24, rng=np.random.default_rng(5))
    assert (few == more[:2]).all()
    assert (few != dead_leaves(2, 24, rng=6)).any()
    assert few.dtype == np.float32 and few.min() >= 0 and few.max() <= 1


def test_radii_have_the_density_of_the_inverse_cube():
    r = radii(200_000, 2.0, 50.0, np.random.default_rng(0))
    assert r.min() >= 2 and r.max() <= 50
    for bound in (3.0, 5.0, 20.0):
        expected = (2.0**-2 - bound**-2) / (2.0**-2 - 50.0**-2)
        assert (r < bound).mean() == pytest.approx(expected, abs=0.005)


def test_a_leaf_hides_those_behind_it_and_covers_the_pixels_within_its_radius():
    image = np.full((25, 1), np.nan, "f4")
    leaves = np.array([[2.0, 2.0], [2.0, 1.0], [1.0, 2.2]], "f4")  # y, x, r of the first and of the second
    bare = _fall(image, np.arange(25), 5, leaves, np.array([[0.1], [0.9]], "f4"))
    expected = np.full((5, 5), np.nan, "f4")
    for y in range(5):
        for x in range(5):
            if (y - 2) ** 2 + (x - 1) ** 2 <= 2.2**2:
                expected[y, x] = 0.9
            if (y - 2) ** 2 + (x - 2) ** 2 <= 1:
                expected[y, x] = 0.1
    np.testing.assert_array_equal(image.reshape(5, 5), expected)
    assert bare.tolist() == np.flatnonzero(np.isnan(expected)).tolist()


def test_chunks_of_disks_change_nothing(monkeypatch):
    whole = dead_leaves(2, 20, rng=3)
    monkeypatch.setattr("wta_np.data.dead_leaves.AT_ONCE", 1)
    assert (dead_leaves(2, 20, rng=3) == whole).all()


def test_the_border_looks_like_the_middle():
    """Length of edges: neighbours that differ are as many at the border as elsewhere."""
    x = dead_leaves(60, 32, channels=1, r_min=2, r_max=16)[..., 0]
    edges = (np.diff(x, axis=1) != 0).mean(axis=0)  # (31, 32)
    border, middle = edges[:, [0, 1, -2, -1]].mean(), edges[:, 8:-8].mean()
    assert border == pytest.approx(middle, rel=0.08)
    assert x[:, 0].mean() == pytest.approx(0.5, abs=0.04)


def test_leaves_whose_centre_lies_outside_reach_into_the_image():
    """Every leaf is larger than the image: were all centres inside, the first one would cover it all."""
    x = dead_leaves(200, 16, r_min=24, r_max=48)
    assert (np.ptp(x, axis=(1, 2)) > 0).any(axis=1).mean() > 0.3


def test_colours_are_uniform_and_channels_independent():
    x = dead_leaves(20, 48, r_min=1, r_max=8).reshape(-1, 3)
    counts, _ = np.histogram(x, bins=10, range=(0, 1))
    assert np.abs(counts / counts.mean() - 1).max() < 0.1
    assert np.abs(np.corrcoef(x.T) - np.eye(3)).max() < 0.05


def test_the_data_set_has_images_without_labels():
    data = load("dead-leaves")
    assert data.x_train.shape == (64, 128, 128, 3) and data.x_test.shape == (16, 128, 128, 3)
    assert data.y_train is None and data.y_test is None
    assert data.flat().y_train is None


@pytest.mark.parametrize(("r_min", "r_max"), [(1.0, 16.0), (3.0, 3.1), (20.0, 60.0)])
def test_a_pixel_is_hidden_as_often_as_the_limit_of_disks_takes_for_granted(r_min, r_max):
    n, rng = 400_000, np.random.default_rng(0)
    y, x = rng.uniform(-r_max, 7 + r_max, (2, n))
    hits = np.hypot(y - 2, x - 6) <= radii(n, r_min, r_max, rng)
    assert hits.mean() == pytest.approx(_hidden(8, r_min, r_max), rel=0.05)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 0}, "n is 0, expected at least 1"),
        ({"size": 0}, "size is 0"),
        ({"channels": 0}, "channels is 0"),
        ({"r_min": 0}, "r_min is 0, expected a number above 0"),
        ({"r_min": 5, "r_max": 5}, "r_max is 5, expected a number above 5"),
        ({"r_min": 1e-6}, "r_min is 1e-06 and r_max 8, expected radii with which fewer than"),
        ({"r_min": 1e-200}, "r_min is 1e-200 and r_max 8, expected radii"),
        ({"r_max": 1e200}, "r_min is 1 and r_max 1e.200, expected radii"),
        ({"r_max": 1e7}, "r_min is 1 and r_max 1e.07, expected radii"),
    ],
)
def test_unfit_arguments_are_named_in_one_sentence(change, words):
    with pytest.raises(ValueError, match=words):
        dead_leaves(**{"n": 1, "size": 16, **change})
