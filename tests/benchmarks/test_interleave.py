"""The arithmetic of taking turns, with a clock that only the works move."""

import pytest

from benchmarks.interleave import interleave, quartiles, ratios, report


class FakeTime:
    """Works take the seconds that their lists say; rests are noted."""

    def __init__(self):
        self.now, self.calls, self.rests = 0.0, [], []

    def work(self, name, seconds):
        def run():
            self.calls.append(name)
            self.now += seconds(len(self.calls)) if callable(seconds) else seconds

        return run

    def interleave(self, works, **options):
        works = {name: self.work(name, seconds) for name, seconds in works.items()}
        return interleave(works, clock=lambda: self.now, sleep=self.rests.append, **options)


def test_each_block_gives_the_median_of_its_repetitions():
    times = iter(
        [9.0, 0.1, 9.0, 1.0, 2.0, 3.0, 9.0, 4.0, 8.0, 5.0]
    )  # two to warm up, first of a block dropped
    fake = FakeTime()
    medians = fake.interleave({"a": lambda n: next(times)}, blocks=2, repeats=3)
    assert medians["a"] == pytest.approx([2.0, 5.0])


def test_the_order_is_reversed_from_round_to_round_with_a_rest_before_each_turn():
    fake = FakeTime()
    fake.interleave({"a": 0.1, "b": 0.1}, blocks=2, repeats=1, rest=0.25)
    assert "".join(fake.calls) == "aabb" + "aabb" + "bbaa"
    assert fake.rests == [0.25] * 4


def test_the_slowest_fills_about_a_second_of_a_block():
    fake = FakeTime()
    fake.interleave({"a": 0.25, "b": 0.01}, blocks=1)
    assert fake.calls.count("a") == fake.calls.count("b") == 2 + 1 + 4


def test_long_work_is_not_repeated_more_than_needed():
    fake = FakeTime()
    assert fake.interleave({"a": 30.0}, blocks=2) == {"a": [30.0, 30.0]}
    assert len(fake.calls) == 2 + 2


def test_queued_work_is_waited_for_within_the_timed_region():
    fake = FakeTime()

    def sync():
        fake.now += 1.0

    assert fake.interleave({"a": 0.5}, blocks=1, repeats=2, sync=sync)["a"] == pytest.approx([1.5])


def test_ratios_are_taken_round_by_round():
    slow_rounds = [1.0, 10.0, 1.0, 10.0, 1.0]
    assert ratios([0.5 * s for s in slow_rounds], slow_rounds) == [0.5, 0.5, 0.5]
    assert quartiles([1.0, 2.0, 3.0, 4.0, 5.0]) == [2.0, 3.0, 4.0]


def test_variants_of_ours_are_shown_without_a_ratio(capsys):
    report("a step", {"wta_np": [1.0], "wta_np, other": [3.0], "PyTorch": [2.0]})
    printed = capsys.readouterr().out
    assert "wta_np / PyTorch: 0.50" in printed and "wta_np / wta_np" not in printed
