"""Train the small CONV-WTA that decodes what a reader draws: `python -m tutorials.book.live.train_toy` (minutes).

Weights are kept as 8-bit integers with a scale for each array, so that they take a few kB in a page.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np

import wta_np
from wta_np._utils.atomic import write_whole

PATH = Path(__file__).resolve().parent / "static" / "toy-weights.js"
MAPS = 12


def rounded(w: np.ndarray) -> dict:
    """An array as integers between -127 and 127 in base64, with what they count in."""
    scale = float(np.abs(w).max()) / 127 or 1.0
    integers = np.rint(w / scale).astype(np.int8)
    return {"shape": w.shape, "scale": scale, "values": base64.b64encode(integers.tobytes()).decode()}


def main() -> None:
    data = wta_np.load("sample")
    model = wta_np.ConvWTA(1, MAPS, n_layers=2, lifetime=None, rng=0)
    history = wta_np.fit(model, data.x_train, epochs=4, optimizer=wta_np.SGD(lr=0.002))
    weights = json.dumps({name: rounded(w) for name, w in model.params.items()})
    with write_whole(PATH, "w") as file:
        file.write(
            "// Made by train_toy.py: a CONV-WTA of two layers, spatial sparsity alone, trained on 10,000 digits.\n"
            f"window.WtaLive = window.WtaLive || {{}};\nWtaLive.toyWeights = {weights};\n"
        )
    print(f"loss {history['loss'][-1]:.1f}, {PATH.stat().st_size} bytes")


if __name__ == "__main__":
    main()
