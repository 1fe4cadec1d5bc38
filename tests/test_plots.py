"""Pictures are what they claim to be: every image at its place, on its scale, in its shape."""

import numpy as np
import pytest
from matplotlib.image import imread

from wta_np import plots
from wta_np.training import History

RNG = np.random.default_rng(0)


def test_tile_puts_every_image_at_its_place():
    images = RNG.random((5, 3, 4, 1))
    page = plots.tile(images, columns=3, gap=2, background=0.5)
    assert page.shape == (2 * 3 + 2, 3 * 4 + 2 * 2, 1)
    for i, image in enumerate(images):
        row, column = divmod(i, 3)
        np.testing.assert_array_equal(page[row * 5 : row * 5 + 3, column * 6 : column * 6 + 4], image)
    assert (page[3:5] == 0.5).all() and (page[5:, 12:] == 0.5).all()


def pixels(figure):
    """The array that a picture shows."""
    return figure.axes[0].images[0].get_array()


def test_each_atom_has_its_own_scale_with_zero_in_the_middle(place):
    atoms = np.array([[0.0, 1.0, -1.0, 0.5], [0.0, 0.001, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    page = pixels(plots.dictionary(place(atoms), (2, 2, 1), columns=3))
    np.testing.assert_allclose(page[:, 0:2], [[0.5, 1.0], [0.0, 0.75]])
    np.testing.assert_allclose(page[:, 3:5], [[0.5, 1.0], [0.5, 0.5]])
    np.testing.assert_allclose(page[:, 6:8], 0.5)


def test_reconstructions_stand_below_their_images():
    x = RNG.random((5, 4))
    page = pixels(plots.reconstructions(x, 1 - x, image_shape=(2, 2, 1), n=3))
    np.testing.assert_allclose(page[0:2, 3:5], x[1].reshape(2, 2))
    np.testing.assert_allclose(page[3:5, 3:5], 1 - x[1].reshape(2, 2))


def test_feature_maps_are_drawn_a_row_for_each_stage():
    stages = {"released": RNG.random((6, 6, 3)), "pooled": RNG.random((2, 2, 3))}
    figure = plots.feature_maps(stages, n=2)
    shown = [axes.images[0].get_array() for axes in figure.axes]
    expected = [stages[name][:, :, f] for name in stages for f in (0, 1)]
    for array, maps in zip(shown, expected, strict=True):
        np.testing.assert_array_equal(array, maps)


@pytest.mark.parametrize("shape", [(4, 4, 3), (48,)])
def test_colour_images_and_plain_vectors_are_drawn(shape, tmp_path):
    plots.save_figure(plots.dictionary(RNG.normal(size=(7, 48)), shape), tmp_path / "d.png")
    assert imread(tmp_path / "d.png").ndim == 3


def test_curves_and_histograms_are_drawn(tmp_path):
    rows = [{"epoch": i, "loss": 1 / i, "sparsity": 0.05, "dead": 0.0} for i in range(1, 4)]
    figure = History(rows).plot()
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_ydata(), [1, 1 / 2, 1 / 3])
    plots.save_figure(figure, tmp_path / "h.png")
    figure = plots.activity_histogram(RNG.random(50), np.full(50, 0.05), 0.05)
    assert sum(patch.get_height() for patch in figure.axes[0].patches) == 100
    plots.save_figure(figure, tmp_path / "a.png")
    assert {path.name for path in tmp_path.iterdir()} == {"h.png", "a.png"}
