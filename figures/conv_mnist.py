"""CONV-WTA with 16 maps on all of MNIST: the dictionary, feature maps, and the test error beside the paper's.

wta-np reproduce conv_mnist [--data-dir DIR] [--epochs 10]
"""

import sys

from figures.experiment import Experiment, script
from figures.single import readme, single
from wta_np import ConvWTA


def run(job):
    model = ConvWTA(1, job.settings.maps, n_layers=2, lifetime=0.05, rng=job.seed)
    return single(job, model, lr=0.002, paper=1.02)


EXPERIMENT = Experiment(
    run=run,
    settings={"epochs": 10, "maps": 16, "images": 0},
    quick={"epochs": 1, "maps": 8, "images": 1000},
    minutes="about 10 minutes",
    readme=readme("conv16", "CONV-WTA, 16 maps, 5%, 10 epochs"),
    see="Every map has become a detector of one stroke. The rows of maps are those at test time, the one winner that "
    "spatial sparsity leaves of each, those of them that lifetime sparsity leaves in a mini-batch, and the pooled "
    "maps that the SVM sees.",
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
