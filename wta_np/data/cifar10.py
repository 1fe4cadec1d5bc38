"""CIFAR-10: 50,000 training and 10,000 test photographs of 32 x 32 colour pixels in 10 classes.

Read from the official binary archive, as it is or unpacked; never from the pickled one, which can run what
its maker likes. Each of its six files is a row of records without a header:

offset  length  what
0       1       the class, 0 to 9
1       1024    red, row by row
1025    1024    green
2049    1024    blue
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import NoReturn

import numpy as np

from wta_np._utils.regular import open_regular
from wta_np.data.archive import read_members
from wta_np.data.dataset import Dataset, images_from_bytes
from wta_np.data.download import fetch, target
from wta_np.data.files import Located, RemoteFile, data_folders, errors_naming, find_file, locate, replaceable
from wta_np.data.source import DataSource, look_alikes

CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SIDE = 32  # pixels
RECORD = 1 + 3 * SIDE * SIDE  # bytes

# The MD5 that https://www.cs.toronto.edu/~kriz/cifar.html gives is c32a1d4ab5d03f1284b67883e8d87530. The
# SHA-256 of the archive is listed by TensorFlow Datasets, those of its members by torchvision for Ruby.
ARCHIVE = RemoteFile(
    "cifar-10-binary.tar.gz",
    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    170_052_171,
    unpacked=False,
)
MIRRORS = ("https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/")
FOLDER = "cifar-10-batches-bin"
BATCHES = [
    RemoteFile(name, checksum, 10_000 * RECORD, unpacked=False)
    for name, checksum in (
        ("data_batch_1.bin", "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
        ("data_batch_2.bin", "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
        ("data_batch_3.bin", "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
        ("data_batch_4.bin", "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
        ("data_batch_5.bin", "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
        ("test_batch.bin", "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
    )
]


PYTHON = (
    "the Python version of CIFAR-10, whose pickled files could run code when they are read: the binary version, "
    "cifar-10-binary.tar.gz, is wanted"
)
LOOK_ALIKES = (
    ("cifar-10-python*", PYTHON),
    ("cifar-10-batches-py", PYTHON),
    ("data_batch_?", PYTHON),
    (
        "data_batch_?.mat",
        "the MATLAB version of CIFAR-10: the binary version, cifar-10-binary.tar.gz, is wanted",
    ),
    (
        "cifar-10-*mat*",
        "the MATLAB version of CIFAR-10: the binary version, cifar-10-binary.tar.gz, is wanted",
    ),
    ("cifar-100*", "CIFAR-100, which is another data set than CIFAR-10"),
)


def load_cifar10(data_dir: str | os.PathLike | None = None, progress: bool = True) -> Dataset:
    """CIFAR-10, with `class_names`; for parameters and errors see `wta_np.data.load`.

    What is verified: of the archive, its SHA-256 checksum. Of files that are there unpacked, their lengths and
    labels alone, as their pixels may have been prepared in another way; ``wta-np data check cifar10`` compares
    their checksums, too.
    """
    download("cifar10", data_dir, progress)
    records = {}
    for file, path in find("cifar10", data_dir):
        records |= _read_checked(file, path)
    *train, test = (records[file.name] for file in BATCHES)
    x_train, y_train = split_records(np.concatenate(train))
    x_test, y_test = split_records(test)
    return Dataset(x_train, y_train, x_test, y_test, CLASS_NAMES)


def split_records(records: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, 32, 32, 3), float32 in [0, 1], and labels (N,), int64, of records (N, 3073), uint8."""
    planes = records[:, 1:].reshape(-1, 3, SIDE, SIDE)  # (N, C, H, W)
    return images_from_bytes(planes.transpose(0, 2, 3, 1)), records[:, 0].astype(np.int64)


def find(name: str, data_dir: str | os.PathLike | None = None) -> Located:
    """The six unpacked files, or else the archive, and where each is or None.

    The first folder that has the one or the other whole is taken. If none has, a folder with some of the
    unpacked files shows what is missing.
    """
    some: Located = []
    for folder in data_folders(name, data_dir):
        for place in (folder / FOLDER, folder):
            batches = locate(BATCHES, [place])
            if all(path for _, path in batches):
                return batches
            if not some and any(path for _, path in batches):
                some = batches
        archive = find_file(ARCHIVE.name, [folder], plain=False)
        if archive:
            return [(ARCHIVE, archive)]
    return some or [(ARCHIVE, None)]


def download(name: str, data_dir: str | os.PathLike | None = None, progress: bool = True) -> None:
    """Download the archive, unless it or all that is in it can be found."""
    if not all(path for _, path in find(name, data_dir)):
        folder = target(data_folders(name, data_dir))
        fetch([ARCHIVE], MIRRORS, folder, progress, partial(remarks, name, data_dir))


def remarks(name: str, data_dir: str | os.PathLike | None = None) -> list[str]:
    """What there is to say of files that look like those of CIFAR-10."""
    return look_alikes(data_folders(name, data_dir), LOOK_ALIKES)


def check_file(file: RemoteFile, path: Path) -> str:
    """ValueError, naming the file, if it cannot be loaded; else a remark if it is not the published one."""
    _read_checked(file, path)
    try:
        file.check(path)
    except ValueError:
        return "can be loaded, but is not the published file: another checksum"
    return ""


def _read_checked(file: RemoteFile, path: Path) -> dict[str, np.ndarray]:
    """Records by the name of their file: those of one unpacked file, or all that are in the archive."""
    with replaceable(), errors_naming(path):
        if file is not ARCHIVE:
            return {file.name: _as_records(_read_whole(path, file.n_bytes), file.n_bytes)}
        contents = read_members(path, {f"{FOLDER}/{batch.name}": batch.n_bytes for batch in BATCHES})
        file.check(path)  # after its members, as they say more than a checksum about what is wrong
        return {name.split("/")[1]: _as_records(content, len(content)) for name, content in contents.items()}


def _read_whole(path: Path, n_bytes: int) -> bytes:
    """The content of a file; one that is longer than it should be is not read."""
    with open_regular(path) as file:
        length = os.fstat(file.fileno()).st_size
        return file.read() if length <= n_bytes else _wrong_length(length, n_bytes)


def _as_records(content: bytes, n_bytes: int) -> np.ndarray:
    """Records (N, 3073), uint8, if their length and their labels are right."""
    if len(content) != n_bytes:
        _wrong_length(len(content), n_bytes)
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)  # (N, 3073)
    wrong = records[:, 0] >= len(CLASS_NAMES)
    if wrong.any():
        i = int(wrong.argmax())
        raise ValueError(f"its record {i} has the label {records[i, 0]}, expected 0 to 9")
    return records


def _wrong_length(found: int, n_bytes: int) -> NoReturn:
    raise ValueError(
        f"it has {found} bytes, expected {n_bytes}: {n_bytes // RECORD} records of {RECORD} bytes"
    )


SOURCE = DataSource(
    "cifar10",
    (50_000, 10_000),
    load_cifar10,
    partial(find, "cifar10"),
    check_file,
    partial(download, "cifar10"),
    partial(remarks, "cifar10"),
)
