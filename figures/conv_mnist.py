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
    title="CONV-WTA on MNIST in pictures",
    run=run,
    settings={"epochs": 10, "maps": 16, "images": 0},
    quick={"epochs": 1, "maps": 8, "images": 1000},
    minutes="about 10 minutes",
    readme=readme("conv16", "CONV-WTA, 16 maps, 5%, 10 epochs"),
    see="Every map has become a detector of one stroke. The rows of feature maps show one digit: the maps at test "
    "time; after spatial sparsity, with one winner in each map; after lifetime sparsity in a mini-batch; and "
    "pooled, as the SVM sees them.",
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
