"""The formats that `make fuzz` damages: a good file of each, and what reads it.

A new format is a `Format` in `FORMATS`.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import struct
import tarfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fuzz.mutations import damaged_arrays, damaged_bytes, damaged_json
from PIL import Image

from wta_np import FCWTA, RBM, SGD, fit
from wta_np.cli import main
from wta_np.data import load_data, read_idx
from wta_np.data.archive import read_members
from wta_np.data.cifar10 import check_file
from wta_np.data.files import RemoteFile
from wta_np.data.folder import ImageFolder
from wta_np.data.svhn import read_mat
from wta_np.data.whitening import Whitening
from wta_np.training import History, load_checkpoint

RNG = np.random.default_rng(0)
BYTES = RNG.integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
X = RNG.random((40, 36)).astype("f4")


@dataclass(frozen=True)
class Format:
    """A format of files.

    Parameters
    ----------
    name : str
    file_name : str
        What a file of it is called.
    make : callable
        ``make(path)`` writes a good file.
    read : callable
        ``read(path)`` reads one; a ValueError, TypeError or OSError says what is wrong with it.
    damage : callable
        ``damage(content, rng)`` gives the bytes of a damaged one.
    """

    name: str
    file_name: str
    make: Callable[[Path], None]
    read: Callable[[Path], object]
    damage: Callable[[bytes, np.random.Generator], bytes] = damaged_bytes


def damaged_npz(content: bytes, rng: np.random.Generator) -> bytes:
    """Half of the time bytes, which checksums notice, else a whole file that holds something else."""
    if rng.random() < 0.4:
        return damaged_bytes(content, rng)
    with np.load(io.BytesIO(content)) as arrays:
        return damaged_arrays(dict(arrays), rng)


def damaged_text(content: bytes, rng: np.random.Generator) -> bytes:
    """Half of the time bytes, else JSON that is whole but holds something else."""
    if rng.random() < 0.5:
        return damaged_bytes(content, rng)
    return json.dumps(damaged_json(json.loads(content), rng)).encode()


def damaged_gzip(content: bytes, rng: np.random.Generator) -> bytes:
    """Half of the time the packed bytes, else what is packed."""
    if rng.random() < 0.5:
        return damaged_bytes(content, rng)
    return gzip.compress(damaged_bytes(gzip.decompress(content), rng), 1)


def idx_bytes() -> bytes:
    """A whole IDX file."""
    images = BYTES[..., 0]
    return struct.pack(">HBB3I", 0, 8, 3, *images.shape) + images.tobytes()


def records() -> bytes:
    """A whole file of CIFAR-10's records."""
    return b"".join(bytes([i]) + image.transpose(2, 0, 1).tobytes() for i, image in enumerate(BYTES))


def make_archive(path: Path) -> None:
    """A gzipped tar archive with one file of records."""
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("a/b.bin")
        info.size = len(records())
        archive.addfile(info, io.BytesIO(records()))


def read_archive(path: Path) -> None:
    """Read the file in the archive."""
    read_members(path, {"a/b.bin": len(records())})


def make_mat(path: Path) -> None:
    """A MATLAB file with X and y, the first compressed."""

    def element(kind: int, content: bytes) -> bytes:
        return struct.pack("<II", kind, len(content)) + content + bytes(-len(content) % 8)

    def matrix(name: bytes, array: np.ndarray) -> bytes:
        axes = struct.pack(f"<{array.ndim}i", *array.shape)
        parts = (6, struct.pack("<II", 9, 0)), (5, axes), (1, name), (2, array.tobytes(order="F"))
        return element(14, b"".join(element(kind, content) for kind, content in parts))

    images = zlib.compress(matrix(b"X", np.moveaxis(BYTES, 0, -1)))
    labels = matrix(b"y", np.arange(1, 5, dtype=np.uint8)[:, np.newaxis])
    head = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM"
    path.write_bytes(head + struct.pack("<II", 15, len(images)) + images + labels)


def make_data(path: Path) -> None:
    """A user's own data set."""
    x, y = X.reshape(40, 6, 6), np.arange(40) % 2
    np.savez(path, x_train=x, y_train=y, x_test=x[:9], y_test=y[:9])


