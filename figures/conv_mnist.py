"""CONV-WTA with 16 maps on all of MNIST: the dictionary, feature maps, and the test error beside the paper's.

    python figures/conv_mnist.py [--data-dir DIR] [--epochs 10] [--seed 0]

Writes conv_mnist.json and pictures beside itself. Ctrl-C, and the same command again, go on where it stopped.
"""

import sys

from experiment import mnist_experiment, parse

from wta_np import ConvWTA

if __name__ == "__main__":
    sys.exit(
        mnist_experiment(
            "conv_mnist",
            lambda seed: ConvWTA(1, 16, n_layers=2, lifetime=0.05, rng=seed),
            lr=0.002,
            paper=1.02,
            arguments=parse(__doc__, epochs=10),
        )
    )
