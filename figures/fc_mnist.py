"""FC-WTA on all of MNIST: the dictionary, and the test error beside the paper's.

wta-np reproduce fc_mnist [--data-dir DIR] [--epochs 30]
"""

import sys

from figures.experiment import Experiment, script
from figures.single import readme, single
from wta_np import FCWTA


def run(job):
    model = FCWTA(784, job.settings.units, lifetime=0.05, tied=True, rng=job.seed)
    return single(job, model, lr=0.02, paper=1.20, pixels=True)


EXPERIMENT = Experiment(
    title="FC-WTA on MNIST in pictures",
    run=run,
    settings={"epochs": 30, "units": 2000, "images": 0},
    quick={"epochs": 2, "units": 200, "images": 2000},
    minutes="about 15 minutes",
    readme=readme("fc", "FC-WTA, 2,000 tied units, 5%, 30 epochs"),
    see="Units become strokes. Without the constraint, as at test time, a unit is active on many more images than "
    "in training.",
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
