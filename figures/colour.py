"""What cifar10 and svhn share: CONV-WTA, a stacked one, and a dictionary of patches with convolutional pooling."""

from dataclasses import replace

import numpy as np

from figures.experiment import Experiment, ReadmeRow
from figures.recipes import conv, conv_on_maps, fc
from figures.scoring import encode, scale_in_place, score_features, score_layers
from figures.table2 import pooled_layers
from figures.tables import markdown, ordered, standard_error
from wta_np.data.contrast import normalise_contrast
from wta_np.data.patches import random_patches
from wta_np.data.whitening import Whitening
from wta_np.ops import conv2d_forward

ROWS = {
    "pixels": "raw pixels",
    "patches": "FC-WTA dictionary of patches, pooled",
    "conv": "CONV-WTA",
    "stacked": "stacked CONV-WTA",
}
SETTINGS = {
    "rows": list(ROWS),
    "images": 0,
    "learn": 20_000,
    "maps": 64,
    "layers": 2,
    "epochs": 5,
    "lr": 0.0005,
    "lifetime": 0.05,
    "pool": "8/6",
    "second_maps": 128,
    "second_epochs": 5,
    "second_lr": 0.0003,
    "units": 400,
    "patch": 7,
    "patches": 100_000,
    "patch_epochs": 20,
}
QUICK = {"images": 1000, "learn": 500, "maps": 8, "epochs": 1, "second_maps": 8, "second_epochs": 1}
QUICK |= {"units": 50, "patches": 2000, "patch_epochs": 2}
CONV = ("learn", "maps", "layers", "epochs", "lr", "lifetime", "pool")
OWN = {  # the settings that a row depends on
    "pixels": (),
    "patches": ("units", "patch", "patches", "patch_epochs", "lifetime"),
    "conv": CONV,
    "stacked": (*CONV, "second_maps", "second_epochs", "second_lr"),
}


def run(job):
    s, todo = job.settings, []
    window_and_stride("--pool", s.pool)  # before hours of training
    job.data  # noqa: B018  rows keep the number of its images
    for kind in s.rows:
        settings = {"kind": kind, "seed": job.seed, **{name: getattr(s, name) for name in OWN[kind]}}
        todo.append((kind, settings, lambda kind=kind: MEASURE[kind](job)))
    return {"rows": job.rows(todo)}, {}


def window_and_stride(option, text):
    """(8, 6) of "8/6"; ValueError naming the option."""
    parts = text.split("/")
    if len(parts) != 2 or not all(part.isdecimal() and int(part) for part in parts):
        raise ValueError(f"{option} is {text!r}, expected a window and a stride in pixels, such as 8/6")
    return int(parts[0]), int(parts[1])


def pixels(job):
    data = job.data.flat()
    return score_features(data.x_train, data.y_train, data.x_test, data.y_test)


