"""The ONNX file computes the features of the model that it was made from, in a runtime of its own."""

import numpy as np
import pytest

from wta_np import FCWTA, RBM, ConvWTA, Stack
from wta_np.data.preparation import Preparation
from wta_np.data.whitening import Whitening

onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")
from wta_np.interop import onnx_encoder, write_onnx  # noqa: E402

RNG = np.random.default_rng(0)


def computed(model, x):
    """What onnxruntime makes of pixels, on one thread."""
    onnx.checker.check_model(model, full_check=True)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = runtime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
    (features,) = session.run(None, {"pixels": x})
    assert session.get_outputs()[0].shape[1] == features.shape[1]
    return features


def images(n, *shape):
    return RNG.random((n, *shape), np.float32)


def with_biases(model):
    """The same model with biases that are not zero, so that a lost one shows."""
    for part in getattr(model, "models", [model]):
        for name, value in part.params.items():
            if name.startswith("b"):
                part.params[name] = RNG.normal(0, 0.2, value.shape).astype(value.dtype)
    return model


FLAT = {
    "untied": lambda: FCWTA(24, 7),
    "tied": lambda: FCWTA(24, 7, tied=True),
    "deep": lambda: FCWTA(24, [9, 7, 5]),
    "deep, tied": lambda: FCWTA(24, [9, 5], tied=True),
    "RBM": lambda: RBM(24, 6),
    "WTA-RBM": lambda: RBM(24, 6, lifetime=0.3),
    "stack": lambda: Stack([FCWTA(24, 8), RBM(8, 6), FCWTA(6, 4)]),
    "float64": lambda: FCWTA(24, 7, dtype="float64"),
}


@pytest.mark.parametrize("name", FLAT)
def test_rows_become_the_features_of_a_dense_model(name):
    model, x = with_biases(FLAT[name]()), images(11, 24)
    expected = model.features(x.astype(model.dtype))
    np.testing.assert_allclose(computed(onnx_encoder(model), x), expected, rtol=1e-5, atol=1e-5)
    as_images = x.reshape(11, 4, 3, 2)
    np.testing.assert_allclose(
        computed(onnx_encoder(model, (4, 3, 2)), as_images), expected, rtol=1e-5, atol=1e-5
    )


CONV = {
    "one layer": lambda: ConvWTA(2, 4, 1, size=3, decoder_size=5),
    "three layers": lambda: ConvWTA(2, 3, 3, size=5, decoder_size=7),
    "two of them": lambda: Stack([ConvWTA(2, 3, 1, size=3), ConvWTA(3, 5, 2, size=3)], pool=2, stride=2),
    "overlapping windows": lambda: Stack(
        [ConvWTA(2, 3, 1, size=3), ConvWTA(3, 5, 1, size=3)], pool=3, stride=2
    ),
}


@pytest.mark.parametrize("name", CONV)
@pytest.mark.parametrize("shape", [(12, 12, 2), (13, 11, 2)])
@pytest.mark.parametrize(("pool", "stride"), [(5, 3), (4, 4), (2, 3), (1, 1)])
def test_images_become_the_pooled_features_of_a_convolutional_model(name, shape, pool, stride):
    model, x = with_biases(CONV[name]()), images(3, *shape)
    made = onnx_encoder(model, shape, pool=pool, stride=stride)
    expected = model.features(x, pool=pool, stride=stride)
    np.testing.assert_allclose(computed(made, x), expected, rtol=1e-5, atol=1e-5)


def test_a_dense_model_on_maps_gets_them_in_our_order():
    model = with_biases(Stack([ConvWTA(1, 3, 1, size=3), FCWTA(3 * 4 * 3, 6)], pool=3, stride=3))
    x = images(4, 12, 9, 1)
    np.testing.assert_allclose(
        computed(onnx_encoder(model, (12, 9, 1)), x), model.features(x), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("whiten", [None, "zca", "pca"])
@pytest.mark.parametrize("contrast", [False, True])
def test_what_was_done_before_training_is_in_the_file(whiten, contrast):
    x = images(60, 7, 6, 3) ** 2
    settings = {"contrast": contrast, "whiten": whiten or "none", "retain": 0.9}
    preparation = Preparation.fit(settings, x)
    prepared = preparation.apply(x)
    rows = prepared.reshape(len(x), -1)
    model = with_biases(FCWTA(rows.shape[1], 5))
    made = onnx_encoder(model, (7, 6, 3), preparation=preparation)
    np.testing.assert_allclose(computed(made, x), model.features(rows), rtol=1e-4, atol=1e-4)
    said = {entry.key: entry.value for entry in made.metadata_props}
    assert ("contrast" in said["preparation"]) == contrast and (whiten or "") in said["preparation"]


def test_a_flat_image_is_divided_by_the_floor():
    model, x = FCWTA(25, 4), np.full((2, 5, 5, 1), 0.3, np.float32)
    preparation = Preparation(contrast=True)
    made = onnx_encoder(model, (5, 5, 1), preparation=preparation)
    expected = model.features(preparation.apply(x).reshape(2, -1))
    np.testing.assert_allclose(computed(made, x), expected, atol=1e-3)


def test_the_file_is_written_whole(tmp_path):
    write_onnx(tmp_path / "m.onnx", FCWTA(6, 3))
    assert onnx.load(tmp_path / "m.onnx").producer_name == "wta_np"
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]


@pytest.mark.parametrize(
    ("model", "shape", "options", "sentence"),
    [
        (ConvWTA(1, 2), None, {}, "image_shape is missing"),
        (ConvWTA(1, 2), (9, 9), {}, "expected height, width and channels"),
        (ConvWTA(1, 2), (9, 9, 3), {}, "3 channels, but the model takes 1 channels"),
        (ConvWTA(1, 2), (4, 9, 1), {"pool": 5}, "pool is 5, expected at most"),
        (FCWTA(6, 2), (2, 2), {}, "4 values, but the model takes 6 values"),
        (FCWTA(6, 2), None, {"preparation": Preparation(contrast=True)}, "image_shape is missing"),
        (
            FCWTA(6, 2),
            (5,),
            {"preparation": Preparation(False, Whitening().fit(images(9, 6)))},
            "but the whitening takes 6",
        ),
    ],
)
def test_what_does_not_fit_gets_a_sentence(model, shape, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        onnx_encoder(model, shape, **options)


def test_a_model_of_another_class_is_refused():
    class Other(FCWTA):
        def encode(self, x):
            return super().encode(x) + 1

    with pytest.raises(ValueError, match="Other, expected one of FCWTA, ConvWTA, RBM, Stack"):
        onnx_encoder(Other(6, 2))
