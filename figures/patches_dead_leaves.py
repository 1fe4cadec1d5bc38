"""FC-WTA on whitened colour patches of dead leaves: edges from images that are made on the spot.

    python figures/patches_dead_leaves.py [--epochs 20] [--patches 100000] [--units 400] [--seed 0]

Writes patches_dead_leaves.json and pictures beside itself. Ctrl-C, and the same command again, go on where it
stopped.
"""

import sys

from experiment import parse
from patch_experiment import whitened_dictionary

from wta_np import load

if __name__ == "__main__":
    arguments = parse(__doc__, epochs=20, data=None, patches=100_000, units=400)
    images = load("dead-leaves").x_train
    sys.exit(whitened_dictionary("patches_dead_leaves", images, "dead leaves", arguments, retain=0.95))