def patches(job):
    """A dense dictionary, learned from whitened patches and then used as filters at every position.

    Whitening is linear, so that it goes into the filters: with ``y = (x - m) T`` and ``a = y W + b`` they are
    ``T W``, and the biases ``b - m T W``. Codes are averaged over the quarters of the image.
    """
    s, data = job.settings, job.data
    some = random_patches(data.x_train, s.patches, s.patch, job.seed)
    whitening = Whitening("zca", 0.99).fit(some)
    x = whitening.transform(some).reshape(len(some), -1)  # (n, D)
    model, row = fc(job, x, job.seed, s.units, s.lifetime, s.patch_epochs)
    T = (whitening.directions / np.sqrt(whitening.variances + whitening.epsilon)) @ whitening.directions.T
    W = T @ model.params["W_enc"]  # (D, M), the rows in the order of a patch's pixels
    b = (model.params["b_enc"] - whitening.mean @ W).astype(np.float32)
    W = W.astype(np.float32).reshape(*some.shape[1:], s.units)  # (patch, patch, C, M)

    def features(images):
        h = np.maximum(conv2d_forward(images, W, b), 0)  # (N, H, W, M)
        for axis in (1, 2):
            h = np.add.reduceat(h, [0, h.shape[axis] // 2], axis=axis)
        return h.reshape(len(h), -1)  # (N, 2 * 2 * M)

    z_train, z_test = encode(features, data.x_train, data.x_test)
    scale_in_place(z_train, z_test)
    return {**row, **score_features(z_train, data.y_train, z_test, data.y_test)}


def convolutional(job, stacked=False):
    """One or two layers of CONV-WTA on images whose local contrast is normalised."""
    s, data = job.settings, job.data
    pool, stride = window_and_stride("--pool", s.pool)
    coarse = (pool + 1) // 2, (stride + 1) // 2  # of maps half as large: as much of an image
    x_train, x_test = (normalise_contrast(x) for x in (data.x_train, data.x_test))
    learned = x_train[: s.learn]
    model, row = conv(job, learned, job.seed, s.maps, s.layers, s.lifetime, s.epochs, s.lr)

    layers = [model.features]
    if stacked:
        top = s.second_maps, s.lifetime, s.second_epochs, s.second_lr
        second, _, second_row = conv_on_maps(job, model, learned, job.seed, *top)
        layers, row = [model.features, lambda x, *_: second(x, *coarse)], {**row, **second_row}
    normal = replace(data, x_train=x_train, x_test=x_test)
    zs = pooled_layers(layers, normal, pool, stride)
    return {**row, **score_layers(zs, data.y_train, data.y_test)}


MEASURE = {
    "pixels": pixels,
    "patches": patches,
    "conv": convolutional,
    "stacked": lambda job: convolutional(job, stacked=True),
}


def label(row):
    s = row["settings"]
    what = ROWS[s["kind"]]
    if s["kind"] == "patches":
        return f"{what}, {s['units']} units, {s['patch']} x {s['patch']}, {s['patch_epochs']} epochs"
    if s["kind"] == "pixels":
        return what
    maps = f"{s['maps']} and {s['second_maps']}" if s["kind"] == "stacked" else f"{s['maps']}"
    epochs = f"{s['epochs']} and {s['second_epochs']}" if s["kind"] == "stacked" else f"{s['epochs']}"
    return f"{what}, {maps} maps, {epochs} epochs, learned from {min(s['learn'], s['images']):,} images"


N_TEST = {"cifar10": 10_000, "svhn": 26_032}
NAMES = {"cifar10": "CIFAR-10", "svhn": "SVHN"}


def colour_experiment(data, paper, minutes, remark=""):
    """The Experiment on a data set, beside the paper's accuracies by kind of row."""

    def readme(results):
        return [
            ReadmeRow(
                row["settings"]["kind"],
                label(row),
                f"{100 - row['test error, %']:.1f}%",
                paper.get(row["settings"]["kind"], ""),
                1,
                (row.get("training seconds", 0) + row.get("second training seconds", 0)) or None,
            )
            for row in ordered(results, ROWS)
        ]

    def text(results):
        lines = []
        for row, (_, what, here, paper, seeds, seconds) in zip(ordered(results, ROWS), readme(results)):
            error = f"{standard_error(row['test error, %'], N_TEST[data]):.1f}"
            numbers = f"{row['features']:,}", f"{seconds or 0:.0f}", f"{row['SVM seconds']:.0f}"
            lines.append([what, here, error, paper, seeds, *numbers])
        head = ["features", "test accuracy", "standard error", "paper", "seeds", "number of features"]
        return markdown([*head, "training, s", "SVM, s"], lines)

    return Experiment(
        title=f"{NAMES[data]}: test accuracy",
        run=run,
        settings=SETTINGS,
        quick=QUICK,
        minutes=minutes,
        data=data,
        text=text,
        readme=readme,
        see="These models have fewer maps than the paper's, and learn from fewer images, as each line says."
        + remark,
        choices={"rows": list(ROWS)},
    )
