"""The images of a folder, read one at a time, so that the folder may be larger than memory."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
from PIL import Image

SUFFIXES = (".png", ".jpg", ".jpeg")
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
NAMED = 3  # files that a report names; of the rest it gives the number


class ImageFolder:
    """PNG and JPEG files of a folder and its subfolders, as a sequence of arrays.

    Nothing is kept but the names: ``folder[i]`` opens file i, every time. A file that is no image is
    remembered in `skipped`, and gives None.

    Parameters
    ----------
    folder : str or path
        Files whose names begin with a dot are left out, links to folders are not followed.

    Attributes
    ----------
    paths : list of Path
        In the order of their names, which is the same on every machine.
    skipped : dict of Path to str
        Files that were asked for and could not be read, and why.

    Raises
    ------
    OSError
        The folder, or one inside it, cannot be read.
    ValueError
        There is no image file in it, or `folder` is empty.
    """

    def __init__(self, folder: str | os.PathLike) -> None:
        if not os.fspath(folder):  # which Path takes for the current folder
            raise ValueError("folder is empty, expected the name of a folder of images")
        self.folder = Path(folder).expanduser()
        self.paths = sorted(
            Path(parent, name)
            for parent, _, names in os.walk(self.folder, onerror=_raise)
            for name in names
            if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        )
        self.skipped: dict[Path, str] = {}
        if not self.paths:
            raise ValueError(
                f"{self.folder} holds no image, expected files that end in {', '.join(SUFFIXES)}"
            )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> np.ndarray | None:
        """Image i, uint8 or uint16 of shape (H, W, 3), or (H, W, 1) where the file is grey; None if it is none."""
        path = self.paths[i]
        try:
            if path.exists() and not path.is_file():
                raise ValueError("no regular file")  # to open a pipe would wait for who writes into it
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                return _pixels(image)
        except MemoryError:
            raise
        except Exception as error:  # what damage Pillow meets in which words is Pillow's to say
            self.skipped[path] = " ".join(str(error).split()) or type(error).__name__
            return None

    def report(self) -> str:
        """One sentence on the files that were skipped; empty if there are none."""
        if not self.skipped:
            return ""
        named = [f"{path} ({why})" for path, why in list(self.skipped.items())[:NAMED]]
        rest = len(self.skipped) - len(named)
        more = f" and {rest} more" if rest else ""
        return f"{len(self.skipped)} of {len(self)} image files cannot be read: {', '.join(named)}{more}"


def _raise(error: OSError) -> None:
    raise error


def _pixels(image: Image.Image) -> np.ndarray:
    if image.mode.startswith("I"):  # 16 bits of grey
        return np.asarray(image).astype(np.uint16)[:, :, np.newaxis]
    if image.mode in ("1", "L", "LA"):
        return np.asarray(image.convert("L"))[:, :, np.newaxis]
    if image.mode == "P":  # by way of RGBA, as Pillow warns of what it would lose of a transparent palette
        image = image.convert("RGBA")
    return np.asarray(image.convert("RGB"))


def with_channels(images: np.ndarray, channels: int) -> np.ndarray:
    """Images in grey (1) or colour (3).

    Grey is the luminance of ITU-R BT.601, ``0.299 R + 0.587 G + 0.114 B``; a grey image in colour has three
    equal channels.

    Parameters
    ----------
    images : ndarray, shape (..., C)
        Floats.
    channels : {1, 3}

    Returns
    -------
    ndarray, shape (..., channels)
        The same array if it has these channels already.

    Raises
    ------
    ValueError
        The images have neither 1 nor 3 channels, or others were asked for.

    Examples
    --------
    >>> with_channels(np.ones((5, 8, 8, 3)), 1).shape
    (5, 8, 8, 1)
    """
    found = images.shape[-1]
    if found == channels:
        return images
    if (found, channels) == (3, 1):
        return images @ LUMINANCE.astype(images.dtype)[:, np.newaxis]
    if (found, channels) == (1, 3):
        return np.repeat(images, 3, axis=-1)
    raise ValueError(f"images have {found} channels, and cannot be given {channels}: expected 1 or 3")
