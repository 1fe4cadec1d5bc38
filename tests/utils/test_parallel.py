"""Work shared between threads: every part once, the same numbers with any number of threads, errors raised."""

import os
import threading
import warnings

import numpy as np
import pytest
from strict_backend import strict

from wta_np import SGD, ConvWTA
from wta_np._utils import parallel as threads
from wta_np.backend import to_numpy
from wta_np.ops import conv2d_backward, conv2d_forward

RNG = np.random.default_rng(0)


@pytest.fixture(params=[2, 3, 7])
def many(request, monkeypatch):
    """This many threads, whatever the machine has."""
    monkeypatch.setattr(threads, "n_workers", lambda: request.param)
    return request.param


def test_each_part_is_given_once(many):
    seen, together = [], threading.Barrier(many, timeout=10)

    def work(some):
        for i, part in enumerate(some):
            if i == 0:
                together.wait()  # all threads have to be there
            seen.append((part, threading.get_ident()))

    threads.share_work(work, range(50), np)
    assert sorted(part for part, _ in seen) == list(range(50))
    assert len({thread for _, thread in seen}) == many
    assert threading.active_count() == 1 or not [
        t for t in threading.enumerate() if t.name.startswith("wta_np")
    ]


def test_few_parts_make_few_threads_and_none_makes_no_call(many):
    calls = []
    threads.share_work(lambda some: calls.append(list(some)), [1], np)
    threads.share_work(lambda some: calls.append(list(some)), [], np)
    assert calls == [[1]]


def test_a_device_does_its_own_work(many):
    names = []
    threads.share_work(
        lambda some: names.extend((p, threading.current_thread().name) for p in some), range(9), strict
    )
    assert names == [(part, threading.current_thread().name) for part in range(9)]


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("where", ["here", "helper"])
def test_an_exception_stops_all_and_is_raised(kind, where, many):
    done, here = [], threading.get_ident()
    failed = threading.Event()

    def work(some):
        for part in some:
            if (threading.get_ident() == here) == (where == "here"):
                failed.set()
                raise kind("part")
            failed.wait(10)
            done.append(part)

    with pytest.raises(kind, match="part"):
        threads.share_work(work, range(10_000), np)
    assert len(done) < 10_000


def test_what_numpy_warns_of_is_the_same_in_all_threads(many):
    together = threading.Barrier(many, timeout=10)

    def work(some):
        for _ in some:
            together.wait()
            np.float32(3e38) * np.ones(2, "f4") * 9

    with np.errstate(over="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error")
        threads.share_work(work, range(many), np)
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        threads.share_work(work, range(many), np)


@pytest.mark.parametrize(
    "said, expected", [("1", 1), ("0", 64), ("", 64), ("3,2", 3), ("many", 64), ("99", 64)]
)
@pytest.mark.parametrize("name", threads.THREAD_ENV_VARS)
def test_a_user_may_say_less_than_the_cores(name, said, expected, monkeypatch):
    for limit in threads.THREAD_ENV_VARS:
        monkeypatch.delenv(limit, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)), raising=False)
    monkeypatch.setenv(name, said)
    assert threads.n_workers() == expected


@pytest.mark.parametrize("channels", [1, 6])
def test_convolutions_are_the_same_numbers_with_any_number_of_threads(channels, many, place, monkeypatch):
    x, W, b = (
        RNG.normal(size=shape).astype("f4") for shape in ((30, 13, 9, channels), (5, 5, channels, 70), (70,))
    )
    dy = RNG.normal(size=(30, 13, 9, 70)).astype("f4")
    x[:4] = 0

    def results():
        y = conv2d_forward(place(x), place(W), place(b))
        return [to_numpy(array) for array in (y, *conv2d_backward(place(dy), place(x), place(W)))]

    shared = results()
    monkeypatch.setattr(threads, "n_workers", lambda: 1)
    for ours, alone in zip(shared, results()):
        np.testing.assert_array_equal(ours, alone)


@pytest.mark.parametrize("way", ["auto", "dense"])
def test_a_training_ends_at_the_same_weights_with_any_number_of_threads(way, many, monkeypatch):
    x = RNG.random((40, 28, 28, 1)).astype("f4")

    def weights():
        model, optimizer = ConvWTA(1, 16, rng=0, lifetime=0.2), SGD(0.01)
        for part in (x[:25], x[25:]):
            optimizer.step(model.params, model.loss_and_grads(part, way)[1])
        return model.params | {"features": model.features(x)}

    shared = weights()
    monkeypatch.setattr(threads, "n_workers", lambda: 1)
    for name, alone in weights().items():
        np.testing.assert_array_equal(shared[name], alone, err_msg=name)
