"""The pictures of a report in a browser: each is the one that stands beside its words."""

import numpy as np
import pytest
from report.looks import set_value
from report.models import MAKERS, SIDE, images, samples

from wta_np.report import write_report
from wta_np.report.atoms import atom_pictures
from wta_np.report.codes import shown_images, unit_codes

PIXELS = """(() => {{
  const canvas = document.querySelectorAll("{selector}")[{i}];
  return [canvas.width, ...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data];
}})()"""


def canvas(look, selector, i=0):
    """The pixels of a canvas, (side, side, 4)."""
    side, *pixels = look(PIXELS.format(selector=selector, i=i))
    return np.array(pixels).reshape(side, side, 4)


def shrunk(pixels, side=SIDE):
    """The red of the middle of each pixel of the picture that the canvas shows."""
    middle = ((np.arange(side) + 0.5) * len(pixels) / side).astype(int)
    return pixels[np.ix_(middle, middle)][..., 0]


@pytest.fixture(params=["tied", "conv", "wta-rbm"])
def shown(request, page, tmp_path):
    """(model, its inputs in the order of the report, their numbers, what the browser shows of unit 4)."""
    model, x = MAKERS[request.param](), images()
    write_report(tmp_path / "report.html", model, x)
    number = shown_images(len(x), len(x), 64)
    return model, samples(model)[number], number, page("#unit-4", path=tmp_path / "report.html")


def test_the_atom_is_that_of_the_unit(shown):
    model, *_, look = shown
    atom = atom_pictures(model, (8, 8, 1))[4, ..., 0]
    assert np.abs(shrunk(canvas(look, "#unit .head canvas"), len(atom)) - 255 * atom).max() <= 3
    in_grid = canvas(look, "#cell-4 canvas")
    assert np.abs(shrunk(in_grid, len(atom)) - 255 * atom).max() <= 3


def test_the_images_that_excite_a_unit_most_come_first_with_a_frame_at_the_place(shown):
    model, x, number, look = shown
    codes = unit_codes(model, x)
    for i, n in enumerate(np.argsort(-codes.values[:, 4], kind="stable")[:3]):
        link = f"document.querySelectorAll('#unit a.quiet')[{i}].hash"
        assert look(link) == f"#image-{number[n]}"
        pixels = canvas(look, "#unit a.quiet canvas", i)
        if codes.places is None:
            assert np.abs(shrunk(pixels) - 255 * x[n].reshape(8, 8)).max() <= 1
            continue
        scale = len(pixels) / SIDE
        yellow = (np.abs(pixels - [255, 210, 63, 255]).max(axis=2) < 40).nonzero()
        for axis, place in enumerate(codes.places[n, 4]):
            low, high = (place + 0.5 - 2.5) * scale, (place + 0.5 + 2.5) * scale  # atoms have 5 x 5 pixels
            if low >= 0:
                assert abs(yellow[axis].min() - low) <= 2
            if high <= len(pixels):
                assert abs(yellow[axis].max() + 1 - high) <= 2


def test_a_map_saw_what_is_in_the_frame(shown):
    model, x, _, look = shown
    codes = unit_codes(model, x)
    if codes.places is None:
        return
    padded = np.pad(x[..., 0], ((0, 0), (2, 2), (2, 2)), constant_values=0x88 / 255)
    for i, n in enumerate(np.argsort(-codes.values[:, 4], kind="stable")[:4]):
        line, column = codes.places[n, 4]
        piece = padded[n, line : line + 5, column : column + 5]
        assert np.abs(shrunk(canvas(look, "#unit li.shot canvas", i), 5) - 255 * piece).max() <= 1


def test_the_slider_shows_the_reconstruction_of_its_position(shown):
    model, x, number, look = shown
    numbers = look("JSON.parse(document.querySelector('#numbers').textContent)")
    recon, of_sheet = numbers["reconstructions"], numbers["images"]["number"]
    rates = recon["unit"]["setting"]
    look("document.querySelector('input[value=unit]').click()")
    set_value(look, "k", rates.index(model.lifetime), "input")
    assert look("document.querySelector('#k-label').textContent").startswith("lifetime 2")
    x_hat = model.reconstruct(x)
    for i in (0, 3, 11):
        n = number.tolist().index(of_sheet[recon["images"][i]])
        before, after = (shrunk(canvas(look, "#pairs canvas", 2 * i + j)) for j in (0, 1))
        assert np.abs(before - 255 * x[n].reshape(8, 8)).max() <= 1
        assert np.abs(after - 255 * np.clip(x_hat[n].reshape(8, 8), 0, 1)).max() <= 1
    look("document.querySelector('input[value=image]').click()")
    set_value(look, "k", 0, "input")
    strongest = unit_codes(model, x).values.argmax(axis=1)
    z = model.encode(x)
    if z.ndim == 2:
        z = z * (np.arange(z.shape[1]) == strongest[:, None])
        n = number.tolist().index(of_sheet[recon["images"][3]])
        wanted = np.clip(model.decode(z)[n].reshape(8, 8), 0, 1)
        assert np.abs(shrunk(canvas(look, "#pairs canvas", 7)) - 255 * wanted).max() <= 1
