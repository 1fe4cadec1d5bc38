"""Many small pictures in one PNG, of which the page draws the one that it needs."""

from __future__ import annotations

import base64
import io
import math
from typing import NamedTuple

import numpy as np

from wta_np.plots import tile


class Sheet(NamedTuple):
    """Pictures of one size, line by line in a PNG.

    Attributes
    ----------
    png : bytes
    number, columns, height, width : int
        How many pictures, how many in a line, and the sides of each.
    """

    png: bytes
    number: int
    columns: int
    height: int
    width: int

    @property
    def url(self) -> str:
        """The PNG as a ``data:`` URL."""
        return "data:image/png;base64," + base64.b64encode(self.png).decode("ascii")

    @property
    def layout(self) -> dict[str, int]:
        """What the page has to know to find a picture in it."""
        return {name: getattr(self, name) for name in ("number", "columns", "height", "width")}


def sheet(images: np.ndarray, levels: int = 256, shrink: int = 1) -> Sheet:
    """A `Sheet` of images (N, H, W, C) in [0, 1]; values beyond are clipped.

    Parameters
    ----------
    images : ndarray
        Of one or three channels; of another number the mean is drawn.
    levels : int
        Different values of a channel. Fewer make a smaller file of pictures that are noise.
    shrink : int
        The sides are divided by this: a pixel becomes the mean of a square.
    """
    from PIL import Image

    if images.shape[3] not in (1, 3):
        images = images.mean(axis=3, keepdims=True)
    images = _shrunk(np.clip(images, 0, 1), shrink)
    n, height, width, channels = images.shape
    columns = max(1, math.ceil((n * height / width) ** 0.5))
    page = tile(np.rint(images * (levels - 1)) * (255 / (levels - 1)), columns, gap=0, background=0)
    pixels = np.rint(page).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels if channels == 3 else pixels[:, :, 0]).save(file, "PNG")
    return Sheet(file.getvalue(), n, columns, height, width)


def _shrunk(images, factor):
    n, height, width, channels = images.shape
    down, right = min(factor, height), min(factor, width)
    if down == right == 1:
        return images
    height, width = height // down, width // right
    images = images[:, : height * down, : width * right]
    return images.reshape(n, height, down, width, right, channels).mean(axis=(2, 4))
