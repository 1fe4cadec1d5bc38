"""What README and CONTRIBUTING promise: names that exist, an index that is complete, files that are there."""

import doctest
import importlib
import json
import re
from pathlib import Path

import pytest

from wta_np import ops

ROOT = Path(__file__).resolve().parent.parent
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = sorted(set(re.findall(r"`(wta_np(?:\.\w+)+)`", CONTRIBUTING + README)))


def resolve(dotted):
    """The object of a dotted name: the longest part that is a module, then attributes."""
    parts = dotted.split(".")
    for i in range(len(parts), 0, -1):
        try:
            value = importlib.import_module(".".join(parts[:i]))
        except ModuleNotFoundError:
            continue
        for name in parts[i:]:
            value = getattr(value, name)
        return value
    raise ModuleNotFoundError(dotted)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_in_the_documents_exists(name):
    resolve(name)


def test_the_index_has_every_op():
    table = CONTRIBUTING.split("## From equation to file")[1].split("\n## ")[0]
    missing = [name for name in ops.__all__ if f"{getattr(ops, name).__module__}.{name}`" not in table]
    assert not missing


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_links_and_files_that_are_named_exist(text):
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    paths = re.findall(r"`((?:wta_np|tests|figures|benchmarks|tutorials|\.ci)/[\w./-]*)`", text)
    missing = [path for path in links + paths if not (ROOT / path).exists()]
    assert not missing


def test_the_gradient_check_in_the_readme_prints_what_it_says():
    block = README.split("## Check a gradient of your own")[1].split("## How to read")[0]
    test = doctest.DocTestParser().get_doctest(block, {}, "README", None, 0)
    result = doctest.DocTestRunner(verbose=False).run(test)
    assert result.attempted >= 8 and result.failed == 0


def test_nothing_in_the_readme_waits_to_be_filled_in():
    assert not re.search(r"^[A-Z_]{6,}$", README, re.MULTILINE)


def test_every_make_target_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"(?:^    |`)make ([a-z][\w-]*)", README + CONTRIBUTING, re.MULTILINE)):
        assert f"\n{target}:" in makefile, target


def test_the_ratios_in_the_readme_are_those_of_the_last_benchmark():
    rows = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))["rows"]
    ratio = {row["work"]: row["ratio"][1] for row in rows if row["peer"] == "PyTorch"}
    work = "CONV-WTA step, 64 maps, 28x28, 5%"
    time, memory = ratio[work], ratio[f"peak memory of a {work}"]
    said = re.search(
        r"takes ([\d.]+) of the time of PyTorch's eager mode, and ([\d.]+) of its memory", README
    )
    assert said and said.groups() == (f"{time:.2f}", f"{memory:.2f}")
