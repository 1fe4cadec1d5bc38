"""FC-WTA on whitened colour patches of dead leaves: edges from images that are made on the spot.

wta-np reproduce patches_dead_leaves [--epochs 20] [--patches 100000] [--units 400]
"""

import sys

from figures.experiment import Experiment, script
from figures.patch_experiment import whitened_dictionary
from wta_np import load


def run(job):
    return whitened_dictionary(job, load("dead-leaves").x_train, "dead leaves", retain=0.95)


EXPERIMENT = Experiment(
    title="Patches of dead leaves: edges without photographs",
    run=run,
    settings={"epochs": 20, "patches": 100_000, "units": 400},
    quick={"epochs": 2, "patches": 2000, "units": 64},
    minutes="about 1 minute",
    data=None,
    see="The atoms are the same edges as from photographs. But the images show only disks that hide each other.",
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