def make_checkpoint(path: Path, kind: type = FCWTA) -> None:
    """A training that was stopped within its second epoch."""
    fit(kind(36, 5), X, 2, 10, SGD(0.01), progress=False, checkpoint=path)


def read_checkpoint(path: Path) -> None:
    """Load the model, and go on with the training."""
    load_checkpoint(path)
    for kind in (FCWTA, RBM):
        try:
            fit(kind(36, 5), X, 3, 10, SGD(0.01), progress=False, checkpoint=path, resume=True)
        except ValueError as error:
            last = error
        else:
            return
    raise last


def make_run(path: Path) -> None:
    """The checkpoint of a run of the command."""
    make_data(path.parent / "d.npz")
    options = ["--data", str(path.parent / "d.npz"), "--units", "5", "--epochs", "1", "--batch-size", "10"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        assert main(["train", "fc", *options, "--out", str(path.parent / "run")]) == 0
    os.replace(path.parent / "run" / "model.npz", path)


def read_run(path: Path) -> None:
    """``wta-np plot`` and ``wta-np train --resume`` on it; their line of error is raised."""
    again = path.parent / "again" / "model.npz"
    again.parent.mkdir(exist_ok=True)
    again.unlink(missing_ok=True)
    again.symlink_to(path)
    for arguments in (
        ["plot", str(path), "--out", str(path.parent / "pictures")],
        ["train", "fc", "--resume", "--epochs", "2", "--out", str(path.parent / "again")],
    ):
        err = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err):
            status = main(arguments)
        lines = [line for line in err.getvalue().splitlines() if "error:" in line]
        if status not in (0, 2) or "fault of wta_np" in err.getvalue() or len(lines) > 1:
            raise AssertionError(f"{arguments[0]}: {status}: {err.getvalue()[-500:]}")
        if status:
            raise ValueError(lines[0])


def make_whitening(path: Path) -> None:
    """A whitening of small patches."""
    Whitening().fit(X.reshape(40, 6, 6, 1)).save(path)


def make_history(path: Path) -> None:
    """A history of three epochs."""
    fit(FCWTA(36, 5), X, 3, 10, SGD(0.01), progress=False).save(path)


def make_image(path: Path) -> None:
    """A picture with notes of a camera."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(BYTES[0]).save(path, exif=exif)


def read_image(path: Path) -> None:
    """Read a folder with this one picture; the reason why it is skipped is raised."""
    images = ImageFolder(path.parent)
    image = images[0]
    if image is None:
        raise ValueError(images.report().replace("\n", " "))
    assert image.dtype in (np.uint8, np.uint16) and image.ndim == 3


RECORDS = RemoteFile("data_batch_1.bin", "0", len(records()), unpacked=False)
FORMATS = {
    format.name: format
    for format in (
        Format("idx", "images-idx3-ubyte", lambda path: path.write_bytes(idx_bytes()), read_idx),
        Format(
            "idx.gz",
            "i.gz",
            lambda path: path.write_bytes(gzip.compress(idx_bytes())),
            read_idx,
            damaged_gzip,
        ),
        Format(
            "cifar", "b.bin", lambda path: path.write_bytes(records()), lambda path: check_file(RECORDS, path)
        ),
        Format(
            "cifar.tar",
            "a.tar.gz",
            make_archive,
            read_archive,
            damaged_gzip,
        ),
        Format("svhn", "train_32x32.mat", make_mat, read_mat),
        Format("npz", "d.npz", make_data, load_data, damaged_npz),
        Format("checkpoint", "model.npz", make_checkpoint, read_checkpoint, damaged_npz),
        Format(
            "rbm",
            "rbm.npz",
            lambda path: make_checkpoint(path, RBM),
            read_checkpoint,
            damaged_npz,
        ),
        Format("run", "m.npz", make_run, read_run, damaged_npz),
        Format("whitening", "whitening.npz", make_whitening, Whitening.load, damaged_npz),
        Format("history", "history.json", make_history, History.read, damaged_text),
        Format("png", "a.png", make_image, read_image),
        Format("jpeg", "a.jpg", make_image, read_image),
    )
}
