"""tutorials/chapters.py: what it runs, fills in, compares, and says."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import chapters
import pytest
from chapters import agrees, blocks, differences, execute, filled, main, source_of

from wta_np import ops

CHAPTER = """# A chapter

```python
x = 2
print(x + 2)
```

<!-- output -->
```text
4
```

<!-- source: wta_np.ops.relu.relu_backward -->
```python .noeval
```

```bash
rm nothing
```
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Stands in for `tutorials/`; returns a function that writes a chapter there."""
    here = tmp_path / "tutorials"
    here.mkdir()
    monkeypatch.setattr(chapters, "HERE", here)

    def put(text, name="01-first.md"):
        (here / name).write_text(text, encoding="utf-8")
        return here / name

    return put


def cells(*contents):
    return "\n".join(f"```python\n{content}\n```\n" for content in contents)


def test_blocks_are_the_fences_that_are_run_or_filled_in():
    found = [(block.kind, block.content, block.note) for block in blocks(CHAPTER)]
    assert found == [
        ("cell", "x = 2\nprint(x + 2)", ""),
        ("output", "4", ""),
        ("source", "", "wta_np.ops.relu.relu_backward"),
    ]
    lines = CHAPTER.split("\n")
    assert all("\n".join(lines[block.start : block.stop]) == block.content for block in blocks(CHAPTER))


def test_the_note_of_an_output_is_kept():
    (block,) = blocks("<!-- output, numbers vary -->\n```text\n3 s\n```")
    assert (block.kind, block.note, block.content) == ("output", "numbers vary", "3 s")


def test_an_unclosed_fence_is_named_with_its_line():
    with pytest.raises(ValueError, match="line 3: this fence is never closed"):
        blocks("# T\n\n```python\nx = 1\n")


def test_source_is_shown_without_its_docstring():
    begins = {  # with the signature as it is, and then the first line of code
        "wta_np.ops.relu.relu_forward": r"def relu_forward\(.*\)(?: -> .*)?:\n    xp = ",
        "wta_np.models.fc.FCWTA.loss_and_grads": r"def loss_and_grads\(.*\)(?: -> .*)?:\n    hs = ",
        "wta_np.models.fc.FCWTA.config": r"@property\ndef config\(self\)(?: -> .*)?:\n    return ",
        "wta_np.models.fc.FCWTA._constrain": r"def _constrain\(.*\)(?: -> .*)?:\n    if ",
    }
    for name, begin in begins.items():
        source = source_of(name)
        assert re.match(begin, source), source
        assert '"""' not in source


@pytest.mark.parametrize(
    "name", ["wta_np.ops.relu.no_such", "wta_np.nowhere.f", "nothing", "wta_np.FCWTA.no_such"]
)
def test_a_source_that_is_nowhere_is_named(name):
    with pytest.raises(ValueError, match=f"there is no {name} to show"):
        source_of(name)


def test_sources_and_outputs_are_filled_in_and_all_else_is_kept():
    text = filled(CHAPTER, ["5\n6"])
    source = source_of("wta_np.ops.relu.relu_backward")
    assert text == CHAPTER.replace("text\n4\n", "text\n5\n6\n").replace(".noeval\n", f".noeval\n{source}\n")
    assert filled(text, ["5\n6"]) == text


def test_cells_share_their_names_and_what_they_print_is_told_apart():
    assert execute(cells("x = 2\nprint(x)", "x += 1", "print(x)\nprint()"), "t.md") == ["2", "", "3"]


@pytest.mark.parametrize(
    "contents, said",
    [
        (["x = 1", "\nraise KeyError(3)"], "line 7: KeyError: 3"),
        (["def f():\n    1 / 0", "f()"], r"line 7: ZeroDivisionError: .* \(raised in t.md, line 3\)"),
        (
            ["from wta_np import ops", "\n\nops.relu_forward(3)"],
            r"line 8: TypeError: .* \(raised in backend.py, ",
        ),
        (["x = 1", "y = 2\nx = = 3"], "line 7: SyntaxError: "),
        (["raise SystemExit(0)"], "line 2: SystemExit: 0"),
    ],
)
def test_a_failing_cell_is_told_with_the_chapters_line(contents, said):
    with pytest.raises(RuntimeError, match=f"^{said}"):
        execute(cells(*contents), "t.md")


