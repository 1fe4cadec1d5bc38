"""IDX files of other data sets in MNIST's form: EMNIST, KMNIST, QMNIST, Kannada-MNIST, or a user's own.

A folder of them is a data set: images and labels for training and for testing, in four files. Nothing is known of
their checksums; what is verified is that they are whole IDX files that belong together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from wta_np.data.dataset import Dataset
from wta_np.data.files import data_roots, errors_naming
from wta_np.data.idx import read_idx
from wta_np.data.mnist import dataset_from_bytes

# Such as train-images-idx3-ubyte, emnist-letters-test-images-idx3-ubyte.gz, or with 7-Zip's dot before idx.
NAME = re.compile(
    r"(?P<prefix>.*?)-?(?P<part>train|t10k|test)-(?P<kind>images|labels)[-.]idx[1-4]-(ubyte|int)(\.gz)?"
)
FILES = tuple((part, kind) for part in ("train", "test") for kind in ("images", "labels"))
MAX_BYTES = 1 << 30  # of all images, as float32


def load_idx_folder(
    folder: str | os.PathLike, prefix: str | None = None, max_bytes: int = MAX_BYTES
) -> Dataset:
    """The data set whose IDX files lie in a folder.

    Parameters
    ----------
    folder : str or path
        Has, or in its subfolder ``raw`` has, the four files ``[PREFIX-]train-images-idx3-ubyte``,
        ``...-labels-idx1-ubyte`` and the same with t10k or test; gzipped or not. EMNIST's images, known by
        the prefix or by the folder's name, are stored with rows and columns exchanged, and are set upright.
        Of QMNIST's labels, (N, 8), the first column is the class.
    prefix : str, optional
        Which of several data sets in the folder, such as ``emnist-letters``.
    max_bytes : int
        The most bytes that the images may have as float32.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        Files are missing, damaged, too large or do not belong together, or there are several data sets.
    OSError
        A file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from wta_np.data.idx import write_idx
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for part, n in (("train", 5), ("t10k", 2)):
    ...         write_idx(Path(folder) / f"{part}-images-idx3-ubyte.gz", np.zeros((n, 6, 6), np.uint8))
    ...         write_idx(Path(folder) / f"{part}-labels-idx1-ubyte.gz", np.zeros(n, np.uint8))
    ...     load_idx_folder(folder)
    Dataset(5 training images, 2 test images, image_shape=(6, 6, 1))
    """
    folder = Path(folder)
    files = find_idx_files(folder)
    with errors_naming(folder):
        if prefix is None and len(files) > 1:
            several = ", ".join(sorted(files))
            raise ValueError(
                f"it holds several data sets: name one of {several}, with --data-dir for the folder"
            )
        prefix = next(iter(files), "") if prefix is None else prefix
        found = files.get(prefix, {})
        missing = [f"{part} {kind}" for part, kind in FILES if (part, kind) not in found]
        if missing:
            raise ValueError(
                f"it lacks the IDX files of {', '.join(missing)}, expected names such as train-images-idx3-ubyte"
            )
    arrays = [read_idx(found[file], max_bytes) for file in FILES]
    is_transposed = prefix.startswith("emnist") or "emnist" in _own_name(folder)
    with errors_naming(folder):
        for i, (part, kind) in enumerate(FILES):
            array = arrays[i]
            if array.dtype.kind not in "iu" or array.ndim not in ((3,) if kind == "images" else (1, 2)):
                raise ValueError(
                    f"its {part} {kind} are {array.dtype} of shape {array.shape}, expected uint8 pixels and labels"
                )
            if kind == "images" and array.dtype != np.uint8:
                raise ValueError(f"its {part} images are {array.dtype}, expected uint8")
            if kind == "images" and is_transposed:
                arrays[i] = array.swapaxes(1, 2)  # (N, W, H) -> (N, H, W)
            if kind == "labels" and array.ndim == 2:
                arrays[i] = array[:, 0]
        n_bytes = 4 * sum(array.size for array in arrays[::2])
        if n_bytes > max_bytes:
            raise ValueError(
                f"its images would have {n_bytes} bytes as float32, expected at most {max_bytes}; in Python, "
                "wta_np.data.load_idx_folder(folder, max_bytes=...) takes more"
            )
        return dataset_from_bytes(*arrays)


def find_idx_files(folder: Path) -> dict[str, dict[tuple[str, str], Path]]:
    """The IDX files in a folder or its subfolder ``raw``: by prefix, then by part and kind. May be empty."""
    files: dict[str, dict[tuple[str, str], Path]] = {}
    for place in (folder, folder / "raw"):
        try:
            names = sorted(os.listdir(place))
        except (FileNotFoundError, NotADirectoryError):
            continue
        for name in names:
            match = NAME.fullmatch(name.lower())
            path = place / name
            if path.is_dir():  # Kaggle's folders that are named like the file in them
                inside = [path / other for other in sorted(os.listdir(path)) if NAME.fullmatch(other.lower())]
                path = inside[0] if inside else path
            if match and path.is_file():
                part = "train" if match["part"] == "train" else "test"
                files.setdefault(match["prefix"], {}).setdefault((part, match["kind"]), path)
        if files:
            break
    return files


def find_folder(name: str, data_dir: str | os.PathLike | None = None) -> tuple[Path, str | None] | None:
    """The folder of IDX files that is meant by a name, and the prefix of its files; None if there is none.

    It is looked for in `data_dir`, in the folder that WTA_NP_DATA names and in the cache: a subfolder of this name,
    in upper or lower case; or one of the name's beginning, with files whose prefix is the name, as ``emnist`` has
    for ``emnist-letters``.
    """
    wanted = name.lower()
    for root in data_roots(data_dir):
        places = _subfolders(root)
        for place in (*places, root):
            files = find_idx_files(place)
            if place.name.lower() == wanted and files and place is not root:
                return place, None
            if wanted in files and wanted:
                return place, wanted
    return None


def _own_name(folder: Path) -> str:
    """The name of a folder in lower case, of a folder ``raw`` that of the one around it."""
    folder = folder.absolute()
    return (folder.parent if folder.name == "raw" else folder).name.lower()


def _subfolders(root: Path) -> Iterable[Path]:
    try:
        return [root / name for name in sorted(os.listdir(root)) if (root / name).is_dir()]
    except OSError:
        return []
