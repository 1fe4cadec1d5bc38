"""Draw the package's sample from MNIST: ``python -m wta_np.data.make_sample --data-dir DIR``.

The images are drawn without replacement and stay in the order in which they were drawn, so that the first
n of the sample are a random draw from MNIST too. Classes are not balanced.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from wta_np.data.idx import write_idx
from wta_np.data.mnist import FILE_NAMES, read_verified
from wta_np.data.sample import FOLDER

SEED = 2015
N_TRAIN = 10_000
N_TEST = 2_000


def draw_sample(
    x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray, y_test: np.ndarray
) -> list[np.ndarray]:
    """The sample's four arrays from MNIST's: always the same images, in the same order."""
    rng = np.random.default_rng(SEED)
    train = rng.choice(len(x_train), N_TRAIN, replace=False)
    test = rng.choice(len(x_test), N_TEST, replace=False)
    return [x_train[train], y_train[train], x_test[test], y_test[test]]


def main(argv: Sequence[str] | None = None) -> None:
    """Write the sample's four files."""
    parser = argparse.ArgumentParser(prog="python -m wta_np.data.make_sample", description=__doc__)
    parser.add_argument("--data-dir", help="folder with MNIST's files, in it or in its subfolder mnist")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to write (default: %(default)s)")
    args = parser.parse_args(argv)
    try:
        arrays = draw_sample(*read_verified("mnist", args.data_dir))
        args.out.mkdir(parents=True, exist_ok=True)
        for name, array in zip(FILE_NAMES, arrays):
            write_idx(args.out / name, array)
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
