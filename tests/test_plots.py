"""Pictures are what they claim to be: every image at its place, on its scale, in its shape."""

import os
import subprocess
import sys

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


def test_a_notebook_shows_every_figure_as_it_is():
    history = History([{"epoch": 1, "loss": 2.0, "sparsity": 0.1, "dead": 0.0}])
    figures = [plots.dictionary(np.ones((4, 784)), (28, 28, 1)), history.plot()]
    figures.append(plots.activity_histogram(np.full(5, 0.1), np.full(5, 0.05)))
    for figure in figures:
        assert figure._repr_png_().startswith(b"\x89PNG\r\n\x1a\n")


def test_an_ipython_kernel_formats_a_figure_as_a_picture():
    formatters = pytest.importorskip("IPython.core.formatters")
    data, _ = formatters.DisplayFormatter().format(plots.dictionary(np.ones((4, 784)), (28, 28, 1)))
    assert data["image/png"].startswith(b"\x89PNG") and "text/plain" in data


@pytest.mark.parametrize("backend", ["module://no_such_module.backend_inline", "nonsense", "svg", "", None])
def test_the_backend_of_a_notebook_that_started_this_process_breaks_nothing(backend):
    environment = {name: value for name, value in os.environ.items() if name not in ("MPLBACKEND", "DISPLAY")}
    if backend is not None:
        environment["MPLBACKEND"] = backend
    code = """
import os, sys
import wta_np
assert "matplotlib" not in sys.modules
before = os.environ.get("MPLBACKEND")
from wta_np import plots
import numpy
plots.dictionary(numpy.ones((4, 784)), (28, 28, 1))._repr_png_()
assert "matplotlib.pyplot" not in sys.modules and os.environ.get("MPLBACKEND") == before
import matplotlib
if before == "svg":
    assert matplotlib.get_backend().lower() == before
"""
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
