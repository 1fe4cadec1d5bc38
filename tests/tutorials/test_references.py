"""Formulas that a chapter refers to have numbers, and every reference has its formula."""

import re

from chapters import HERE
from test_chapters import CHAPTERS

TAG = re.compile(r"^\$\$.*\\tag\{(\d+\.\d+)\}\$\$$", re.MULTILINE)
REFERENCE = re.compile(r"\((\d{1,2}\.\d)\)")


def outside_of_code(text):
    return re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)


def test_numbers_of_formulas_are_those_of_their_chapter_in_order():
    for path in CHAPTERS:
        numbers = TAG.findall(path.read_text(encoding="utf-8"))
        assert numbers == [f"{int(path.name[:2])}.{i + 1}" for i in range(len(numbers))], path.name


def test_every_number_that_is_referred_to_stands_at_a_formula_and_every_one_is_referred_to():
    texts = [path.read_text(encoding="utf-8") for path in [*CHAPTERS, HERE / "answers.md"]]
    numbered = {number for text in texts for number in TAG.findall(text)}
    named = {number for text in texts for number in REFERENCE.findall(outside_of_code(text))}
    ranges = re.findall(r"\((\d+)\.(\d)\) to \(\1\.(\d)\)", "".join(texts))
    named |= {f"{n}.{i}" for n, a, b in ranges for i in range(int(a), int(b) + 1)}
    assert named == numbered and len(numbered) > 8
