"""A log for TensorBoard: one value of each column of the history for each epoch, in files that others can read."""

import struct

import numpy as np
import pytest

import wta_np
from wta_np.interop import TensorBoardLog

pytest.importorskip("tensorboardX")
X = np.random.default_rng(0).random((20, 6), dtype=np.float32)


def logged(folder):
    """{column: {epoch: value}} of the event files in a folder: length, checksum, event, checksum, and so on."""
    from tensorboardX.proto.event_pb2 import Event

    values = {}
    for path in sorted(folder.iterdir()):
        data, at = path.read_bytes(), 0
        while at < len(data):
            (length,) = struct.unpack_from("<Q", data, at)
            event = Event.FromString(data[at + 12 : at + 12 + length])
            for value in event.summary.value:
                values.setdefault(value.tag, {})[event.step] = value.simple_value
            at += 16 + length
    return values


def train(log, model=None, epochs=3, **options):
    model = model or wta_np.FCWTA(6, 4, lifetime=0.5, rng=0)
    return wta_np.fit(model, X, epochs, batch_size=5, rng=0, progress=False, callbacks=[log], **options)


def test_every_column_has_a_value_for_each_epoch(tmp_path):
    with TensorBoardLog(tmp_path / "log") as log:
        history = train(log)
    values = logged(tmp_path / "log")
    assert set(values) == set(history.columns) - {"epoch"}
    for name, curve in values.items():
        np.testing.assert_allclose([curve[n] for n in (1, 2, 3)], history[name], rtol=1e-6)


def test_a_loss_that_is_no_number_is_left_out(tmp_path):
    rows = [{"epoch": 1, "loss": float("nan"), "seconds": 1.5}]
    with TensorBoardLog(tmp_path / "log") as log:
        log(None, wta_np.History(rows))
    assert logged(tmp_path / "log") == {"seconds": {1: 1.5}}


def test_who_lacks_the_library_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tensorboardX", None)
    with pytest.raises(ValueError, match=r"needs tensorboardX.*pip install 'wta_np\[tensorboard\]'"):
        TensorBoardLog(tmp_path / "log")
