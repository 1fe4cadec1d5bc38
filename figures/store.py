"""What a kill must not cost: models that are trained, or half trained, and rows that are measured."""

import hashlib
import json
from pathlib import Path

from wta_np import SGD, fit, step_decay
from wta_np._utils.atomic import write_whole
from wta_np._utils.foreign import read_json, short
from wta_np.training.progress import checksum


class Rows:
    """Results by name in a JSON file, each with the settings that it was measured with.

    Parameters
    ----------
    path : Path
    overwrite : bool
        Whether a row whose settings changed is measured again, or refused.

    Raises
    ------
    ValueError
        The file is none that this class wrote.
    """

    def __init__(self, path, overwrite=False):
        self.path, self.overwrite, self._rows = path, overwrite, {}
        if path.exists():
            try:
                self._rows = read_json(path)
                for row in self._rows.values():
                    {**row["result"], "settings": dict(row["settings"])}
            except (ValueError, AttributeError, TypeError, KeyError) as error:
                raise ValueError(
                    f"{path} holds no rows of an experiment, move it away ({short(repr(error))})"
                ) from error

    def has(self, name, settings):
        """Whether the row is there; ValueError if it is with other settings, unless they may change."""
        if name not in self._rows:
            return False
        old, new = self._rows[name]["settings"], json.loads(json.dumps(settings))
        if old == new:
            return True
        if self.overwrite:
            return False
        key = next(k for k in {**new, **old} if new.get(k) != old.get(k))
        raise ValueError(
            f"{self.path} has the row {name!r} with {key} {old.get(key)}, but now it is {new.get(key)}: "
            "go back to that, name another --work, or do such rows again with --overwrite"
        )

    def put(self, name, settings, result):
        """Keep a row, on disk before this returns."""
        self._rows[name] = {"settings": settings, "result": result}
        with write_whole(self.path, "w") as file:
            json.dump(self._rows, file, indent=1)

    def results(self):
        """Name -> result with its settings, of all rows."""
        return {name: {**row["result"], "settings": row["settings"]} for name, row in self._rows.items()}


SCHEDULES = {  # name -> how the rate falls over the epochs
    "steps": step_decay(),
    "linear": lambda epoch, epochs: 1 - epoch / epochs,
    "constant": None,
}


def train(folder, model, x, seed, epochs, lr, batch_size=100, momentum=0.9, schedule="steps", about=None):
    """Train a model, or take it from `folder` if it was trained before; goes on where it was stopped.

    Its file is named by everything that decides its weights, the data included, so that experiments share
    models and none is taken for another.

    Parameters
    ----------
    folder : Path
    model : FCWTA, ...
        Trained in place.
    x : ndarray, shape (N, ...)
    seed : int
        Of the order of the samples; the model's own seed has to be the same.
    epochs : int
    lr, batch_size, momentum
        Of SGD.
    schedule : {"steps", "linear", "constant"}
        How the rate falls: to a tenth after 60% and after 90% of the epochs, by the same amount after each
        epoch, or not at all. At a constant rate a training of more epochs goes on from one of fewer.

    Returns
    -------
    model, history

    Raises
    ------
    KeyboardInterrupt
        Training was stopped; what it reached is on disk.
    """
    recipe = {"model": type(model).__name__, **model.config, "seed": seed, "lr": lr, "momentum": momentum}
    recipe |= {"batch": batch_size, "epochs": None if schedule == "constant" else epochs}
    recipe |= {"schedule": schedule, "x": [*x.shape, checksum(x)]}
    digest = hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:12]
    path = Path(folder) / f"{type(model).__name__.lower()}-seed{seed}-{digest}.npz"

    def go():
        return fit(
            model,
            x,
            epochs,
            min(batch_size, len(x)),
            SGD(lr, momentum),
            rng=seed,
            schedule=SCHEDULES[schedule],
            checkpoint=path,
            resume=True,
            about={"recipe": recipe, **(about or {})},
        )

    untrained = {name: value.copy() for name, value in model.params.items()}
    history = go()
    if len(history) > epochs:  # it went on beyond what is wanted, and the way back is to begin anew
        path.unlink()
        for name, value in untrained.items():
            model.params[name][...] = value
        history = go()
    if history.interrupted:
        print("stopped: the same command goes on from here")
        raise KeyboardInterrupt
    return model, history
