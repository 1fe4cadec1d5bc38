"""FC-WTA on all of MNIST: the dictionary, and the test error beside the paper's (its table 1).

    python figures/fc_mnist.py [--data-dir DIR] [--epochs 30] [--seed 0]

Writes fc_mnist.json, fc_mnist_dictionary.png, fc_mnist_learning_curve.png and fc_mnist_activity.png beside
itself. Ctrl-C, and the same command again, go on where it stopped. Takes some minutes on two cores.
"""

import argparse
import json
import platform
import sys
from pathlib import Path

from wta_np import FCWTA, SGD, fit, load, plots, step_decay
from wta_np.commands import draw
from wta_np.evaluation import dead_units, encode_batches, evaluate_features
from wta_np.files import write_whole

HERE = Path(__file__).parent
UNITS, LIFETIME, LR = 2000, 0.05, 0.02


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data-dir")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", default="runs/fc_mnist.npz", help="checkpoint (%(default)s)")
    arguments = parser.parse_args()

    data = load("mnist", arguments.data_dir)
    shape, data = data.image_shape, data.flat()
    model = FCWTA(784, UNITS, LIFETIME, tied=True, rng=arguments.seed)
    history = fit(
        model,
        data.x_train,
        arguments.epochs,
        optimizer=SGD(LR, 0.9),
        rng=arguments.seed,
        schedule=step_decay(),
        checkpoint=arguments.run,
        resume=True,
        about={"image_shape": list(shape)},
    )
    if history.interrupted:
        return 130
    z_train, z_test = (encode_batches(model, x) for x in (data.x_train, data.x_test))
    features = evaluate_features(z_train, data.y_train, z_test, data.y_test)
    pixels = evaluate_features(data.x_train, data.y_train, data.x_test, data.y_test)
    results = {
        "what": f"{UNITS} tied units, lifetime sparsity {LIFETIME:.0%}, {arguments.epochs} epochs, batch 100",
        "test error of a linear SVM on the features, %": round(features.test_error, 2),
        "test error of a linear SVM on raw pixels, %": round(pixels.test_error, 2),
        "paper's error, %": 1.20,
        "C": features.C,
        "held-out errors by C": features.choice.table,
        "training seconds": round(sum(history["seconds"])),
        "SVM seconds": round(features.seconds),
        "dead units": dead_units(z_train),
        "loss": history["loss"][-1],
        "seed": arguments.seed,
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }
    with write_whole(HERE / "fc_mnist.json", "w") as file:
        json.dump(results, file, indent=1)
    figures = {**draw(model, data.x_test[:1000], shape), "learning_curve": plots.learning_curve(history)}
    for name in ("dictionary", "activity", "learning_curve"):
        plots.save_figure(figures[name], HERE / f"fc_mnist_{name}.png")
    print(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
