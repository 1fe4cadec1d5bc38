"""Which data sets are on this machine, where, and whether they are whole."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from wta_np.data.files import Located, RemoteFile
from wta_np.data.source import DataSource
from wta_np.data.sources import SOURCES

MISSING = "missing"  # what there is to say of a file that is not here


@dataclass(frozen=True)
class Holding:
    """What there is of one data set.

    Parameters
    ----------
    name : str
    state : {"in the package", "whole", "incomplete", "not here", "drawn when asked for"}
        "whole" when every file is there in its right length, and for MNIST's like with its right content, which
        takes no time; whether the content of larger ones is right, too, is for `check` to say.
    folder : Path or None
        Where its files are, the first one's place if they are scattered.
    n_bytes : int
        Length of what is there, in bytes.
    faults : list of str
        What is missing, of a wrong length, or another data set's.
    """

    name: str
    state: str
    folder: Path | None
    n_bytes: int
    faults: list[str]


def look(name: str, data_dir: str | os.PathLike | None = None) -> Holding:
    """What there is of the data set `name`, at a glance; folders are searched as `wta_np.data.load` does.

    Raises
    ------
    ValueError
        The name is unknown.
    OSError
        A file that is there cannot be opened.
    """
    source = _source(name)
    if source.find is None:
        return Holding(name, source.origin, None, 0, [])
    found = source.find(data_dir)
    here = [(file, path) for file, path in found if path]
    faults = [f"{file.name} is missing" for file, path in found if not path]
    for file, path in here:
        if not file.has_length(path):
            faults.append(f"{path.name} has a wrong length")
        elif source.is_small:
            _, fault, is_good = _verdict(source, file, path)
            faults += [] if is_good else [f"{path.name}: {fault}"]
    faults = faults if here else []
    state = "not here" if not here else "incomplete" if faults else source.origin or "whole"
    if state in ("not here", "incomplete"):
        faults += source.remarks(data_dir)
    folder = here[0][1].parent if here else None
    return Holding(name, state, folder, sum(path.stat().st_size for _, path in here), faults)


def check(name: str, data_dir: str | os.PathLike | None = None) -> list[tuple[str, str, bool]]:
    """Read every file of the data set `name` to its end.

    Returns
    -------
    list of (str, str, bool)
        For each file its path, or its name if it is missing; what there is to say about it; and whether it
        can be loaded.

    Raises
    ------
    ValueError
        The name is unknown.
    OSError
        A file that is there cannot be read.
    """
    source = _source(name)
    return [_verdict(source, file, path) for file, path in _find(source, data_dir)]


def _verdict(source: DataSource, file: RemoteFile, path: Path | None) -> tuple[str, str, bool]:
    if path is None:
        return file.name, MISSING, False
    try:
        remark = source.check_file(file, path)
    except ValueError as error:
        return str(path), str(error).removeprefix(f"{path}: "), False
    return str(path), remark or "whole", True


def download(name: str, data_dir: str | os.PathLike | None = None, progress: bool = True) -> None:
    """Download the files of the data set `name` that are missing, verified, as `wta_np.data.load` would.

    Raises
    ------
    ValueError
        The name is unknown.
    OSError
        A file cannot be downloaded or written.
    """
    source = _source(name)
    _find(source, data_dir)  # refuses a set without files
    source.download(data_dir, progress)


def _find(source: DataSource, data_dir: str | os.PathLike | None) -> Located:
    if source.find is None:
        raise ValueError(f"{source.name} has no files: it is {source.origin}")
    return source.find(data_dir)


def _source(name: str) -> DataSource:
    if name not in SOURCES:
        raise ValueError(f"name is {name!r}, expected {', '.join(map(repr, SOURCES))}")
    return SOURCES[name]
