"""The code on the page about other programs runs."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "tutorials/interop.md"


def test_the_recipe_runs_as_it_is_printed():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert blocks
    for block in blocks:
        exec(block, {})
