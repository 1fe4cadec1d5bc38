"""``wta-np reproduce``: finds the scripts, runs them small, loses nothing to a kill, and writes what agrees."""

import json
import re
from pathlib import Path

import pytest
from refusals import one_line

from figures import experiment, table1, write_readme
from wta_np.cli import main
from wta_np.cli.reproduce import experiments

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "figures"
SMALL = [
    "--quick",
    "--images",
    "300",
    "--units",
    "20",
    "--epochs",
    "1",
    "--seeds",
    "2",
    "--rows",
    "pixels",
    "fc",
]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reproduce(*arguments):
    return main(["reproduce", "--figures", str(FIGURES), *map(str, arguments)])


def results(work, name="table1"):
    """What an experiment wrote, without what depends on the time."""

    def timeless(value):
        if isinstance(value, dict):
            return {k: timeless(v) for k, v in value.items() if "seconds" not in k}
        return value

    return timeless(json.loads((work / "quick" / name / f"{name}.json").read_text()))


def test_list_has_every_experiment_with_how_long_it_takes(capsys):
    assert reproduce("list") == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split()[0] for line in lines]
    assert names == experiments(FIGURES) and {"table1", "table2", "table3", "epochs"} <= set(names)
    assert all("minute" in line for line in lines)


def test_an_unknown_name_gets_one_line_with_those_that_there_are(capsys):
    assert reproduce("table9") == 2
    one_line(capsys, r"NAME is 'table9', expected list, readme or one of .*table1")


@pytest.mark.parametrize("option", [[], ["--figures", "nowhere"]])
def test_without_the_folder_of_the_scripts_one_line_says_so(option, here, capsys):
    assert main(["reproduce", *option, "list"]) == 2
    one_line(capsys, "figures.*experiment.py")


def test_the_folder_is_found_from_below(monkeypatch, capsys):
    monkeypatch.chdir(ROOT / "tests" / "cli")
    assert main(["reproduce", "list"]) == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--epochs", "0"], "--epochs is 0, expected"),
        (["--lr", "-1"], "--lr is -1"),
        (["--seed", "-1"], "--seed is -1"),
    ],
)
def test_a_setting_that_makes_no_sense_gets_one_line(options, words, here, capsys):
    assert reproduce("sparsity_levels", "--quick", *options) == 2
    one_line(capsys, words)


@pytest.mark.parametrize("pooling", ["abc", "5", "5/0", "5/-3", "5/3/1"])
def test_a_pooling_is_a_window_and_a_stride(pooling, here, capsys):
    assert reproduce("cifar10", "--quick", "--pool", pooling) == 2
    one_line(capsys, f"--pool is '{pooling}', expected a window and a stride in pixels, such as 8/6")


def test_options_are_not_shortened(here, capsys):
    """`wta-np train` has --patch, the side of a patch; here --patches are how many."""
    with pytest.raises(SystemExit):
        reproduce("patches_dead_leaves", "--quick", "--patch", "11")
    assert "unrecognized arguments: --patch 11" in capsys.readouterr().err


def test_a_quick_run_writes_into_the_work_folder_and_never_over_results(here):
    before = {path: path.stat().st_mtime_ns for path in FIGURES.iterdir()}
    small = ["--images", "300", "--units", "20", "--scored", "100", "--levels", "0.5", "0.05"]
    assert reproduce("sparsity_levels", "--quick", *small) == 0
    assert {p: p.stat().st_mtime_ns for p in FIGURES.iterdir() if p in before} == before
    out = here / "runs" / "reproduce" / "quick" / "sparsity_levels"
    assert {p.name for p in out.iterdir()} == {
        "rows.json",
        "sparsity_levels.json",
        "sparsity_levels.md",
        "sparsity_levels.png",
    }
    found = json.loads((out / "sparsity_levels.json").read_text())
    assert list(found["rows"]) == ["50%", "5%"]
    assert found["settings"]["units"] == 20 and found["rows"]["5%"]["settings"]["images"] == 300


def test_a_table_that_was_interrupted_goes_on_to_the_same_results(here, monkeypatch, capsys):
    assert reproduce("table1", *SMALL, "--work", "straight") == 0
    calls, inner = [], table1.score_features

    def stopped(*arguments):
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return inner(*arguments)

    monkeypatch.setattr(table1, "score_features", stopped)
    assert reproduce("table1", *SMALL, "--work", "cut") == 130
    assert not (here / "cut" / "quick" / "table1" / "table1.json").exists()
    capsys.readouterr()
    assert reproduce("table1", *SMALL, "--work", "cut") == 0
    assert len(calls) == 2 + 2 and "pixels: kept from before" in capsys.readouterr().out
    assert results(here / "cut") == results(here / "straight")
    assert reproduce("table1", *SMALL, "--work", "cut") == 0
    assert len(calls) == 4


def test_rows_of_other_settings_are_refused_in_one_line_and_done_again_only_if_asked(here, capsys):
    few = ["--rows", "fc", "--seeds", "1"]
    assert reproduce("table1", *SMALL, *few) == 0
    assert reproduce("table1", *SMALL, *few, "--epochs", "2") == 2
    one_line(capsys, r"'fc, seed 0' with epochs 1, but now it is 2: .*--overwrite")
    assert reproduce("table1", *SMALL, *few, "--epochs", "2", "--overwrite") == 0
    (row,) = results(here / "runs" / "reproduce")["rows"].values()
    assert len(row["losses"]) == 2


def test_a_damaged_file_of_rows_gets_one_line(here, capsys):
    path = here / "runs" / "reproduce" / "quick" / "table1" / "rows.json"
    path.parent.mkdir(parents=True)
    for text in ("{", "[1]", '{"a": 1}'):
        path.write_text(text)
        assert reproduce("table1", *SMALL) == 2
        one_line(capsys, "rows.json holds no rows of an experiment")


def test_rows_that_were_written_elsewhere_stay_when_others_are_added(here):
    few = ["--rows", "fc", "--seeds", "1", "--out", "out"]
    full = [word for word in SMALL if word != "--quick"]
    data = ["--data-dir", "digits"]
    (here / "out").mkdir()
    (here / "out" / "table1.json").write_text(
        json.dumps({"rows": {"pixels": {"settings": {"kind": "pixels"}}}})
    )
    job = experiment.Job("table1", *_parsed([*full, *few, *data]))
    assert list(job.rows([("fc, seed 0", {"kind": "fc"}, dict)])) == ["pixels", "fc, seed 0"]


def _parsed(argv):
    from figures.options import read_options
    from wta_np.cli.reproduce import load_script

    table = load_script(FIGURES, "table1").EXPERIMENT
    return table, *read_options("table1", table, argv)


def test_readme_and_the_page_of_figures_agree_with_the_results():
    for path, text in write_readme.pages(FIGURES).items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path} is not made from the JSON: wta-np reproduce readme"
        )


def test_what_the_page_of_figures_shows_exists():
    page = (FIGURES / "README.md").read_text(encoding="utf-8")
    assert all((FIGURES / link).exists() for link in re.findall(r"\]\(([^)]+)\)", page))


def test_results_name_no_folder_of_the_machine_that_made_them():
    for path in FIGURES.glob("*.json"):
        assert not re.search(r'"/|[A-Z]:\\\\', path.read_text(encoding="utf-8")), path
