"""RBM and WTA-RBM on all of MNIST: test errors beside the paper's, log-likelihoods, and filters.

    python figures/rbm_mnist.py [--data-dir DIR] [--epochs 30] [--seed 0]

Both have 1,000 units and the same budget; they differ in the constraint alone, which begins after a third
of the epochs. Writes rbm_mnist.json, rbm_mnist_filters.png and rbm_mnist_wta_filters.png beside itself.
Ctrl-C, and the same command again, go on where it stopped.
"""

import json
import math
import platform
import sys
import time
from pathlib import Path

import numpy as np
from experiment import HERE, parse

from wta_np import SGD, fit, load, plots, step_decay
from wta_np.evaluation import ais_log_z, dead_units, encode_batches, evaluate_features, log_likelihood
from wta_np.files import write_whole
from wta_np.models import RBM
from wta_np.ops import sample_bernoulli

UNITS, LR, MOMENTUM, BATCH = 1000, 0.05, 0.5, 100
MODELS = {  # name -> (lifetime sparsity, the paper's error, picture of the filters)
    "RBM": (None, 1.60, "rbm_mnist_filters.png"),
    "WTA-RBM": (0.3, 1.38, "rbm_mnist_wta_filters.png"),
}


def experiment(name, data, arguments):
    """Train and judge one machine: (results, picture of its filters); None if training was interrupted."""
    lifetime, paper, _ = MODELS[name]
    shape, data = data.image_shape, data.flat()
    steps = arguments.epochs * math.ceil(len(data.x_train) / BATCH)
    model = RBM(784, UNITS, lifetime, rng=arguments.seed, warm_up=steps // 3)
    history = fit(
        model,
        data.x_train,
        arguments.epochs,
        BATCH,
        SGD(LR, MOMENTUM),
        rng=arguments.seed,
        schedule=step_decay(),
        checkpoint=Path(arguments.runs) / f"{name.lower()}_mnist.npz",
        resume=True,
        about={"image_shape": list(shape)},
    )
    if history.interrupted:
        return None
    started = time.perf_counter()
    log_z = ais_log_z(model, 100, 5000, rng=arguments.seed, data=data.x_train, progress=True)
    binary = sample_bernoulli(data.x_test, np.random.default_rng(0))  # the same for both machines
    ais_seconds = time.perf_counter() - started
    z_train, z_test = (encode_batches(model, x, progress=True) for x in (data.x_train, data.x_test))
    features = evaluate_features(z_train, data.y_train, z_test, data.y_test)
    results = {
        "model": repr(model),
        "test error of a linear SVM on the features, %": round(features.test_error, 2),
        "paper's error, %": paper,
        "C": features.C,
        "held-out errors by C": features.choice.table,
        "log-likelihood of sampled test images, nats": round(log_likelihood(model, binary, log_z.value), 2),
        "log Z by AIS, and its standard error": [round(value, 3) for value in log_z],
        "mean probability of a hidden unit": round(float(z_test.mean()), 4),
        "dead units": dead_units(z_train),
        "training seconds": round(sum(history["seconds"])),
        "AIS seconds": round(ais_seconds),
        "SVM seconds": round(features.seconds),
        "losses": [round(loss, 4) for loss in history["loss"]],
    }
    return results, plots.dictionary(model.atoms, shape, n=144)


def main():
    arguments = parse(__doc__, epochs=30)
    data = load("mnist", arguments.data_dir)
    results = {
        "what": f"{UNITS} units, CD-1, {arguments.epochs} epochs, batch {BATCH}, learning rate {LR}, "
        f"momentum {MOMENTUM}; the constraint begins after a third of the epochs",
        "seed": arguments.seed,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }
    pictures = {}
    for name, (*_, picture) in MODELS.items():
        done = experiment(name, data, arguments)
        if done is None:
            return 130
        results[name], pictures[picture] = done
    with write_whole(HERE / "rbm_mnist.json", "w") as file:
        json.dump(results, file, indent=1)
    for picture, figure in pictures.items():
        plots.save_figure(figure, HERE / picture)
    print(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
