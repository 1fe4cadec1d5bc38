"""How often a training step makes the host wait for the device: counted on the stand-in, which computes at once."""

import numpy as np
import pytest
from strict_backend import WAITS, strict

from wta_np import FCWTA, RBM, ConvWTA, ops
from wta_np.backend import to_backend
from wta_np.backend_differences import maximum_into, scatter_add, set_where

IMAGES = np.random.default_rng(0).random((20, 12, 12, 1), dtype="f4")
MAPS = np.random.default_rng(0).random((20, 12, 12, 6), dtype="f4")


def waits(function, *arguments):
    """What `function` waits for, by kind."""
    WAITS.clear()
    function(*arguments)
    return +WAITS


@pytest.mark.parametrize(
    ("model", "x", "most"),
    [
        # the loss; NaN; ties; which units have ties
        (FCWTA(144, 20), IMAGES.reshape(20, -1), 4),
        # the loss; NaN; ties; whether all x are in [0, 1]
        (RBM(144, 20, lifetime=0.3), IMAGES.reshape(20, -1), 4),
        # the loss; NaN twice; ties; how many winners; then for each layer but the first, how many rows there are below,
        # whether any row repeats, and where each group of images begins; which rows, for those at the top
        (ConvWTA(1, 8, n_layers=1, decoder_size=7), IMAGES, 5),
        (ConvWTA(1, 8, n_layers=2, decoder_size=7), IMAGES, 9),
        (ConvWTA(1, 8, n_layers=3, decoder_size=7), IMAGES, 12),
        (ConvWTA(6, 8, n_layers=2, decoder_size=7), MAPS, 9),  # by Winograd's algorithm
    ],
)
def test_a_training_step_waits_no_more_often_than_it_has_questions(model, x, most):
    model, x = model.to("strict"), to_backend(x, "strict")
    assert sum(waits(model.loss_and_grads, x).values()) <= most


def test_features_wait_twice_for_whether_there_is_nan_in_the_images_and_in_the_maps():
    model = ConvWTA(1, 8, n_layers=2).to("strict")
    assert waits(model.features, to_backend(IMAGES, "strict")) == {"bool": 2}


def code(places, value=1.0):
    """Winners at the given places (n, y, x, f) of maps (2, 3, 4, 5)."""
    n, y, x, f = (to_backend(np.array(part), "strict") for part in zip(*places))
    return ops.Winners(n, y, x, f, to_backend(np.full(len(places), value), "strict"), (2, 3, 4, 5))


def test_places_are_checked_when_a_list_of_winners_is_made_and_not_again():
    WAITS.clear()
    z = code([(0, 1, 2, 3), (1, 2, 3, 4)])
    assert WAITS == {"bool": 4}
    D, b = (to_backend(np.ones(shape), "strict") for shape in ((5, 3, 3, 1), 1))
    assert not waits(ops.deconv2d_forward, z, D, b)
    dy = to_backend(np.ones((2, 3, 4, 1)), "strict")
    assert not waits(ops.deconv2d_backward, dy, z, D)
    assert not waits(z.with_value, z.value)


@pytest.mark.parametrize(
    ("place", "words"),
    [((0, 1, 2, 5), "f reaches from 3 to 5, expected between 0 and 4"), ((-1, 0, 0, 0), "n reaches from -1")],
)
def test_places_outside_are_refused_on_the_device_as_on_the_host(place, words):
    with pytest.raises(ValueError, match=words):
        code([(0, 1, 2, 3), place])


@pytest.mark.parametrize("known_inside", [True, False])
def test_rows_are_checked_once_on_request(known_inside):
    rows = to_backend(np.array([3, 5]), "strict")
    x, dy = to_backend(IMAGES, "strict"), to_backend(np.ones((2, 4), "f4"), "strict")
    call = lambda: ops.conv2d_backward_params(dy, x, 3, 3, rows, known_inside=known_inside)  # noqa: E731
    assert sum(waits(call).values()) == (not known_inside)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "uint64"])
def test_places_of_any_whole_type_do_not_overflow(dtype, place):
    at, wide = np.array([100, 3]), (1, 20, 30, 1)
    x = place(np.arange(600.0).reshape(wide))
    np.testing.assert_array_equal(
        np.array(ops.im2col(x, 1, 1, place(at.astype(dtype))).reshape(-1).tolist()), at
    )
    n, line, column = (place(np.array(v, dtype)) for v in ([0], [19], [29]))
    z = ops.Winners(n, line, column, n, place(np.ones(1)), wide)
    assert z.rows.tolist() == [599]


def test_differences_between_libraries_leave_none_in_the_results(place):
    x = place(np.array([1.0, 2.0, 3.0]))
    scatter_add(x, place(np.array([0, 2, 2])), place(np.array([10.0, 20.0, 30.0])))
    assert x.tolist() == [11, 2, 53]
    scatter_add(x, place(np.zeros(0, int)), place(np.zeros(0)))
    assert x.tolist() == [11, 2, 53]
    single = place(np.zeros(2, "f4"))
    scatter_add(single, place(np.array([1])), place(np.array([0.5], "f4")))
    assert single.dtype == "f4" and single.tolist() == [0, 0.5]
    table = place(np.arange(6.0).reshape(2, 3))
    set_where(table[:, 1:], place(np.array([True, False])), place(np.array([7.0, 8.0])))
    assert table.tolist() == [[0, 7, 8], [3, 4, 5]]
    set_where(table, table > 4, 0)
    assert table.tolist() == [[0, 0, 0], [3, 4, 0]]
    maximum_into(table[0], place(np.array([-1.0, np.nan, 1.0])))
    np.testing.assert_array_equal(np.array(table.tolist()), [[0, np.nan, 1], [3, 4, 0]])
    maximum_into(table, 2)
    np.testing.assert_array_equal(np.array(table.tolist()), [[2, np.nan, 2], [3, 4, 2]])


def test_a_mask_on_the_left_counts_as_a_wait_of_the_stand_in():
    a = strict.asarray([1.0, 2.0])
    assert waits(a.__setitem__, a > 1, 0) == {"size": 1}
    assert waits(lambda: a[a > 1]) == {"size": 1}
    assert waits(set_where, a, a > 1, 0) == {}
