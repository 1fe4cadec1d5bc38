"""The images of a folder, read one at a time, so that the folder may be larger than memory."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from wta_np._utils.foreign import short
from wta_np._utils.paths import user_path
from wta_np._utils.regular import open_regular

SUFFIXES = (".png", ".jpg", ".jpeg")
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
TOOLS = ("__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found")
MAX_PIXELS = 89_478_485  # Pillow's own limit for what is no decompression bomb; reading one takes 1.3 GB
MAX_BYTES = 1 << 30  # of a file
NAMED = 3  # files that a report names; of the rest it gives the number


class ImageFolder:
    """PNG and JPEG files of a folder and its subfolders, as a sequence of arrays.

    Nothing is kept but the names: ``folder[i]`` opens file i, every time. A file that is not an image is
    remembered in `skipped`, and gives None.

    Parameters
    ----------
    folder : str or path
        Files and folders in it whose names begin with a dot are left out, and folders that other programs make
        for copies, previews and what was deleted, such as ``__MACOSX``. Links to folders are not followed.

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
        self.folder = user_path(folder)
        self.paths = sorted(_image_files(self.folder))
        self.skipped: dict[Path, str] = {}
        if not self.paths:
            raise ValueError(
                f"{self.folder} holds no image, expected files that end in {', '.join(SUFFIXES)}"
            )

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, i: int) -> np.ndarray | None:
        """Image i, or None if it is none that can be read.

        Returns
        -------
        ndarray, shape (H, W, 3), or (H, W, 1) where the file is grey
            uint8, or uint16 where the file has 16 bits of grey; upright, as its Exif orientation says; what is
            transparent lies on white. Of an animation, the first picture.
        """
        path = self.paths[i]
        try:
            with open_regular(path, MAX_BYTES) as file, warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # there is a limit below
                with Image.open(file, formats=("PNG", "JPEG")) as image:
                    return _pixels(image)
        except MemoryError:
            raise
        except Exception as error:  # what damage Pillow meets in which words is Pillow's to say
            text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            text = re.sub(r" ?<_io\.\w+ name=.*>", "", text)
            self.skipped[path] = short(text) or type(error).__name__
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


def _image_files(folder: Path) -> Iterator[Path]:
    """Image files in a folder and in those below it that hold a user's own files."""
    for parent, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".") and name.lower() not in TOOLS]
        for name in names:
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(parent, name)


def _pixels(image: Image.Image) -> np.ndarray:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ValueError(f"{width} x {height} pixels, expected at most {MAX_PIXELS:,}")
    # The orientation comes first, as converting an image may lose it.
    try:
        orientation = image.getexif().get(ORIENTATION)
    except Exception:  # damaged notes of a camera are no reason to leave the picture out
        orientation = None
    turn = ORIENTATIONS.get(orientation, _as_it_is)
    return np.ascontiguousarray(turn(_stored_pixels(image)))


def _stored_pixels(image: Image.Image) -> np.ndarray:
    """The pixels in the order of the file."""
    if image.mode.startswith("I"):  # 16 bits of grey
        return np.asarray(image).astype(np.uint16)[:, :, np.newaxis]
    is_grey = image.mode in ("1", "L", "LA", "La")
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        on_white = Image.new("RGB", image.size, "white")
        on_white.paste(image, mask=image.getchannel("A"))
        image = on_white
    mode = "L" if is_grey else "RGB"
    pixels = np.asarray(image if image.mode == mode else image.convert(mode))
    return pixels.reshape(*pixels.shape[:2], -1)  # (H, W, 1 or 3)


def _as_it_is(pixels: np.ndarray) -> np.ndarray:
    return pixels


ORIENTATION = 0x0112  # the number of the field in Exif
ORIENTATIONS = {  # what each of its values asks for
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: np.rot90(pixels, 2).swapaxes(0, 1),
    8: np.rot90,
}


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
