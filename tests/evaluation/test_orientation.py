"""Orientation selectivity: near 1 for gratings and edges, near 0 for blobs, crosses and noise."""

import numpy as np
import pytest

from wta_np.evaluation import orientation_selectivity, share_oriented

RNG = np.random.default_rng(0)
Y, X = np.mgrid[-5:6, -5:6]


def grating(angle, period=4.0, width=100.0):
    """Waves that run along `angle`, in a Gaussian of this width; narrow ones are Gabor functions."""
    wave = np.cos(2 * np.pi * (X * np.cos(angle) + Y * np.sin(angle)) / period + 0.3)
    return (wave * np.exp(-(X**2 + Y**2) / (2 * width**2)))[..., None]


def one(atom):
    return float(orientation_selectivity(np.asarray(atom)[None])[0])


@pytest.mark.parametrize("angle", np.linspace(0, np.pi, 7))
@pytest.mark.parametrize(("period", "least"), [(3.0, 0.86), (4.0, 0.82), (6.0, 0.75)])
def test_gratings_and_gabors_are_oriented_whatever_their_angle(angle, period, least):
    assert one(grating(angle, period)) > least
    assert one(grating(angle, period, width=2.5)) > least


@pytest.mark.parametrize("angle", np.linspace(0, np.pi, 7))
def test_an_edge_is_oriented_between_grey_levels_and_between_colours(angle):
    edge = np.tanh(X * np.cos(angle) + Y * np.sin(angle))[..., None]
    assert one(edge) > 0.5
    for colours in ([1.0, -1.0, 0.0], [0.0, 0.0, 1.0]):
        assert one(edge * colours) == pytest.approx(one(edge))


@pytest.mark.parametrize("width", [1.0, 2.0, 4.0])
def test_a_centred_blob_is_not_oriented_nor_a_cross(width):
    blob = np.exp(-(X**2 + Y**2) / (2 * width**2))[..., None]
    assert one(blob) < 0.02 and one(blob * [1.0, -0.5, -0.5]) < 0.02
    assert one(grating(0.0) + grating(np.pi / 2)) < 0.02


def test_white_noise_hardly_ever_counts_as_oriented():
    noise = RNG.normal(size=(2000, 11, 11, 1))
    selectivity = orientation_selectivity(noise)
    assert selectivity.mean() < 0.15
    assert share_oriented(noise) < 0.001


def test_scale_sign_brightness_and_a_quarter_turn_do_not_matter(place):
    atoms = RNG.normal(size=(20, 9, 9, 3))
    expected = orientation_selectivity(atoms)
    for same in (-3e-6 * atoms, 1e5 * atoms, atoms + 0.7, atoms.transpose(0, 2, 1, 3), atoms[:, ::-1]):
        np.testing.assert_allclose(orientation_selectivity(place(same)), expected, rtol=1e-6)


@pytest.mark.parametrize("value", [0.0, 0.1, 3.0])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_an_atom_without_contrast_has_no_orientation(value, dtype):
    assert one(np.full((11, 11, 3), value, dtype)) == 0


def test_the_share_counts_atoms_at_or_above_the_threshold():
    atoms = np.stack([grating(0.3), np.exp(-(X**2 + Y**2) / 4)[..., None], grating(1.0), 0 * grating(0)])
    assert share_oriented(atoms) == 0.5
    assert share_oriented(atoms, 0) == 1.0


def test_unfit_arguments_are_named_in_one_sentence():
    with pytest.raises(ValueError, match=r"atoms has shape \(3, 9\), expected \(M, H, W, C\)"):
        orientation_selectivity(np.zeros((3, 9)))
    with pytest.raises(ValueError, match="expected at least one atom, of at least 3 x 3 pixels"):
        orientation_selectivity(np.zeros((3, 2, 9, 1)))
    for shape in ((0, 9, 9, 1), (2, 9, 9, 0)):
        with pytest.raises(ValueError, match=r"atoms has shape .*, expected at least one atom"):
            share_oriented(np.zeros(shape))
    with pytest.raises(ValueError, match="atoms holds 1 values that are NaN"):
        orientation_selectivity(np.where(np.arange(81).reshape(1, 9, 9, 1) == 5, np.nan, 1.0))
    with pytest.raises(ValueError, match=r"threshold is 2, expected a number in \[0, 1\]"):
        share_oriented(np.zeros((1, 9, 9, 1)), 2)
