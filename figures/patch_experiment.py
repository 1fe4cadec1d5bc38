"""What the scripts on natural images share: whiten patches, learn a dictionary, ask how oriented it is."""

import time

import numpy as np
from matplotlib.figure import Figure

from figures.recipes import trained
from wta_np import FCWTA, plots
from wta_np.backend import to_numpy
from wta_np.data.patches import random_patches
from wta_np.data.whitening import Whitening
from wta_np.evaluation import orientation_selectivity
from wta_np.evaluation.orientation import CLEAR

SIZE, BATCH, LIFETIME, RATE = 11, 100, 0.05, 0.02


def whitened_dictionary(job, images, what, retain):
    """FC-WTA on whitened patches of `images`: (results, figures).

    Parameters
    ----------
    job : Job
        With the settings patches, units and epochs.
    images : ndarray, shape (N, H, W, C)
    what : str
        Where the images are from.
    retain : float
        Share of the variance that whitening keeps.
    """
    started, s = time.perf_counter(), job.settings
    patches = random_patches(images, s.patches, SIZE, job.seed)
    whitening = Whitening("zca", retain).fit(patches)
    x = whitening.transform(patches).reshape(len(patches), -1)  # (N, D)
    prepared = time.perf_counter() - started
    model = FCWTA(x.shape[1], s.units, lifetime=LIFETIME, tied=True, rng=job.seed)
    before = whitening.as_images(model.atoms)
    about = {"image_shape": list(patches.shape[1:])}
    model, history = job.train(model, x, job.seed, s.epochs, RATE, about=about)
    atoms = whitening.as_images(model.atoms)
    results = {
        "what": f"FC-WTA on {len(x):,} ZCA-whitened patches of {SIZE} x {SIZE} pixels in colour, from {what}",
        "variance that whitening keeps, %": 100 * retain,
        "directions that it keeps": f"{whitening.variances.size} of {whitening.mean.size}",
        "seconds to cut and whiten": round(prepared, 1),
        **training(model, history, RATE),
        **orientation(atoms, before),
        "colour atoms (more colour than grey in them), %": round(100 * float(colour_atoms(atoms).mean()), 1),
    }
    figures = {
        "dictionary": plots.dictionary(atoms, patches.shape[1:], n=196),
        "selectivity": selectivity_histogram(atoms, before),
        "learning_curve": plots.learning_curve(history),
    }
    return results, figures


def training(model, history, rate):
    """The rows of a table on how a model was trained."""
    return {
        "model": repr(model),
        "epochs, batch, learning rate": [len(history), BATCH, rate],
        **trained(history),
    }


def orientation(atoms, before):
    """The rows on how oriented atoms are, after training and before."""
    selectivity = orientation_selectivity(atoms)
    quartiles = np.quantile(selectivity, [0.25, 0.5, 0.75])
    return {
        f"oriented atoms (selectivity of at least {CLEAR}), %": round(
            100 * float((selectivity >= CLEAR).mean()), 1
        ),
        "the same before training, %": round(
            100 * float((orientation_selectivity(before) >= CLEAR).mean()), 1
        ),
        "quartiles of the selectivity": [round(float(q), 3) for q in quartiles],
    }


def colour_atoms(atoms):
    """Which atoms (M, H, W, 3) have more power in the differences between channels than in their mean."""
    grey = atoms.mean(axis=3, keepdims=True)
    power = ((atoms - grey) ** 2).sum(axis=(1, 2, 3)), 3 * (grey**2).sum(axis=(1, 2, 3))
    return power[0] > power[1]


def selectivity_histogram(atoms, before):
    """How oriented atoms are, after training and before."""
    figure = Figure(figsize=(7, 3.4), layout="constrained")
    axes = figure.subplots()
    for label, some in (("before training", before), ("after", atoms)):
        axes.hist(orientation_selectivity(to_numpy(some)), np.linspace(0, 1, 41), alpha=0.6, label=label)
    axes.axvline(CLEAR, color="black", ls=":", label="clear orientation")
    axes.set(xlabel="orientation selectivity", ylabel="atoms", xlim=(0, 1))
    axes.legend()
    return figure
