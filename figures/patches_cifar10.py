"""FC-WTA on whitened colour patches of CIFAR-10: oriented edges and colour blobs.

    python figures/patches_cifar10.py [--data-dir DIR] [--epochs 20] [--patches 100000] [--units 400] [--seed 0]

Writes patches_cifar10.json and pictures beside itself. Ctrl-C, and the same command again, go on where it stopped.
"""

import sys

from experiment import parse
from patch_experiment import whitened_dictionary

from wta_np import load

if __name__ == "__main__":
    arguments = parse(__doc__, epochs=20, data="CIFAR-10", patches=100_000, units=400)
    images = load("cifar10", arguments.data_dir).x_train
    what = "the training images of CIFAR-10"
    sys.exit(whitened_dictionary("patches_cifar10", images, what, arguments, retain=0.99))
