"""What the package knows of a data set: how it is loaded, found, checked and downloaded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from wta_np.data.dataset import Dataset
from wta_np.data.files import Located, RemoteFile

MOST_REMARKS = 3


@dataclass(frozen=True)
class DataSource:
    """A data set by name. `wta_np.data.sources` lists all of them; nothing else has to know one.

    Parameters
    ----------
    name : str
        As ``--data`` and `wta_np.load_data` take it.
    n_images : (int, int)
        How many there are for training and for testing.
    load : callable
        ``load(data_dir, progress)`` -> Dataset.
    find : callable, optional
        ``find(data_dir)`` -> the files and where each is or None. None for a data set without files.
    check_file : callable, optional
        ``check_file(file, path)`` -> a remark, often empty; ValueError if the file cannot be loaded.
    download : callable, optional
        ``download(data_dir, progress)`` gets what is missing.
    remarks : callable, optional
        ``remarks(data_dir)`` -> sentences on files that were found and are other ones, see `look_alikes`.
    origin : str
        Where its images come from if they are not downloaded, such as "in the package".
    is_small : bool
        Whether its files are read to their end for a list of what is there.
    """

    name: str
    n_images: tuple[int, int]
    load: Callable[[str | os.PathLike | None, bool], Dataset]
    find: Callable[[str | os.PathLike | None], Located] | None = None
    check_file: Callable[[RemoteFile, Path], str] | None = None
    download: Callable[[str | os.PathLike | None, bool], object] | None = None
    remarks: Callable[[str | os.PathLike | None], list[str]] = lambda data_dir: []
    origin: str = ""
    is_small: bool = False


def look_alikes(folders: Iterable[Path], known: Sequence[tuple[str, str]]) -> list[str]:
    """A sentence on each file that is often taken for one of a data set, and is another.

    Parameters
    ----------
    folders : iterable of Path
    known : sequence of (str, str)
        A pattern for the name in lower case, and what a file of this name is.

    Returns
    -------
    list of str
        At most three.
    """
    found = []
    for folder in folders:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        for name in names:
            words = next((words for pattern, words in known if fnmatchcase(name.lower(), pattern)), None)
            if words and not any(words in sentence for sentence in found):
                found.append(f"{folder / name} is {words}")
    return found[:MOST_REMARKS]
