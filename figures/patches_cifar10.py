"""FC-WTA on whitened colour patches of CIFAR-10: oriented edges and colour blobs.

wta-np reproduce patches_cifar10 [--data-dir DIR] [--epochs 20] [--patches 100000] [--units 400]
"""

import sys

from figures.experiment import Experiment, script
from figures.patch_experiment import whitened_dictionary


def run(job):
    return whitened_dictionary(job, job.data.x_train, "the training images of CIFAR-10", retain=0.99)


EXPERIMENT = Experiment(
    title="Patches of CIFAR-10: edges and colours",
    run=run,
    settings={"epochs": 20, "patches": 100_000, "units": 400},
    quick={"epochs": 2, "patches": 2000, "units": 64},
    minutes="about 1 minute",
    data="cifar10",
    see="The atoms are edges of all orientations, and blobs of opponent colours. Orientation selectivity is 1 for "
    "a grating and 0 for a spot.",
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
