"""FC-WTA on all of MNIST: the dictionary, and the test error beside the paper's.

    python figures/fc_mnist.py [--data-dir DIR] [--epochs 30] [--seed 0]

Writes fc_mnist.json and pictures beside itself. Ctrl-C, and the same command again, go on where it stopped.
"""

import sys

from experiment import mnist_experiment, parse

from wta_np import FCWTA

if __name__ == "__main__":
    sys.exit(
        mnist_experiment(
            "fc_mnist",
            lambda seed: FCWTA(784, 2000, lifetime=0.05, tied=True, rng=seed),
            lr=0.02,
            paper=1.20,
            arguments=parse(__doc__, epochs=30),
            beside=("pixels",),
        )
    )
