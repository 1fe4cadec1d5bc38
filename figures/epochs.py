"""How many epochs does it take? Held-out error against epochs and seconds, at five lifetime sparsities.

    wta-np reproduce epochs [--data-dir DIR] [--rows fc conv] [--levels 0.01 0.02 0.05 0.2 1]

The paper does not say how long it trained. FC-WTA and CONV-WTA learn at a constant rate; at some epochs a linear SVM
with a fixed C is fitted to the features of 10,000 training images and scored on 10,000 others that neither it nor the
autoencoder has seen. No test image is used. A training goes on from one point to the next, and each point is kept.
"""

import sys

import numpy as np

from figures.epochs_report import curves, draw, text
from figures.experiment import Experiment, script
from figures.scoring import encode, held_out_error, scale_in_place
from wta_np import FCWTA, ConvWTA

FIXED_C = {"fc": 1.0, "conv": 16.0}  # times 1 / mean |z|^2; about what is chosen when all is trained
POINTS = [0, 1, 2, 3, 5, 8, 12, 20]


def run(job):
    s, todo = job.settings, []
    job.data  # noqa: B018  rows keep the number of its images
    for kind in s.rows:
        for level in s.levels:
            settings = {"kind": kind, "lifetime": level, "seed": job.seed, "scored": s.scored}
            settings |= {
                "lr": s.lr if kind == "fc" else s.conv_lr,
                "size": s.units if kind == "fc" else s.maps,
            }
            last = s.epochs if kind == "fc" else s.conv_epochs
            for epochs in [point for point in POINTS if point <= last]:
                name = f"{kind}, {level:.0%}, epoch {epochs}"
                point = {**settings, "epochs": epochs}
                todo.append((name, point, lambda point=point: measure(job, point)))
    rows = job.rows(todo)
    return {"rows": rows, "answer": text({"rows": rows})}, {"": draw(curves({"rows": rows}))}


def measure(job, point):
    """A row: train to this epoch from the last one that was reached, and score."""
    data, n, seed = job.data, point["scored"], point["seed"]
    x = data.flat().x_train if point["kind"] == "fc" else data.x_train
    learned = x[:-n]  # the last n are held out, the n before them are what the SVM is fitted to
    make = {
        "fc": lambda: FCWTA(x.shape[1], point["size"], lifetime=point["lifetime"], tied=True, rng=seed),
        "conv": lambda: ConvWTA(x.shape[3], point["size"], 2, lifetime=point["lifetime"], rng=seed),
    }
    model, row = make[point["kind"]](), {"seconds of epochs": [], "losses": [], "updates": []}
    if point["epochs"]:
        model, history = job.train(model, learned, seed, point["epochs"], point["lr"], schedule="constant")
        row = {
            "seconds of epochs": [round(seconds, 2) for seconds in history["seconds"]],
            "losses": [round(loss, 4) for loss in history["loss"]],
            # positive winners of a unit, or map, in each epoch: every one is an update of its weights
            "updates": [round(share * len(learned), 1) for share in history["sparsity"]],
            "dead units, %": round(100 * history["dead"][-1], 2),
        }
    z_fit, z_held = encode(model.features, x[-2 * n : -n], x[-n:])
    if model.outputs_maps:
        scale_in_place(z_fit, z_held)
    y = data.y_train
    error = held_out_error(z_fit, y[-2 * n : -n], z_held, y[-n:], FIXED_C[point["kind"]])
    return {"held-out error, %": None if np.isnan(error) else round(error, 2), **row}


EXPERIMENT = Experiment(
    title="How many epochs it takes",
    run=run,
    settings={
        "rows": ["fc", "conv"],
        "levels": [0.01, 0.02, 0.05, 0.2, 1.0],
        "epochs": 20,
        "conv_epochs": 12,
        "units": 2000,
        "maps": 16,
        "lr": 0.01,
        "conv_lr": 0.002,
        "scored": 10_000,
        "images": 0,
    },
    quick={"levels": [0.02, 0.2], "epochs": 3, "conv_epochs": 2, "units": 200, "maps": 4}
    | {"scored": 300, "images": 1500},
    minutes="about 60 minutes: 20 for fc, 40 for conv",
    text=text,
    see="Epoch 0, at the left of each curve, is the error with random weights. The third panel counts the winners "
    "above zero of a unit, or map, in an epoch: each of them updates its weights. Seconds are the number of "
    "epochs times the shortest epoch of a training, so other work of the machine is left out.",
    choices={"rows": ["fc", "conv"]},
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
