"""The model of scaling: what it says where the answer is known, and how measured points and lines are told apart."""

import json

import pytest

from benchmarks import scaling

WORK = {
    "batch": 100,
    "units": 10,
    "k": 5,
    "gradient_bytes": 8000,
    "gradients": {"1": 0.001, "100": 0.1},  # a millisecond a sample
    "update": 0.5,
    "ranking": {"1": 0.0, "100": 0.0},
}


def test_one_rank_communicates_nothing():
    assert scaling.model(WORK, 1.0, 1.0, 1) == pytest.approx((0.6, 0.0))


def test_the_terms_of_the_model():
    computing, sending = scaling.model(WORK, latency=0.25, bandwidth=4000.0, n_ranks=4)
    assert computing == pytest.approx(0.025 + 0.5)
    summing = 2 * 2 * 0.25 + 2 * 3 / 4 * 8000 / 4000
    gathering = 2 * 0.25 + 4 * 20 * 10 / 4000  # 5 candidates of each of 4 ranks, 10 units
    assert sending == pytest.approx(summing + gathering)


def test_no_more_candidates_are_received_than_there_are_samples():
    free = 1e-12
    few = scaling.model(WORK, free, 1.0, 50)[1] - 2 * 49 / 50 * 8000
    assert few == pytest.approx(4 * 100 * 10, rel=1e-6)  # 50 ranks of 2 rows send them all


def test_weak_scaling_keeps_the_rows_of_a_rank():
    computing, _ = scaling.model(WORK, 0.0, 1e12, 8, weak=True)
    assert computing == pytest.approx(0.1 + 0.5)


def test_latency_and_bandwidth_are_those_of_the_messages():
    seconds = {4: 2e-6, 4_000_000: 2e-6 + 4e-3}
    latency, bandwidth = scaling.network({"sum": {str(size): s for size, s in seconds.items()}})
    assert latency == pytest.approx(1e-6) and bandwidth == pytest.approx(1e9, rel=1e-3)


def test_the_programme_marks_what_is_measured_and_what_is_modeled(tmp_path, monkeypatch, capsys):
    times = {"step": 0.5, "communication": 0.25}

    def measure(n, quick):
        work = WORK | {"strong": times, "weak": times}
        messages = {"sum": {"4": 1e-6, "4000": 2e-6}}
        return {"ranks": n, "load": [1.0, 2.0], "works": {"a work": work}, "messages": messages}

    monkeypatch.setattr(scaling, "measure", measure)
    assert scaling.main(["--quick", "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "load of the machine meanwhile: 1.0, 2.0" in told
    assert "measured, 2 ranks, strong: 500.0 ms a step, 50% of it" in told and "model, weak" in told
    results = json.loads((tmp_path / "scaling.json").read_text())
    assert [result["ranks"] for result in results["measured"]] == [1, 2]
    assert set(results["model"]["a work"]["strong"]) == {str(n) for n in scaling.MODELED}
    figure = scaling.draw([measure(1, True)], {"a work": scaling.modeled(WORK, 1e-6, 1e9)}, "about")
    labels = {line.get_label(): line.get_linestyle() for line in figure.axes[0].lines}
    assert labels["strong: measured"] == "None" and labels["strong: model"] == "-"
    with pytest.raises(SystemExit):
        scaling.main(["--latency", "1e-6"])
