"""FC-WTA dictionaries at four lifetime sparsities: too dense, right, too sparse.

    wta-np reproduce sparsity_levels [--data-dir DIR] [--levels 0.5 0.2 0.05 0.01]

The same model and training but for the share of a mini-batch on which a unit may be active, at a rate at which the
dense ones keep their units alive: at 0.02 two thirds of them die. A linear SVM that is fitted to 10,000 images and
scored on 10,000 others, none of them test images, says what each dictionary is good for.
"""

import sys

from matplotlib.figure import Figure

from figures.experiment import Experiment, script
from figures.recipes import fc
from figures.scoring import held_out_error
from figures.tables import markdown
from wta_np import plots
from wta_np.evaluation import encode_batches, explained_variance, lifetime_sparsity

FIXED_C = 1.0  # times 1 / mean |z|^2


def run(job):
    s, todo, models = job.settings, [], {}
    recipe = {name: getattr(s, name) for name in ("units", "epochs", "lr", "tied")}
    x = job.data.flat().x_train

    def model_of(level):
        if level not in models:
            models[level] = fc(job, x, job.seed, lifetime=level, **recipe)
        return models[level]

    for level in s.levels:
        settings = {"lifetime": level, "seed": job.seed, "scored": s.scored, **recipe}
        todo.append((f"{level:.0%}", settings, lambda level=level: measure(job, x, *model_of(level))))
    rows = job.rows(todo)
    atoms = {f"{level:.0%} of a mini-batch": model_of(level)[0].atoms for level in s.levels}
    return {"rows": rows}, {"": side_by_side(atoms, job.data.image_shape)}


def measure(job, x, model, row):
    """A row: what an SVM on the last images of the training set makes of the codes, and how sparse they are."""
    n, y = min(job.settings.scored, len(x) // 2), job.data.y_train
    z = encode_batches(model, x[-2 * n :])
    batch = x[:100]
    return {
        **row,
        "held-out error, %": round(held_out_error(z[:n], y[-2 * n : -n], z[n:], y[-n:], FIXED_C), 2),
        "explained variance of a mini-batch, %": round(
            100 * explained_variance(batch, model.reconstruct(batch)), 1
        ),
        "released lifetime sparsity, %": round(100 * float(lifetime_sparsity(z).mean()), 1),
    }


def side_by_side(atoms, image_shape, n=64, columns=2):
    """One picture of several dictionaries, each under its label."""
    rows = -(-len(atoms) // columns)
    figure = Figure(figsize=(4.2 * columns, 4.5 * rows), layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in places:
        axes.axis("off")
    for axes, (label, some) in zip(places, atoms.items()):
        page = plots.atom_page(some, image_shape, n)
        axes.imshow(page.squeeze(), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        axes.set_title(label)
    return figure


def text(results):
    rows = sorted(results["rows"].values(), key=lambda row: -row["settings"]["lifetime"])
    lines = [
        [
            f"{row['settings']['lifetime']:.0%}",
            f"{row['held-out error, %']:.2f}%",
            f"{row['dead units, %']:.1f}%",
            f"{row['explained variance of a mini-batch, %']:.1f}%",
            f"{row['released lifetime sparsity, %']:.1f}%",
        ]
        for row in rows
    ]
    head = [
        "lifetime sparsity",
        "held-out error",
        "dead units",
        "explained, constrained",
        "active when released",
    ]
    return markdown(head, lines)


EXPERIMENT = Experiment(
    title="Four lifetime sparsities",
    run=run,
    settings={
        "levels": [0.5, 0.2, 0.05, 0.01],
        "units": 2000,
        "epochs": 30,
        "lr": 0.01,
        "tied": True,
        "scored": 10_000,
        "images": 0,
    },
    quick={"units": 200, "epochs": 3, "scored": 500, "images": 2000},
    minutes="about 20 minutes",
    text=text,
    see="Too dense: blobs and points, which any reconstruction can use a little. Right: strokes. Too sparse: "
    "whole digits, each of which fits few images.",
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
