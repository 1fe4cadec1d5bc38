"""Several ranks train to the weights of one process. The ranks are threads here, see test_mpi.py for processes."""

import math
import re

import numpy as np
import pytest
import training_cases
from training_cases import BATCH, CASES, EPOCHS, difference, train

from wta_np import FCWTA, RBM, SGD, fit, load_checkpoint
from wta_np.distributed import (
    PartOfBatch,
    SharedError,
    agreement,
    part_sizes,
    run_ranks,
    shared_lifetime_mask,
)
from wta_np.distributed.random_numbers import skip_uniform
from wta_np.training import StopTraining


@pytest.mark.parametrize("name", CASES)
def test_ranks_reach_the_weights_of_one_process_after_50_steps(name):
    alone, history = train(name)
    n = len(CASES[name][1])
    assert EPOCHS * math.ceil(n / BATCH) >= 50 and n % BATCH in (1, 3)  # with 5 ranks, some have no sample
    start, _ = train(name, epochs=1)
    assert difference(start, alone) > 1e-3  # the training goes somewhere
    for size in (2, 3, 5):
        for model, shared in run_ranks(size, lambda ranks: train(name, ranks)):
            assert difference(model, alone) < 1e-12
            for column in ("dead", "sparsity", "lr", "epoch"):
                assert shared[column] == history[column]
            np.testing.assert_allclose(shared["loss"], history["loss"], rtol=1e-12)


def test_all_ranks_have_the_same_bits():
    models = [model for model, _ in run_ranks(3, lambda ranks: train("conv of two layers", ranks))]
    for model in models[1:]:
        for name, value in model.params.items():
            np.testing.assert_array_equal(value, models[0].params[name])


def test_float32_stays_float32():
    x = training_cases.ROWS.astype("f4")
    alone = FCWTA(12, 7, lifetime=0.4, rng=1)
    fit(alone, x, 3, 4, rng=2, progress=False)

    def work(ranks):
        model = FCWTA(12, 7, lifetime=0.4, rng=1)
        fit(model, x, 3, 4, rng=2, progress=False, ranks=ranks)
        return model

    for model in run_ranks(2, work):
        assert model.dtype == "float32" and difference(model, alone) < 1e-5