@pytest.mark.parametrize(
    "old, new",
    [
        ("loss 15.1", "loss 15.6"),
        ("loss 10.0", "loss 12.5"),
        ("loss 9.8\nloss 1", "loss  10.2 loss 1"),
        ("[ 9.8 -0.3]", "[10.1 -0.33]"),
        ("[[0.  1.2]\n [1.  2. ]]", "[[0.   1.2 ]\n [1.   2.01]]"),
        ("gap -0.00", "gap 0.00"),
        ("gap -0.01", "gap 0.01"),
        ("gap 0.02", "gap 0.00"),
        ("error 1.5e-12", "error 1.2e-12"),
        ("1,000 units", "1000 units"),
        ("dead units 0.2%", "dead units 0.5%"),
        ("dead units 0%", "dead units 1%"),
        ("1 of 400 units", "3 of 400 units"),
        ("10 of 2,000 units", "20 of 2,000 units"),
        ("rows 2-3", "rows 2-3"),
        ("float32 (2, 3)", "float32 (2, 3)"),
        ("nan", "nan"),
    ],
)
def test_outputs_that_say_the_same_agree(old, new):
    assert agrees(old, new) and agrees(new, old)


@pytest.mark.parametrize(
    "old, new",
    [
        ("loss 15.1", "loss 19"),
        ("loss 15.1", "gain 15.1"),
        ("loss 1.0", "loss 1.0 1.0"),
        ("1 2", "12"),
        ("gap 0.03", "gap 0.00"),
        ("slope 0.50", "slope -0.50"),
        ("error 1e-12", "error 1e-05"),
        ("error 1.5e-12", "error 1.5e-05"),
        ("loss 1.0", "loss nan"),
        ("dead units 0.2%", "dead units 0.9%"),
        ("dead units 0%", "dead units 2%"),
        ("1 of 400 units", "4 of 400 units"),
        ("1 of 5 units", "2 of 5 units"),
        ("3 winners", "2 winners"),
        ("[[1 0]\n [0 1]]", "[[1 0]\n [1 1]]"),
        ("[1. 0.]", "[1. 1.]"),
        ("shape (10, 20)", "shape (10, 30)"),
        ("shape (10,20)", "shape (10,30)"),
        ("W_enc10", "W_enc11"),
        ("float32", "float30"),
        ("1,000 units", "1 units"),
    ],
)
def test_outputs_that_say_something_else_do_not_agree(old, new):
    assert not agrees(old, new) and not agrees(new, old)


def test_where_numbers_vary_words_alone_are_compared():
    assert agrees("3.1 s, 0.2 MB", "99 s, 7 MB", vary=True)
    assert not agrees("3.1 s", "3.1 minutes", vary=True)


def test_differences_name_their_lines():
    text = filled(CHAPTER, ["4"])
    assert differences(text, ["4"]) == []
    assert differences(text, ["7"]) == ["line 9: shown '4', printed '7'"]
    old = text.replace("return", "return 2 *")
    assert differences(old, ["4"]) == ["line 14: wta_np.ops.relu.relu_backward is another now"]
    varying = text.replace("output -->", "output, numbers vary -->")
    assert differences(varying, ["7"]) == []


def test_a_cell_that_prints_needs_an_output():
    text = cells("print(1)", "x = 2", "print(2)") + "\n<!-- output -->\n```text\n2\n```\n"
    assert differences(text, ["1", "", "2"]) == ["line 1: this cell prints, and no output stands below it"]


def test_chapters_are_found_by_number_and_unknown_numbers_are_refused(folder, capsys):
    first, second = folder("", "01-first.md"), folder("", "02-second.md")
    folder("", "README.md")
    page = folder(cells("print(1)") + "\n<!-- output -->\n```text\n1\n```\n", "page-beside.md")
    assert chapters.chapters() == [first, second, page]
    assert chapters.chapters(["page-beside"]) == [page]
    assert chapters.chapters(["2"]) == chapters.chapters(["02"]) == [second]
    with pytest.raises(ValueError, match="no chapter 07, 12; there are 01, 02, page-beside"):
        chapters.chapters(["02", "7", "12"])
    with pytest.raises(SystemExit) as ended:
        main(["7"])
    assert ended.value.code == 2 and "no chapter 07" in capsys.readouterr().err


def drawing(colour, name="01_dot.png"):
    return f"""import matplotlib.pyplot as plt
fig = plt.figure(figsize=(1, 1), facecolor="{colour}")
fig.savefig("../figures/tutorials/{name}", dpi=10)"""


SHOWN = "![a dot](../figures/tutorials/01_dot.png)\n"


