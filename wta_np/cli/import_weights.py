"""``wta-np import``: a model from weights that another program wrote in PyTorch's layout."""

from __future__ import annotations

from typing import Any

from wta_np._utils.paths import user_path
from wta_np.cli.options import add_command
from wta_np.cli.output import add_output_options
from wta_np.cli.train_options import rate

IMPORT = """\
Make a model from weights in PyTorch's layout, in a .safetensors or .npz file.

  wta-np import weights.safetensors --encoder 0 2 --decoder 4 --out runs/mine
  wta-np import conv.safetensors --encoder enc.0 enc.2 --decoder dec --decoder-layer Conv2d --out runs/conv

--encoder and --decoder name layers: of layer 0 the file has 0.weight, and 0.bias if there is one. Linear layers become
FC-WTA, Conv2d layers CONV-WTA. A decoder without weight is tied to the encoder. In PyTorch such a file is written by
safetensors.torch.save_file(model.state_dict(), FILE). Files of pickled objects (.pt, .pth) are not read.
"""


def add_parser(commands: Any) -> None:
    """Add ``import`` to the commands."""
    parser = add_command(commands, "import", "a model from weights in PyTorch's layout", IMPORT)
    parser.add_argument("weights", metavar="FILE", help="a .safetensors or .npz file")
    parser.add_argument(
        "--encoder",
        nargs="+",
        required=True,
        metavar="LAYER",
        help="layers of the encoder, from the data upwards",
    )
    parser.add_argument("--decoder", required=True, metavar="LAYER", help="the last layer")
    parser.add_argument(
        "--decoder-layer",
        choices=("ConvTranspose2d", "Conv2d"),
        default="ConvTranspose2d",
        help="what a convolutional decoder is there (%(default)s)",
    )
    parser.add_argument("--kind", choices=("fc", "conv", "rbm"), help="of the model (by the weights' axes)")
    parser.add_argument(
        "--lifetime", type=rate, default=0.05, metavar="RATE", help="for further training (%(default)s)"
    )
    parser.add_argument(
        "--image-shape",
        type=int,
        nargs=3,
        metavar="N",
        help="height, width, channels of images that a Linear layer got flattened, channels first",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the model.npz, a new one")
    add_output_options(parser, "model, kind, config")
    parser.set_defaults(run=run)


CLASSES = {"fc": "FCWTA", "conv": "ConvWTA", "rbm": "RBM"}


def run(arguments: Any) -> int:
    """Read weights and write a model; returns the exit status."""
    from wta_np.interop import from_torch, read_weights
    from wta_np.training import save

    state = read_weights(arguments.weights)
    path = user_path(arguments.out) / "model.npz"
    if path.exists():
        raise ValueError(f"{path} is there already: name another --out")
    encoder = [_layer(state, name, arguments.weights) for name in arguments.encoder]
    tied = (None, state[f"{arguments.decoder}.bias"]) if f"{arguments.decoder}.bias" in state else None
    has_weight = f"{arguments.decoder}.weight" in state
    decoder = _layer(state, arguments.decoder, arguments.weights) if has_weight or not tied else tied
    model = from_torch(
        encoder,
        decoder,
        kind=CLASSES.get(arguments.kind),
        lifetime=None if arguments.lifetime == "none" else arguments.lifetime,
        image_shape=arguments.image_shape,
        decoder_layer=arguments.decoder_layer,
    )
    about = {"image_shape": arguments.image_shape} if arguments.image_shape else {}
    save(path, model, about=about)
    arguments.results = {"model": str(path), "kind": type(model).__name__, "config": model.config}
    print(f"{path}: {model!r}")
    return 0


def _layer(state, name, path):
    """(weight, bias or None) of a layer; ValueError naming what the file has if it lacks it."""
    if f"{name}.weight" not in state:
        there = sorted({key.rpartition(".")[0] for key in state if key.endswith(".weight")})
        has = ", ".join(there[:20]) or "none"
        raise ValueError(f"{path} has no {name}.weight, expected a layer that it has: {has}")
    return state[f"{name}.weight"], state.get(f"{name}.bias")
