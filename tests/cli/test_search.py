"""``wta-np reproduce NAME --search``: choices made without test images, and a search that goes on after a stop."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from refusals import one_line

from figures import search, training_data
from figures.searches import CHOICES, SEARCHES, chosen
from wta_np.cli import main
from wta_np.data import load, sample
from wta_np.data.files import locate

FIGURES = Path(__file__).resolve().parents[2] / "figures"
SMALL = ["table1", "--search", "--quick"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def without_test_files(tmp_path, monkeypatch):
    """The sample's folder with its training files alone."""
    folder = tmp_path / "digits"
    folder.mkdir()
    for file in sample.FILES:
        if "train" in file.name:
            shutil.copy(sample.FOLDER / file.name, folder)
    source = replace(sample.SOURCE, find=lambda data_dir: locate(sample.FILES, [folder]))
    monkeypatch.setitem(training_data.SOURCES, "sample", source)
    monkeypatch.setattr(
        sample, "FOLDER", tmp_path / "nowhere"
    )  # and there is no other way to the test images
    return folder


def reproduce(*arguments):
    return main(["reproduce", "--figures", str(FIGURES), *map(str, arguments)])


def found(work, name="table1_search"):
    return json.loads((work / "runs" / "reproduce" / "quick" / name / f"{name}.json").read_text())


def test_a_search_runs_where_there_is_no_test_image(here, without_test_files):
    assert reproduce(*SMALL, "--rows", "fc", "stacked") == 0
    rows = found(here)["rows"]
    assert set(rows) == {"fc", "stacked"}
    for row, result in rows.items():
        assert list(result["candidates"]) == list(SEARCHES["table1"][row].candidates)
        errors = {name: each["held-out error, %"] for name, each in result["candidates"].items()}
        assert errors[result["choice"]] == min(errors.values())


def test_a_convolutional_search_runs_where_there_is_no_test_image(here, without_test_files):
    assert reproduce("table2", *SMALL[1:]) == 0
    assert set(found(here, "table2_search")["rows"]["conv16"]["candidates"]) == set(
        SEARCHES["table2"]["conv16"].candidates
    )


def test_the_job_of_a_search_has_no_data_set(here, monkeypatch):
    jobs, inner = [], search.SearchJob.candidate
    monkeypatch.setattr(search.SearchJob, "candidate", lambda job, *a: jobs.append(job) or inner(job, *a))
    assert reproduce(*SMALL, "--rows", "fc") == 0
    job = jobs[0]
    assert not hasattr(job, "data") and set(vars(job.training)) == {"x", "y"}
    assert not set(job.fitted) & set(job.held) and len(job.held) == 200
    digits = load("sample")
    assert (job.training.x == digits.x_train[:600]).all() and (job.training.y == digits.y_train[:600]).all()
    assert not any(word in name for name in vars(job) for word in ("test", "data"))


def test_a_search_that_was_stopped_goes_on(here, monkeypatch, capsys):
    calls, inner = [], search.SearchJob.candidate

    def stopped(job, *arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return inner(job, *arguments)

    monkeypatch.setattr(search.SearchJob, "candidate", stopped)
    few = [*SMALL, "--rows", "stacked"]
    assert reproduce(*few) == 130
    capsys.readouterr()
    assert reproduce(*few) == 0
    assert len(calls) == 3 and "codes as they are: kept from before" in capsys.readouterr().out
    assert len(found(here)["rows"]["stacked"]["candidates"]) == 2


def test_rows_that_were_searched_before_stay(here):
    assert reproduce(*SMALL, "--rows", "fc") == 0
    assert reproduce(*SMALL, "--rows", "stacked") == 0
    assert set(found(here)["rows"]) == {"fc", "stacked"}


def test_what_cannot_be_searched_gets_one_line(here, capsys):
    assert reproduce("table3", "--search") == 2
    one_line(capsys, "table3 has no --search, expected one of table1, table2")
    assert reproduce(*SMALL, "--fitted", "500", "--held", "200") == 2
    one_line(capsys, "--fitted and --held are 500 and 200, expected at most 600 together")


def test_training_data_of_other_sets_or_without_files_are_refused(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="the data set is 'svhn', expected one of mnist, sample"):
        training_data.load_training_data("svhn")
    monkeypatch.setitem(
        training_data.SOURCES,
        "mnist",
        replace(training_data.SOURCES["mnist"], find=lambda data_dir: [(sample.FILES[0], None)]),
    )
    with pytest.raises(
        ValueError, match=r"train-images.* of mnist is not here: get it with wta-np data fetch mnist"
    ):
        training_data.load_training_data("mnist", tmp_path)


def test_the_first_training_images_are_those_of_the_data_set():
    some, whole = training_data.load_training_data("sample", n=50), load("sample")
    assert np.array_equal(some.x, whole.x_train[:50]) and np.array_equal(some.y, whole.y_train[:50])
    assert some.x.dtype == whole.x_train.dtype and some.flat().x.shape == (50, 784)


@pytest.mark.parametrize("name", CHOICES)
def test_a_table_computes_what_its_search_chose(name):
    rows = json.loads((FIGURES / f"{name}_search.json").read_text())["rows"]
    for row, choice in CHOICES[name].items():
        assert rows[row]["choice"] == choice
        tried, search_of_row = rows[row]["candidates"], SEARCHES[name][row]
        for candidate, result in tried.items():
            expected = {**search_of_row.base, **search_of_row.candidates[candidate]}
            assert {key: result["settings"].get(key) for key in expected} == expected
        smallest = min(result["held-out error, %"] for result in tried.values())
        assert tried[choice]["held-out error, %"] == smallest
        assert search_of_row.final.get("readout", tried[choice]["readout"]) == tried[choice]["readout"]
        assert chosen(name, row)["units"] == search_of_row.final["units"]
