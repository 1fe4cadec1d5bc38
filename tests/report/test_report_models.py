"""What a report asks of a model: codes, places, atoms, reconstructions, for every kind of model."""

import numpy as np
import oracles_report as oracles
import pytest
from report.models import MAKERS, N, images, samples

from wta_np import FCWTA, RBM, ConvWTA, Stack
from wta_np.backend import to_numpy
from wta_np.data.preparation import Preparation
from wta_np.data.whitening import Whitening
from wta_np.evaluation import explained_variance
from wta_np.report import write_report
from wta_np.report.atoms import atom_norms, atom_pictures, cosines, filters, input_maps, pixel_atoms
from wta_np.report.codes import shown_images, unit_codes, winners
from wta_np.report.reconstructions import MiniBatch, choose_shown, explained_in_training, sweep


@pytest.fixture(params=MAKERS)
def model(request):
    return MAKERS[request.param]()


def test_codes_are_the_released_ones_whatever_the_batch(model):
    x = samples(model)
    codes = unit_codes(model, x, batch_size=7)
    h = model.encode(x)
    assert np.allclose(codes.values, h if h.ndim == 2 else h.max(axis=(1, 2)), atol=1e-6)
    assert (codes.places is not None) == model.outputs_maps


def test_the_place_of_a_map_is_where_the_image_excites_it():
    model = ConvWTA(1, 2, n_layers=1, size=3, decoder_size=5, rng=0)
    model.params["W_enc1"][:] = 0
    model.params["W_enc1"][1, 1, 0] = [1, -1]  # map 0 sees bright pixels, map 1 dark ones
    model.params["b_enc1"][:] = 2
    x = images(6)
    places = unit_codes(model, x).places
    for n, image in enumerate(x[..., 0]):
        assert tuple(places[n, 0]) == np.unravel_index(image.argmax(), image.shape)
        assert tuple(places[n, 1]) == np.unravel_index(image.argmin(), image.shape)


def test_the_place_of_a_map_of_a_stack_is_in_the_pooled_window():
    one = ConvWTA(1, 1, n_layers=1, size=1, decoder_size=3, rng=0)
    one.params["W_enc1"][:] = 1
    stack = Stack([one, ConvWTA(1, 1, n_layers=1, size=1, decoder_size=3, rng=0)], pool=2, stride=2)
    stack.models[1].params["W_enc1"][:] = 1
    x = images(6)
    places = unit_codes(stack, x).places[:, 0]
    for image, place in zip(x[..., 0], places):
        brightest = np.unravel_index(image.argmax(), image.shape)
        assert (np.array(brightest) // 2 == place // 2).all()


@pytest.mark.parametrize("kind", ["tied", "deep", "free", "conv", "wta-rbm", "conv on conv"])
def test_winners_are_those_that_training_counts(kind):
    model = MAKERS[kind]()
    x = samples(model)
    if isinstance(model, RBM):  # its counts are drawn
        z = model._positive(x) > 0.5
    else:
        model.loss_and_grads(x)
        z = None
    mask = winners(unit_codes(model, x).values, model.lifetime, N, model.activity_threshold)
    assert mask.sum(axis=0).tolist() == (model.active_counts if z is None else z.sum(axis=0)).tolist()


def test_the_sweep_has_the_reconstruction_of_training_at_its_own_rate(model):
    x, shown = samples(model), np.array([3, 0, 5])
    steps = sweep(model, x, shown)
    rates = [step.setting for step in steps["unit"]]
    assert rates == sorted(rates)
    way, setting = ("unit", model.lifetime) if model.lifetime else ("image", steps["image"][-1].setting)
    step = next(step for step in steps[way] if step.setting == setting)
    x_hat = model.reconstruct(x)
    seen = model.top_inputs(x) if isinstance(model, Stack) else x
    assert step.explained == pytest.approx(explained_variance(seen, x_hat), abs=1e-5)
    if not isinstance(model, Stack):
        assert np.allclose(step.x_hat, x_hat[shown], atol=1e-5)
    assert step.x_hat.reshape(3, -1).shape[1] == x[0].size


def test_k_winners_of_an_image_are_its_k_largest_activities(model):
    x = samples(model, 6)
    steps = sweep(model, x, np.arange(6))["image"]
    h, codes = model.encode(x), unit_codes(model, x).values
    n_units = codes.shape[1]
    assert [step.setting for step in steps][-1] == n_units
    for step in steps:
        z = np.zeros_like(h)
        active = 0
        for n in range(6):
            for j in sorted(range(n_units), key=lambda j: (-codes[n, j], j))[: step.setting]:
                active += codes[n, j] > model.activity_threshold
                if h.ndim == 2:
                    z[n, j] = h[n, j]
                else:
                    place = np.unravel_index(h[n, :, :, j].argmax(), h.shape[1:3])
                    z[(n, *place, j)] = codes[n, j]
        assert step.winners == pytest.approx(active / 6)
        if not isinstance(model, Stack):
            assert np.allclose(step.x_hat, model.decode(z), atol=1e-5)


def test_a_stack_is_decoded_layer_by_layer():
    stack = MAKERS["fc on fc"]()
    below, top = stack.models
    x = samples(stack)
    batch = MiniBatch(stack, x)
    mask = np.ones_like(batch.values, bool)
    assert np.allclose(
        batch.inputs(batch.decode(mask)), below.decode(top.decode(top.encode(below.encode(x)))), atol=1e-5
    )


def test_pooled_activities_go_back_to_where_they_were():
    stack = MAKERS["conv on conv"]()
    below = stack.models[0]
    x = samples(stack)
    batch = MiniBatch(stack, x)
    pooled, _ = below.pooled(below.encode(x), stack.pool, stack.stride)
    assert np.allclose(
        batch.inputs(pooled),
        below.reconstruct(x, constrained=False, pool=stack.pool, stride=stack.stride),
        atol=1e-5,
    )


@pytest.mark.parametrize("kind", ["fc on fc", "conv on conv", "fc on conv", "fc on conv on conv"])
def test_an_atom_of_a_stack_is_what_its_unit_adds_through_the_layers_below(kind):
    stack = MAKERS[kind]()
    atoms = pixel_atoms(stack, input_maps(stack, samples(stack)))
    assert len(atoms) == len(stack.atoms)
    if kind == "fc on fc":
        assert np.allclose(atoms, stack.atoms @ stack.models[0].atoms, atol=1e-6)
        return
    below, top = stack.models[0], stack.models[1]
    if kind == "conv on conv":  # unit at one place of the middle of large maps, decoded twice
        z = np.zeros((1, 11, 11, top.n_maps), "f4")
        z[0, 5, 5, 4] = 1
        middle = top.decode(z) - top.decode(0 * z)
    elif kind == "fc on conv":
        middle = stack.atoms[4:5].reshape(1, 4, 4, 5)
    else:
        return
    height, width = middle.shape[1:3]
    spread = np.zeros((1, 60, 60, 5), "f4")
    spread[
        0, 10 : 10 + stack.stride * height : stack.stride, 10 : 10 + stack.stride * width : stack.stride
    ] = middle
    wanted = below.decode(spread) - below.decode(0 * spread)
    assert np.allclose(_cut(atoms[4]), _cut(wanted[0]), atol=1e-5)


def _cut(image):
    """An image without the lines and columns around that are zero."""
    lines, columns = np.nonzero(np.abs(image).max(axis=2) > 1e-7)
    return image[lines.min() : lines.max() + 1, columns.min() : columns.max() + 1]


def test_every_kind_has_a_picture_and_a_norm_for_each_atom(model):
    x = samples(model)
    shape = (8, 8, x[0].size // 64)
    pictures = atom_pictures(model, shape, None, input_maps(model, x))
    assert len(pictures) == len(atom_norms(model)) == unit_codes(model, x).values.shape[1]
    assert pictures.shape[3] in (1, 3) and pictures.min() >= 0 and pictures.max() <= 1


def test_filters_are_shown_where_they_are_not_the_atoms(model):
    found = filters(model)
    is_untied = isinstance(model, FCWTA) and not model.tied and isinstance(model.n_hidden, int)
    assert (found is not None) == is_untied
    if is_untied:
        x = np.eye(model.n_inputs, dtype="f4")[:5]
        assert np.allclose(np.maximum(found[:, :5].T, 0), model.encode(x), atol=1e-6)  # biases are zero


def test_cosines_of_rows():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 5, 7))
    a[1], b[2] = 0, -3 * a[2]
    assert cosines(a, b) == pytest.approx([oracles.cosine(*rows) for rows in zip(a.tolist(), b.tolist())])


