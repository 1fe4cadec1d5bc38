"""A saved model with the data that it is to see, prepared as for its training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wta_np._utils.paths import user_path
from wta_np.backend import to_backend
from wta_np.cli.kinds import COMMON
from wta_np.cli.saved_settings import saved_settings
from wta_np.cli.train import saved_preparation
from wta_np.data.preparation import FOLDER, SETTINGS, load_images


def model_path(text: str) -> Path:
    """The checkpoint file that a user means by a file or the folder of a run."""
    path = user_path(text)
    return path / "model.npz" if path.is_dir() else path


def load_with_data(checkpoint: Any, arguments: Any) -> Any:
    """(model, data, x_train, x_test, preparation) if data set and model fit together.

    `data` has images before, x_train and x_test are after what was done to those that the model was trained on;
    the latter two are on the backend asked for.
    """
    model, path = checkpoint.model, model_path(arguments.model)
    settings = {**COMMON, **SETTINGS, **saved_settings(checkpoint.about, path)}
    settings["data"] = arguments.data or settings["data"]
    if arguments.command == "eval" and settings["patch"] is not None:
        size = settings["patch"]
        raise ValueError(
            f"{settings['data']}, cut into patches of {size} x {size} as for the training of this model, has no "
            "labels, expected a labelled data set: eval judges features by a classifier"
        )
    if settings["patch"] is None and settings["data"].startswith(FOLDER):
        raise ValueError(
            f"--data is {settings['data']}, but the model in {arguments.model} was trained on whole images, "
            "expected a data set of those"
        )
    data = load_images(settings, arguments.data_dir)
    preparation = saved_preparation(checkpoint.about, settings, path)
    wanted = model.input_shape
    if model.expects_images and data.image_shape[2:] != wanted:
        raise ValueError(
            f"{settings['data']} has images of shape {data.image_shape}, "
            f"but the model in {arguments.model} takes images of {wanted[0]} channels"
        )
    size = preparation.whitening.mean.size if preparation.whitening else wanted[0]
    if not model.expects_images and data.x_train[0].size != size:
        raise ValueError(
            f"{settings['data']} has images of shape {data.image_shape}, {data.x_train[0].size} values, "
            f"but the model in {arguments.model} takes {size} values"
        )
    prepared = preparation.apply_to(data)
    model.to(arguments.backend)
    x_train, x_test = (
        to_backend(model.as_input(x).astype(model.dtype, copy=False), arguments.backend)
        for x in (prepared.x_train, prepared.x_test)
    )
    return model, data, x_train, x_test, preparation