def test_write_fills_a_chapter_in_and_a_check_of_it_passes_and_changes_nothing(folder, tmp_path, capfd):
    path = folder(CHAPTER + cells(drawing("red")) + SHOWN)
    assert main(["--write"]) == 0
    picture = tmp_path / "figures" / "tutorials" / "01_dot.png"
    written, drawn = path.read_text(), picture.read_bytes()
    assert written == filled(CHAPTER, ["4", ""]) + cells(drawing("red")) + SHOWN and drawn[1:4] == b"PNG"
    path.write_text(
        written.replace("\n4\n", "\n9\n").replace("_dot.png)", "_spot.png)").replace("red", "blue")
    )
    assert main(["1"]) == 1
    out = capfd.readouterr().out
    assert "line 9: shown '9', printed '4'" in out
    assert "01_spot.png is shown and not drawn" in out and "01_dot.png is drawn and not shown" in out
    assert picture.read_bytes() == drawn and "\n9\n" in path.read_text()


def test_write_leaves_everything_whole_if_a_cell_fails(folder, tmp_path, capfd):
    text = CHAPTER.replace("\n4\n", "\n5\n") + cells(drawing("red")) + SHOWN + cells("1 / 0")
    path = folder(text)
    good = folder("# Nothing to do\n", "02-second.md")
    assert main(["--write"]) == 1
    assert path.read_text() == text and good.read_text() == "# Nothing to do\n"
    assert not (tmp_path / "figures").exists()
    line = text.split("\n").index("1 / 0") + 1
    out = capfd.readouterr().out
    assert f"line {line}: ZeroDivisionError: division by zero" in out and "Traceback" not in out
    assert "01-first.md" in out and "02-second.md" in out and "passed" in out


def test_warnings_and_a_process_that_ends_are_told(folder):
    path = folder(cells("import warnings", "warnings.warn('too fast')"))
    (told,) = chapters.check(path)
    assert "01-first.md:6: UserWarning: too fast" in told
    with pytest.raises(RuntimeError, match="its process ended with status 0"):
        chapters.check(folder(cells("import os\nos._exit(0)")))


def gone(pid):
    """Whether a process has ended; one that nobody has asked for its status is still listed, as a zombie."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


SLEEPS = "import os, time\nopen({!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)"


def wait_for(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_chapter_that_hangs_is_ended(folder, tmp_path, monkeypatch):
    pid = tmp_path / "pid"
    path = folder(cells(SLEEPS.format(str(pid))))
    monkeypatch.setattr(chapters, "LONGEST", 3)
    with pytest.raises(RuntimeError, match="still running after 3 seconds"):
        chapters.check(path)
    assert not pid.exists() or gone(int(pid.read_text()))


def test_ctrl_c_ends_the_chapter_that_runs(folder, tmp_path):
    pid = tmp_path / "pid"
    path = folder(cells(SLEEPS.format(str(pid))))
    program = (
        "import pathlib, signal, sys, chapters\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"chapters.HERE = pathlib.Path({str(path.parent)!r})\n"
        "sys.exit(chapters.main([]))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE, text=True
    )
    wait_for(lambda: pid.exists() and pid.read_text())
    parent.send_signal(signal.SIGINT)
    said = parent.communicate(timeout=30)[1]
    assert parent.returncode == 130 and "Traceback" not in said
    wait_for(lambda: gone(int(pid.read_text())), 10)


def test_a_chapter_that_is_edited_while_it_runs_is_not_overwritten(folder):
    path = folder("")
    path.write_text(cells(f"with open({str(path)!r}, 'a') as file:\n    _ = file.write('more')"))
    with pytest.raises(RuntimeError, match="changed while its cells ran"):
        chapters.write(path)
    assert path.read_text().endswith("more")


def test_what_is_shown_is_the_functions_own_text():
    shown = source_of("wta_np.ops.lifetime.lifetime_backward").split("\n")
    file = Path(ops.lifetime_backward.__code__.co_filename).read_text(encoding="utf-8")
    assert all(line in file for line in shown)


def test_a_chapter_is_skipped_in_words_where_what_it_needs_is_missing(folder, monkeypatch, capsys):
    path = folder("<!-- needs: no_such_module, from wta_np[thing] -->\n\n" + cells("1 / 0"))
    monkeypatch.setattr(chapters, "HERE", path.parent)
    assert chapters.main([]) == 0
    assert (
        f"{path.name}: skipped, needs no_such_module: pip install 'wta_np[thing]'" in capsys.readouterr().out
    )
    assert chapters.lacks("<!-- needs: json, from wta_np[thing] -->") == ""
    path.write_text(cells("1 / 0"))
    assert chapters.main([]) == 1
