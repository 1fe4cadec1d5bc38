"""``wta-np export``: a trained model for other programs, or its settings for another training."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from wta_np._utils.atomic import write_whole
from wta_np._utils.paths import user_path
from wta_np.cli.options import add_command
from wta_np.cli.output import add_output_options
from wta_np.cli.saved_model import model_path

EXPORT = """\
Write a trained model for other programs.

  wta-np export runs/fc --format onnx            from pixels to features, for onnxruntime and others
  wta-np export runs/fc --format safetensors     the weights, by the names that they have here
  wta-np export runs/fc --format npz             the same as NumPy arrays
  wta-np export runs/fc --format toml            the settings, for wta-np train fc --config FILE

ONNX: the input is pixels as they come, (N, H, W, C) in [0, 1]. The file holds the local contrast and the whitening
of the training, the encoder with its constraints released, and the pooling: the output is what `features` gives in
Python. With --layout torch, weights lie as PyTorch's layers have them. The page tutorials/interop.md shows each of
these in use.
"""
FORMATS = ("onnx", "safetensors", "npz", "toml")
LAYOUTS = ("wta_np", "torch")


def add_parser(commands: Any) -> None:
    """Add ``export`` to the commands."""
    parser = add_command(commands, "export", "a trained model for other programs", EXPORT)
    parser.add_argument("model", metavar="RUN", help="the folder of a run, or its model.npz")
    parser.add_argument("--format", choices=FORMATS, help="what to write (what the name of --out ends in)")
    parser.add_argument("--out", metavar="FILE", help="the file (beside the model, with its name)")
    parser.add_argument(
        "--layout", choices=LAYOUTS, default="wta_np", help="how weights lie, not for onnx (%(default)s)"
    )
    parser.add_argument(
        "--image-shape",
        type=int,
        nargs="+",
        metavar="N",
        help="height, width, channels of the images, for onnx (those of the training)",
    )
    add_output_options(parser, "file, format, bytes")
    parser.set_defaults(run=run)


def run(arguments: Any) -> int:
    """Write one file; returns the exit status."""
    from wta_np.training import load_checkpoint

    source = model_path(arguments.model)
    checkpoint = load_checkpoint(source)
    kind, path = _target(arguments, source)
    if kind == "toml":
        _write_settings(checkpoint.about, source, path)
    elif kind == "onnx":
        _write_onnx(checkpoint, arguments, source, path)
    else:
        from wta_np.interop import to_torch, write_weights

        model = checkpoint.model
        write_weights(path, model, to_torch(model) if arguments.layout == "torch" else None)
    arguments.results = {"file": str(path), "format": kind, "bytes": path.stat().st_size}
    print(f"{path}: {path.stat().st_size:,} bytes")
    return 0


def _target(arguments, source) -> tuple[str, Path]:
    """Format and path of the file to write; ValueError if they contradict each other, or the model's own file."""
    ending = os.path.splitext(arguments.out or "")[1].lower().removeprefix(".")
    kind = arguments.format or ending
    if kind not in FORMATS:
        raise ValueError(
            f"--format is missing, expected one of {', '.join(FORMATS)}, or --out with such an ending"
        )
    if arguments.out and ending != kind:
        raise ValueError(f"--out is {arguments.out}, expected a name that ends in .{kind}")
    if arguments.layout == "torch" and kind not in ("safetensors", "npz"):
        raise ValueError(
            f"--layout torch is for weights, expected --format safetensors or npz, and not {kind}"
        )
    if arguments.image_shape and kind != "onnx":
        raise ValueError(f"--image-shape is for --format onnx, and not {kind}")
    # An .npz file of weights must not take the place of the run's own.
    beside = source.with_name("weights.npz") if kind == "npz" else source.with_suffix(f".{kind}")
    path = user_path(arguments.out) if arguments.out else beside
    if os.path.realpath(path) == os.path.realpath(source):
        raise ValueError(f"--out is {path}, the model itself, expected another file")
    return kind, path


def _write_settings(about, source, path):
    from wta_np.cli.kinds import KINDS
    from wta_np.cli.saved_settings import saved_settings
    from wta_np.cli.settings_file import settings_text

    settings, kind = saved_settings(about, source), about.get("kind")
    if not settings or kind not in KINDS:
        raise ValueError(f"{source} does not say how it was trained, expected a model of wta-np train")
    known = {name: value for name, value in settings.items() if name in KINDS[kind].defaults}
    with write_whole(path, "w") as file:
        file.write(settings_text(kind, known))


def _write_onnx(checkpoint, arguments, source, path):
    from wta_np.cli.saved_settings import saved_settings
    from wta_np.cli.train import saved_preparation
    from wta_np.data.preparation import SETTINGS
    from wta_np.interop import write_onnx

    settings = {**SETTINGS, **saved_settings(checkpoint.about, source)}
    preparation = saved_preparation(checkpoint.about, settings, source)
    shape = arguments.image_shape or checkpoint.about.get("image_shape")
    try:
        write_onnx(path, checkpoint.model, shape, preparation=preparation)
    except ValueError as error:
        if str(error).startswith("image_shape is missing"):
            raise ValueError(
                f"{source} does not say how large its images are: name --image-shape H W C"
            ) from error
        raise