@pytest.mark.parametrize(
    "name, n_gathers", [("fc", 1), ("conv", 1), ("fc without a constraint", 0), ("rbm", 0)]
)
def test_a_step_sends_its_candidates_once_and_its_gradients_once(name, n_gathers):
    make, x = CASES[name]

    def work(ranks):
        train(name, ranks, epochs=1)
        return {kind: (traffic.calls, traffic.bytes) for kind, traffic in ranks.traffic.items()}

    model = make()
    steps, size = math.ceil(len(x) / BATCH), 2
    numbers = sum(w.size for w in model.params.values()) + len(model.atoms) + 2
    for rank, traffic in enumerate(run_ranks(size, work)):
        assert traffic["sum"] == (steps, 8 * numbers * steps)
        batches = [BATCH] * (len(x) // BATCH) + [len(x) % BATCH]
        k = [max(1, math.floor(0.5 * n + 1e-9)) for n in batches]
        candidates = sum(min(k_, part_sizes(n, size)[rank]) for k_, n in zip(k, batches))
        assert traffic["gather"] == (n_gathers * steps, n_gathers * 8 * candidates * len(model.atoms))


@pytest.mark.parametrize("name", ["fc", "rbm with persistent chains", "conv"])
def test_a_run_goes_on_with_another_number_of_ranks(name, tmp_path):
    alone, _ = train(name)
    file = tmp_path / "model.npz"

    def stop(model, history):
        if len(history) == 4:
            raise StopTraining

    run_ranks(3, lambda ranks: train(name, ranks, checkpoint=file, callbacks=[stop]))
    assert load_checkpoint(file).state["epoch"] == 4
    results = run_ranks(2, lambda ranks: train(name, ranks, checkpoint=file, resume=True))
    assert all(difference(model, alone) < 1e-12 for model, _ in results)
    again, history = train(name, checkpoint=file, resume=True, epochs=EPOCHS + 1)
    assert len(history) == EPOCHS + 1 and difference(again, alone) > 1e-6


def test_ranks_that_resume_are_those_that_never_stopped_bit_for_bit(tmp_path):
    file = tmp_path / "model.npz"
    whole = run_ranks(2, lambda ranks: train("rbm", ranks))
    run_ranks(2, lambda ranks: train("rbm", ranks, epochs=4, checkpoint=file))
    for (model, _), (expected, _) in zip(
        run_ranks(2, lambda ranks: train("rbm", ranks, checkpoint=file, resume=True)), whole
    ):
        for name, value in model.params.items():
            np.testing.assert_array_equal(value, expected.params[name])


def test_a_callback_of_one_rank_ends_training_on_all():
    def work(ranks):
        def stop(model, history):
            if ranks.rank == 1 and len(history) == 2:
                raise StopTraining

        return len(train("fc", ranks, callbacks=[stop])[1])

    assert run_ranks(3, work) == [2, 2, 2]


def changed(what):
    """`train` on rank 1 with one thing changed."""

    def work(ranks):
        options = {
            "model": FCWTA(12, 7, lifetime=0.4, rng=1),
            "x": training_cases.ROWS.astype("f4"),
            "epochs": 2,
        }
        options |= {"batch_size": 4, "rng": 2, "optimizer": SGD(0.01)}
        if ranks.rank == 1:
            options |= what
        fit(**options, progress=False, ranks=ranks)

    return work


@pytest.mark.parametrize(
    "what, words",
    [
        ({"x": training_cases.ROWS[::-1].astype("f4")}, "another data than rank 0, float32 .* checksum"),
        ({"x": training_cases.ROWS[:20].astype("f4")}, "another data"),
        ({"rng": 3}, "another order of samples"),
        ({"batch_size": 5}, "another batch_size than rank 0, 5 instead of 4"),
        ({"epochs": 3}, "another epochs than rank 0, 3 instead of 2"),
        ({"optimizer": SGD(0.02)}, r"another optimizer .*0\.02, 0\.9.* instead of .*0\.01"),
        ({"optimizer": SGD(0.01, 0)}, "another optimizer"),
        ({"schedule": lambda epoch, epochs: 0.5}, "another schedule"),
        ({"model": FCWTA(12, 7, lifetime=0.3, rng=1)}, "another model .*'lifetime': 0.3.* instead of .*0.4"),
        ({"model": FCWTA(12, 7, lifetime=0.4, rng=2)}, "another weights"),
        ({"model": RBM(12, 7, lifetime=0.4, rng=1)}, "another model than rank 0, RBM"),
        ({"epochs": -1}, "rank 1: epochs is -1|epochs is -1"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_difference_between_ranks_is_noticed_before_the_first_step_on_all(what, words):
    told = []

    def work(ranks):
        try:
            changed(what)(ranks)
        except ValueError as error:
            told.append((ranks.rank, str(error)))
            return type(error)

    errors = run_ranks(3, work)
    assert errors[0] is errors[2] is SharedError
    for _, text in told:
        assert re.search(words, text), text
    assert len(told) == 3


def test_other_code_is_noticed(monkeypatch):
    codes = iter(["one", "other"])
    monkeypatch.setattr(agreement, "code_checksum", lambda: next(codes))
    with pytest.raises(SharedError, match="rank 1 has another code of wta_np than rank 0, "):
        run_ranks(2, changed({}))


def test_weights_that_went_apart_are_noticed_at_the_end_of_the_epoch():
    def work(ranks):
        def disturb(model, history):
            if ranks.rank == 1 and len(history) == 2:
                model.params["b_dec"][0] += 1e-9

        train("fc", ranks, callbacks=[disturb])

    with pytest.raises(SharedError, match="rank 1 has another set of weights after this epoch than rank 0"):
        run_ranks(2, work)


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "Philox", "MT19937", "SFC64"])
def test_skipping_is_drawing_and_throwing_away(kind):
    make = getattr(np.random, kind)
    for before in (0, 1, 2):  # half of a 64-bit number may be left
        for n in (0, 1, 2, 3, 8, 1001):
            drawn, skipped = (np.random.Generator(make(5)) for _ in range(2))
            for rng in (drawn, skipped):
                rng.random(before, dtype="float32")
            drawn.random(n, dtype="float32")
            skip_uniform(skipped, n)
            np.testing.assert_array_equal(drawn.random(5, dtype="f4"), skipped.random(5, dtype="f4"))
            assert drawn.random() == skipped.random()


@pytest.mark.parametrize("n, size", [(7, 3), (2, 5), (100, 4), (1, 1)])
def test_parts_cover_the_mini_batch_in_order(n, size):
    parts = run_ranks(size, lambda ranks: PartOfBatch(n, ranks).rows)
    assert np.concatenate([np.arange(n)[part] for part in parts]).tolist() == list(range(n))
    lengths = [part.stop - part.start for part in parts]
    assert lengths == part_sizes(n, size) and max(lengths) - min(lengths) <= 1


def test_nan_on_one_rank_raises_on_all():
    def work(ranks):
        h = np.ones((4, 2))
        h[3, 1] = np.nan if ranks.rank == 1 else 1
        with pytest.raises(ValueError, match="h contains NaN"):
            shared_lifetime_mask(h, 2, [4, 4, 4], ranks)
        return True

    assert run_ranks(3, work) == [True] * 3


@pytest.mark.parametrize("name", ["fc tied", "conv of two layers", "rbm with persistent chains"])
def test_ranks_train_on_every_backend(name, backend, place):
    if backend == "dpnp":
        pytest.skip(
            "the ranks of this test are threads, and threads that share a device of dpnp wait for each other"
        )
    make, x = CASES[name]
    alone, _ = train(name, epochs=2)

    def work(ranks):
        model = make().to(backend)
        fit(model, place(x), 2, BATCH, SGD(0.01, 0.9), rng=2, progress=False, ranks=ranks)
        assert model.backend == backend
        return model.to("numpy")

    for model in run_ranks(2, work):
        assert difference(model, alone) < 1e-12