def test_whitened_atoms_are_shown_where_they_were_learned():
    whitening = Whitening("pca", 0.9).fit(images(200))
    model = FCWTA(whitening.variances.size, 6, rng=0)
    pictures = atom_pictures(model, (8, 8, 1), Preparation(whitening=whitening))
    atoms = whitening.as_images(model.atoms)
    assert np.allclose(pictures, 0.5 + 0.5 * atoms / np.abs(atoms).max(axis=(1, 2, 3), keepdims=True))


def test_all_of_it_runs_where_the_model_is(backend, place):
    for kind in ("tied", "conv", "fc on conv"):
        model = MAKERS[kind]()
        x = samples(model, 10)
        wanted, found = (
            sweep(m, y, np.arange(4)) for m, y in ((model, x), (MAKERS[kind]().to(backend), place(x)))
        )
        for way, steps in wanted.items():
            for one, other in zip(steps, found[way]):
                assert np.allclose(one.x_hat, other.x_hat, atol=1e-4)
        moved = MAKERS[kind]().to(backend)
        assert np.allclose(unit_codes(moved, place(x)).values, unit_codes(model, x).values, atol=1e-5)
        maps = input_maps(model, x)
        assert np.allclose(to_numpy(pixel_atoms(moved, maps)), pixel_atoms(model, maps), atol=1e-5)


def test_a_report_of_a_model_on_a_device_is_written(backend, tmp_path):
    for kind in ("free", "conv", "fc on conv"):
        write_report(tmp_path / "report.html", MAKERS[kind]().to(backend), images())
        assert (tmp_path / "report.html").stat().st_size > 10**4


def test_explained_variance_is_that_of_mini_batches_and_not_defined_for_equal_images():
    model = MAKERS["tied"]()
    x = samples(model)
    x_hat = np.concatenate([model.reconstruct(x[i : i + 9]) for i in range(0, N, 9)])
    assert explained_in_training(model, x, 9) == pytest.approx(explained_variance(x, x_hat))
    assert explained_in_training(model, x[:1], 9) is None
    assert sweep(model, x[:1], np.arange(1))["image"][0].explained is None


def test_shown_images_are_a_random_choice_that_is_always_the_same():
    chosen = shown_images(1000, 300, 64)
    assert len(set(chosen)) == 300 and (chosen == shown_images(1000, 300, 64)).all() and chosen.max() < 1000
    assert len(shown_images(1000, 300, 10**5)) == 100  # large ones are few
    assert len(shown_images(5, 300, 64)) == 5
    labels = np.array([1, 1, 1, 0, 1, 2, 0])
    assert choose_shown(labels, 7, 5).tolist() == [3, 0, 5, 6, 1]
    assert choose_shown(None, 3).tolist() == [0, 1, 2]
