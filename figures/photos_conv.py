"""CONV-WTA on 48 x 48 patches of photographs, contrast-normalised; a second layer on its pooled maps.

    python figures/photos_conv.py --folder DIR [--epochs 10] [--patches 5000] [--maps 32] [--seed 0]

The photographs are yours: any folder of some dozens of PNG or JPEG images. Writes photos_conv.json and pictures
of what was learned, in which no photograph can be seen, beside itself. Ctrl-C, and the same command again, go on
where it stopped.
"""

import sys
import time
from pathlib import Path

import numpy as np
from experiment import parser_of, write_down
from patch_experiment import BATCH, orientation, selectivity_histogram, training

from wta_np import SGD, ConvWTA, fit, plots, step_decay
from wta_np.data.contrast import SIGMA, normalise_contrast
from wta_np.data.folder import ImageFolder
from wta_np.data.patches import random_patches
from wta_np.evaluation import encode_batches, explained_variance
from wta_np.models import Stack
from wta_np.ops import deconv2d_forward

NAME, SIZE, LIFETIME = "photos_conv", 48, 0.2
RATE, SECOND_RATE, SECOND_SIZE = 0.001, 0.0003, 7


def train(model, x, rate, name, arguments):
    """The history of a training that can be interrupted and resumed."""
    return fit(
        model,
        x,
        arguments.epochs,
        BATCH,
        SGD(rate, 0.9),
        rng=arguments.seed,
        schedule=step_decay(),
        checkpoint=Path(arguments.runs) / f"{name}.npz",
        resume=True,
    )


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


def main():
    parser = parser_of(__doc__, epochs=10, data=None, patches=5000, maps=32)
    parser.add_argument("--folder", required=True, help="where the photographs are")
    arguments = parser.parse_args()
    started = time.perf_counter()
    images = ImageFolder(arguments.folder)
    x = normalise_contrast(random_patches(images, arguments.patches, SIZE, arguments.seed, channels=1))
    prepared = time.perf_counter() - started
    first = ConvWTA(1, arguments.maps, n_layers=2, lifetime=LIFETIME, rng=arguments.seed)
    before = first.atoms.copy()
    history = train(first, x, RATE, f"{NAME}_1", arguments)
    if history.interrupted:
        return 130
    second = ConvWTA(
        arguments.maps,
        2 * arguments.maps,
        n_layers=1,
        decoder_size=SECOND_SIZE,
        lifetime=LIFETIME,
        rng=arguments.seed,
    )
    stack = Stack([first, second])
    z = encode_batches(stack.inputs, x, BATCH)  # (N, SIZE / 2, SIZE / 2, maps)
    z /= z.std()
    second.params["b_dec"][:] = z.mean(axis=(0, 1, 2))  # most of it: released maps are hardly ever zero
    second_history = train(second, z, SECOND_RATE, f"{NAME}_2", arguments)
    if second_history.interrupted:
        return 130
    results = {
        "what": f"CONV-WTA on {len(x):,} patches of {SIZE} x {SIZE} grey pixels from {len(images)} photographs, "
        f"local contrast normalised in a Gaussian window of {SIGMA:g} pixels",
        "seconds to cut and normalise": round(prepared, 1),
        "first layer": {**training(first, history, arguments, RATE), **orientation(first.atoms, before)},
        "second layer, on its maps pooled 2 x 2": {
            **training(second, second_history, arguments, SECOND_RATE),
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
    write_down(NAME, results, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
