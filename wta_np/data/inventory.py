"""Which data sets are on this machine, where, and whether they are whole.

Every module of a data set has the same three functions: `find` says where its files are, `check_file` reads
one to its end and says what is wrong with it, `download` gets what is missing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from wta_np.data import cifar10, dead_leaves, mnist, sample, svhn
from wta_np.data.files import Located

MODULES = {
    "sample": sample,
    "mnist": mnist,
    "fashion-mnist": mnist,
    "cifar10": cifar10,
    "svhn": svhn,
    "svhn-extra": svhn,
}
N_IMAGES = {  # for training, for testing
    "sample": (10_000, 2_000),
    "mnist": (60_000, 10_000),
    "fashion-mnist": (60_000, 10_000),
    "cifar10": (50_000, 10_000),
    "svhn": (73_257, 26_032),
    "svhn-extra": (604_388, 26_032),
    "dead-leaves": (dead_leaves.N_TRAIN, dead_leaves.N_TEST),
}
DRAWN = "drawn when asked for"  # the state of a data set without files


@dataclass(frozen=True)
class Holding:
    """What there is of one data set.

    Parameters
    ----------
    name : str
    state : {"in the package", "whole", "incomplete", "not here", "drawn when asked for"}
        "whole" when every file is there in its right length, which is seen at a glance; whether its content
        is right, too, is for `check` to say.
    folder : Path or None
        Where its files are, the first one's place if they are scattered.
    n_bytes : int
        Length of what is there, in bytes.
    faults : list of str
        What is missing or of a wrong length.
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
    if name in N_IMAGES and name not in MODULES:
        return Holding(name, DRAWN, None, 0, [])
    found = _find(name, data_dir)
    here = [(file, path) for file, path in found if path]
    faults = [f"{file.name} is missing" for file, path in found if not path]
    faults += [f"{path.name} has a wrong length" for file, path in here if not file.has_length(path)]
    if not here:
        state = "not here"
    elif faults:
        state = "incomplete"
    else:
        state = "in the package" if name == "sample" else "whole"
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
    verdicts = []
    for file, path in _find(name, data_dir):
        if path is None:
            verdicts.append((file.name, "missing", False))
            continue
        try:
            remark = MODULES[name].check_file(file, path)
        except ValueError as error:
            verdicts.append((str(path), str(error).removeprefix(f"{path}: "), False))
        else:
            verdicts.append((str(path), remark or "whole", True))
    return verdicts


def download(name: str, data_dir: str | os.PathLike | None = None, progress: bool = True) -> None:
    """Download the files of the data set `name` that are missing, verified, as `wta_np.data.load` would.

    Raises
    ------
    ValueError
        The name is unknown.
    OSError
        A file cannot be downloaded or written.
    """
    _find(name, data_dir)  # refuses an unknown name
    MODULES[name].download(name, data_dir, progress)


def _find(name: str, data_dir: str | os.PathLike | None) -> Located:
    if name in N_IMAGES and name not in MODULES:
        raise ValueError(f"{name} has no files: it is {DRAWN}")
    if name not in MODULES:
        known = ", ".join(repr(known) for known in MODULES)
        raise ValueError(f"name is {name!r}, expected {known}")
    return MODULES[name].find(name, data_dir)
