"""CONV-WTA with spatial sparsity only, and with 20% and 5% lifetime sparsity on top: dictionaries, maps, images.

    wta-np reproduce conv_sparsity [--data-dir DIR] [--levels 1 0.2 0.05]

A lifetime sparsity of 1 is spatial sparsity alone: every map has one winner in every image.
"""

import sys

import numpy as np

from figures.experiment import Experiment, script
from figures.recipes import conv
from figures.sparsity_levels import side_by_side
from figures.tables import markdown
from wta_np import plots
from wta_np.backend import to_numpy
from wta_np.evaluation import explained_variance
from wta_np.evaluation.orientation import orientation_selectivity
from wta_np.ops import spatial_forward


def run(job):
    s, todo, models = job.settings, [], {}
    recipe = {"maps": s.maps, "layers": s.layers, "epochs": s.epochs, "lr": s.lr}
    x = job.data.x_train

    def model_of(level):
        if level not in models:
            models[level] = conv(job, x, job.seed, lifetime=level, **recipe)
        return models[level]

    for level in s.levels:
        settings = {"lifetime": level, "seed": job.seed, **recipe}
        todo.append((f"{level:.0%}", settings, lambda level=level: measure(x[:100], *model_of(level))))
    rows = job.rows(todo)
    images = job.data.x_test[:100]  # one mini-batch: the constraint is across it
    trained = {level: model_of(level)[0] for level in s.levels}
    figures = {"dictionary": side_by_side({name(v): m.atoms for v, m in trained.items()}, (), columns=3)}
    sparsest = trained[min(trained)]
    figures["feature_maps"] = stages(sparsest, images)
    figures["reconstructions"] = reconstructions(sparsest, images)
    return {"rows": rows}, figures


def name(level):
    return "spatial only" if level == 1 else f"spatial, {level:.0%} lifetime"


def measure(batch, model, row):
    """A row: what the winners explain, and how local and oriented the atoms are."""
    return {
        **row,
        "explained variance of a mini-batch, %": round(
            100 * explained_variance(batch, model.reconstruct(batch)), 1
        ),
        "side of an atom, pixels": round(float(np.median(extent(model.atoms))), 2),
        "median orientation selectivity": round(float(np.median(orientation_selectivity(model.atoms))), 3),
    }


def extent(atoms):
    """Root mean square distance of each atom's power from its centre, times 2: pixels."""
    power = (to_numpy(atoms).astype(np.float64) ** 2).sum(axis=3)  # (F, H, W)
    power /= np.maximum(power.sum(axis=(1, 2), keepdims=True), 1e-30)
    y, x = np.mgrid[: power.shape[1], : power.shape[2]]
    spread = 0
    for axis in (y, x):
        centre = (power * axis).sum(axis=(1, 2))
        spread = spread + (power * (axis - centre[:, None, None]) ** 2).sum(axis=(1, 2))
    return 2 * np.sqrt(spread)


def stages(model, x):
    """Maps of the image with most winners: while training, when released, pooled."""
    h, winners = model.encode(x), model.winners(x).dense()
    i = int((winners > 0).sum(axis=(1, 2, 3)).argmax())
    one = h[i : i + 1]
    found = {
        "spatial winners": spatial_forward(one)[0],
        "while training": winners[i : i + 1],
        "released": one,
        "pooled": model.pooled(one)[0],
    }
    return plots.feature_maps({label: maps[0] for label, maps in found.items()})


def reconstructions(model, x, n=12):
    """Images; from the winners of the mini-batch; of pooled maps, unpooled and deconvolved, to their range."""
    pooled = model.reconstruct(x, constrained=False)
    pooled = pooled / np.maximum(pooled.max(axis=(1, 2, 3), keepdims=True), 1e-12)
    rows = (x, model.reconstruct(x), spatial_only(model).reconstruct(x), pooled)
    return plots.reconstructions(*rows, image_shape=x.shape[1:], n=n)


def spatial_only(model):
    """The same weights, with one winner of each map in every image."""
    return type(model).from_params({**model.config, "lifetime": None}, model.params)


def text(results):
    rows = sorted(results["rows"].values(), key=lambda row: -row["settings"]["lifetime"])
    lines = [
        [
            name(row["settings"]["lifetime"]),
            f"{row['explained variance of a mini-batch, %']:.1f}%",
            f"{row['side of an atom, pixels']:.1f}",
            f"{row['median orientation selectivity']:.2f}",
            f"{row['dead units, %']:.0f}%",
        ]
        for row in rows
    ]
    head = ["sparsity", "explained while training", "extent of an atom, pixels", "orientation", "dead maps"]
    return markdown(head, lines)


EXPERIMENT = Experiment(
    title="Spatial sparsity, and lifetime sparsity on top",
    run=run,
    settings={"levels": [1.0, 0.2, 0.05], "maps": 16, "layers": 2, "epochs": 10, "lr": 0.002, "images": 0},
    quick={"maps": 8, "epochs": 1, "images": 1000},
    minutes="about 20 minutes",
    text=text,
    see="With spatial sparsity only, a map must contribute to every image, and atoms stay small and local. With "
    "lifetime sparsity on top they grow into strokes, and few of them explain an image. At 5%, 16 maps have "
    "80 winners in a mini-batch of 100 images, so some images have no winner and the decoder draws only its "
    "bias. The rows of reconstructions, from above: the images; from the winners of the mini-batch; from one "
    "winner of each map in every image; and from the pooled maps, unpooled and deconvolved.",
)

if __name__ == "__main__":
    sys.exit(script(__file__, sys.argv[1:]))
