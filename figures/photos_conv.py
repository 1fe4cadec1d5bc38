"""CONV-WTA on 48 x 48 patches of photographs, contrast-normalised; a second layer on its pooled maps.

    wta-np reproduce photos_conv --folder DIR [--epochs 10] [--patches 5000] [--maps 32]

The photographs are yours: any folder of some dozens of PNG or JPEG images. In the pictures that are written no
photograph can be seen. With --quick and no folder, dead leaves stand in for them.
"""

import sys
import time

import numpy as np

from figures.experiment import Experiment, script
from figures.patch_experiment import BATCH, orientation, selectivity_histogram, training
from wta_np import ConvWTA, load, plots
from wta_np.data.contrast import SIGMA, normalise_contrast
from wta_np.data.folder import ImageFolder
from wta_np.data.patches import random_patches
from wta_np.evaluation import encode_batches, explained_variance
from wta_np.models import Stack
from wta_np.ops import deconv2d_forward

SIZE, LIFETIME = 48, 0.2
RATE, SECOND_RATE, SECOND_SIZE = 0.001, 0.0003, 7


def in_pixels(stack):
    """What each unit of the second layer would paint: its atom, unpooled, through the first dictionary.

    Pooling by two forgets where in a window the winner was: it is put into the corner.
    """
    below, atoms = stack.models[0], stack.atoms
    n, height, width, maps = atoms.shape
    border = below.decoder_size // 2
    z = np.zeros((n, 2 * height + 2 * border, 2 * width + 2 * border, maps), atoms.dtype)
    z[:, border : border + 2 * height : 2, border : border + 2 * width : 2] = atoms
    return deconv2d_forward(z, below.params["W_dec"], np.zeros_like(below.params["b_dec"]))


def photographs(job):
    """(images, what they are)."""
    if job.settings.folder:
        images = ImageFolder(job.settings.folder)
        return images, f"{len(images)} photographs"
    if job.quick:
        return load("dead-leaves").x_train, "dead leaves"
    raise ValueError("--folder is not given, expected a folder of photographs")


def run(job):
    started, s = time.perf_counter(), job.settings
    images, what = photographs(job)
    x = normalise_contrast(random_patches(images, s.patches, SIZE, job.seed, channels=1))
    prepared = time.perf_counter() - started
    first = ConvWTA(1, s.maps, n_layers=2, lifetime=LIFETIME, rng=job.seed)
    before = first.atoms.copy()
    first, history = job.train(first, x, job.seed, s.epochs, RATE)
    second = ConvWTA(
        s.maps, 2 * s.maps, n_layers=1, decoder_size=SECOND_SIZE, lifetime=LIFETIME, rng=job.seed
    )
    stack = Stack([first, second])
    z = encode_batches(stack.inputs, x, BATCH)  # (N, SIZE / 2, SIZE / 2, maps)
    z /= z.std()
    second.params["b_dec"][:] = z.mean(axis=(0, 1, 2))  # most of it: released maps are hardly ever zero
    second, second_history = job.train(second, z, job.seed, s.epochs, SECOND_RATE)
    results = {
        "what": f"CONV-WTA on {len(x):,} patches of {SIZE} x {SIZE} grey pixels from {what}, "
        f"local contrast normalised in a Gaussian window of {SIGMA:g} pixels",
        "seconds to cut and normalise": round(prepared, 1),
        "first layer": {**training(first, history, RATE), **orientation(first.atoms, before)},
        "second layer, on its maps pooled 2 x 2": {
            **training(second, second_history, SECOND_RATE),
            "explained variance of a mini-batch, %": round(
                100 * explained_variance(z[:BATCH], second.reconstruct(z[:BATCH])), 1
            ),
        },
    }
    figures = {
        "dictionary": plots.dictionary(first.atoms, x.shape[1:]),
        "selectivity": selectivity_histogram(first.atoms, before),
        "learning_curve": plots.learning_curve(history),
        "second_layer": plots.dictionary(in_pixels(stack), (), n=144),
        "second_learning_curve": plots.learning_curve(second_history),
    }
    return results, figures


EXPERIMENT = Experiment(
    title="CONV-WTA on photographs, in two layers",
    run=run,
    settings={"folder": None, "epochs": 10, "patches": 5000, "maps": 32},
    quick={"epochs": 1, "patches": 200, "maps": 8},
    minutes="about 5 minutes",
    data=None,
    see="The first layer has edges and bars. The second layer, drawn in pixels through the first, has corners, "
    "parallel lines and longer contours.",
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
