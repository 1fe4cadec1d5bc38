"""The benchmark programme with pairs that take no time: what it prints, writes and returns."""

import json
import re
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import run
from benchmarks.pair import MODULES, Case, Pair, ResultsDiffer, Setting, check_close, measure
from benchmarks.results import number, text_table


def fixed(ours, theirs):
    return lambda case, setting: (ours, theirs)


def pair(
    name="a work", target=0.5, verify=lambda: "all equal", ours=(1.0, 1.0), theirs=(4.0, 4.0), **options
):
    case = Case(None, None, verify, "a note", fixed(list(ours), list(theirs)), **options)
    return Pair(name, "scikit-learn", target, lambda setting: case)


def refuse():
    check_close("loss", np.ones(3), 2 * np.ones(3), 1e-3)


def main(*pairs, arguments=("--quick",)):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: the pairs name it as their peer")
    return run.main(list(arguments), families=[SimpleNamespace(pairs=lambda setting: list(pairs))])


def test_results_that_differ_are_not_timed_and_make_the_exit_status_1(capsys):
    assert main(pair(), pair("another", verify=refuse)) == 1
    printed = capsys.readouterr().out
    assert "another: loss: ours and the peer's are 5.0e-01 apart, expected 1e-03" in printed
    assert "results differ" in printed and "0.25" in printed


def test_verification_comes_before_measuring():
    def never(case, setting):
        raise AssertionError("measured")

    case = Case(None, None, refuse, measure=never)
    row = measure(Pair("a work", "PyTorch", None, lambda setting: case), Setting())
    assert "failed" in row and "ratio" not in row


@pytest.mark.parametrize("verify", [lambda: "equal", refuse])
def test_work_that_takes_minutes_is_verified_on_the_run_that_was_measured(verify):
    row = measure(pair(verify=verify, measure_first=True), Setting())
    assert ("ratio" in row) == (verify is not refuse)


def test_the_files_hold_the_table_the_machine_and_all_values(tmp_path):
    assert main(pair(), pair("slow", 0.1), arguments=("--out", str(tmp_path))) == 0
    result = json.loads((tmp_path / "results.json").read_text())
    assert {"processor", "cores", "threads", "python", "numpy", "blas", "date"} <= set(result["machine"])
    first, second = result["rows"]
    assert first["ratio"] == [0.25] * 3 and first["met"] and not second["met"]
    assert first["blocks"] == {"ours": [1.0, 1.0], "theirs": [4.0, 4.0]}
    table = (tmp_path / "results.md").read_text()
    assert "| a work | scikit-learn | 1.00 ms | 4.00 ms | 0.25 | 0.25 to 0.25 | 0.5 | yes |" in table
    assert "all equal; a note" in table
    assert (tmp_path / "results.png").read_bytes().startswith(b"\x89PNG")


def test_only_takes_the_lines_that_have_all_words(capsys):
    assert main(pair("conv step"), pair("fc step"), arguments=("--quick", "--only", "STEP conv")) == 0
    printed = capsys.readouterr().out
    assert "conv step" in printed and "fc step" not in printed


def test_words_that_no_line_has_are_answered_with_the_names(capsys):
    assert main(pair("conv step"), arguments=("--only", "nothing")) == 2
    assert "conv step, scikit-learn" in capsys.readouterr().err


def test_a_peer_that_is_not_installed_is_left_out_with_a_sentence(monkeypatch, capsys):
    monkeypatch.setitem(MODULES, "scikit-learn", "no_such_module")
    assert main(pair()) == 0
    assert "a work: scikit-learn is not installed and is left out." in capsys.readouterr().out


def test_a_backend_that_cannot_be_used_exits_with_2_and_a_sentence(monkeypatch, capsys):
    def no_gpu(name):
        raise ValueError(f"backend {name!r} was asked for, but this machine has no GPU")

    monkeypatch.setattr(run, "get_backend", no_gpu)
    assert main(pair(), arguments=("--backend", "cupy")) == 2
    assert "no GPU" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--threads", "0"], "--threads is 0, expected at least 1"),
        (["--out", "{}/file/x"], "Not a directory"),
        (["--data-dir", "{}"], "t10k-images|train-images"),
    ],
)
def test_wrong_options_are_told_in_a_sentence_before_anything_is_measured(
    option, words, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("urllib.request.urlopen", refuse_network)
    monkeypatch.delenv("WTA_NP_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "file").write_text("")
    never = pair(verify=lambda: pytest.fail("it was measured"))
    assert main(never, arguments=("--quick", *(text.format(tmp_path) for text in option))) == 2
    assert re.search(words, capsys.readouterr().err)


def refuse_network(*_, **__):
    raise OSError("no network in tests")


def test_nan_is_a_mismatch_and_so_is_another_shape():
    with pytest.raises(ResultsDiffer):
        check_close("loss", np.array([np.nan]), np.ones(1), 1e-3)
    with pytest.raises(ResultsDiffer, match="shape"):
        check_close("loss", np.ones(2), np.ones(1), 1e-3)


def test_numbers_have_three_digits_that_count():
    assert [number(v) for v in (0.585, 58.52, 585.2, 5847.1)] == ["0.585", "58.5", "585", "5,847"]


def test_a_table_without_rows_is_its_head():
    assert text_table([]).startswith("work")
