"""One autoencoder on MNIST: train it, score it by a linear SVM, draw it. What fc_mnist and conv_mnist share."""

from figures.experiment import ReadmeRow
from figures.recipes import trained
from figures.scoring import encode
from wta_np import plots
from wta_np.evaluation import evaluate_features
from wta_np.model_figures import draw

ERROR = "test error of a linear SVM on the features, %"
PAPER = "paper's error, %"
PIXELS = "test error of a linear SVM on raw pixels, %"


def single(job, model, lr, paper, pixels=False):
    """(results, figures) of a model that is trained on all images; `pixels` measures raw pixels, too."""
    data, epochs = job.data, job.settings.epochs
    x_train, x_test = (model.as_input(x) for x in (data.x_train, data.x_test))
    about = {"image_shape": list(data.image_shape)}
    model, history = job.train(model, x_train, job.seed, epochs, lr, about=about)
    z_train, z_test = encode(model.features, x_train, x_test)
    found = evaluate_features(z_train, data.y_train, z_test, data.y_test, unit_scale=model.outputs_maps)
    results = {
        "model": repr(model),
        "epochs, learning rate": [epochs, lr],
        ERROR: round(found.test_error, 2),
        PAPER: paper,
        "C": found.C,
        "held-out errors by C": found.choice.table,
        **trained(history),
        "SVM seconds": round(found.seconds),
    }
    if pixels:
        flat = data.flat()
        found = evaluate_features(flat.x_train, flat.y_train, flat.x_test, flat.y_test)
        results[PIXELS] = round(found.test_error, 2)
    figures = {**draw(model, x_test[:200], data.image_shape), "learning_curve": plots.learning_curve(history)}
    return results, figures


def readme(key, label):
    """A function of results -> rows for README."""

    def rows(results):
        pixels = [f"{results[PIXELS]:.2f}%"] if PIXELS in results else []
        found = [ReadmeRow("pixels", "raw pixels", error, "") for error in pixels]
        error, paper = f"{results[ERROR]:.2f}%", f"{results[PAPER]:.2f}%"
        return [*found, ReadmeRow(key, label, error, paper, 1, results["training seconds"])]

    return rows
