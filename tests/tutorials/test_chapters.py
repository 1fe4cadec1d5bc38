"""All chapters: the package's code as it is now, one form, links that lead somewhere, pictures that are used."""

import re

import chapters
import pytest
from chapters import HERE, PICTURES, blocks, pictures_of, source_of
from formulas import formula_faults

ROOT = HERE.parent
CHAPTERS = chapters.chapters()  # and pages beside them that are run and checked alike
NUMBERED = [path for path in CHAPTERS if path.name[:2].isdigit()]
EXERCISES = HERE / "exercises"
PAGES = sorted(HERE.glob("*.md")) + [EXERCISES / "README.md"]
LAST = 12
OPENING = ["What you'll do", "What you'll learn", "What you'll need"]
CLOSING = ["Questions to think about", "On your own", "In practice...", "Further reading"]

every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=[path.stem for path in CHAPTERS])
every_numbered_chapter = pytest.mark.parametrize("path", NUMBERED, ids=[path.stem for path in NUMBERED])


def prose(path):
    """The lines of a page outside of its fences and comments, and without code in the line."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^<!--.*?-->$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)


def headings(path, level):
    return re.findall(rf"^{'#' * level} (.*)$", prose(path), re.MULTILINE)


def anchors(path):
    """What can follow the # in a link to a page: its headings in lower case, their spaces hyphens."""
    found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def links(path):
    """(file, anchor or empty) of the links to files of the repository."""
    targets = re.findall(r"\]\(([^()\s]+)\)", prose(path))
    parts = [target.partition("#") for target in targets if "://" not in target]
    return [((path.parent / file).resolve() if file else path, anchor) for file, _, anchor in parts]


@every_chapter
def test_package_code_in_a_chapter_is_the_packages_code(path):
    sources = [block for block in blocks(path.read_text(encoding="utf-8")) if block.kind == "source"]
    assert [source_of(block.note) for block in sources] == [block.content for block in sources]


@every_chapter
def test_every_comment_that_promises_code_or_output_stands_above_its_fence(path):
    lines = path.read_text(encoding="utf-8").split("\n")
    fences = {"source": "```python .noeval", "output": "```text"}
    promised = [
        (i, kind) for i, line in enumerate(lines) for kind in fences if line.startswith(f"<!-- {kind}")
    ]
    assert all(lines[i + 1] == fences[kind] for i, kind in promised)
    filled_in = [block for block in blocks("\n".join(lines)) if block.kind != "cell"]
    assert len(promised) == len(filled_in) and all(block.content for block in filled_in)


@every_chapter
def test_a_chapter_has_the_form_of_all_chapters(path):
    sections = headings(path, 2)
    assert path.read_text(encoding="utf-8").startswith("# ") and len(headings(path, 1)) == 1
    assert sections[:3] == OPENING and sections[-4:] == CLOSING and len(sections) > 7


@every_numbered_chapter
def test_a_chapter_ends_with_links_to_its_neighbours_and_to_all(path):
    footer, number = prose(path).split("\n---\n")[-1], int(path.name[:2])
    neighbours = [f"{n:02}" for n in (number - 1, number + 1) if 1 <= n <= LAST]
    assert re.findall(r"\((\d\d)-[\w-]+\.md\)", footer) == neighbours and "(README.md)" in footer


@every_chapter
def test_formulas_stand_alone_and_lines_are_short(path):
    text = path.read_text(encoding="utf-8")
    printed = {i for block in blocks(text) if block.kind == "output" for i in range(block.start, block.stop)}
    lines = ["", *text.split("\n"), ""]
    for i, (before, line, after) in enumerate(zip(lines, lines[1:], lines[2:])):
        if line.startswith("$$"):
            assert line.endswith("$$") and len(line) > 4 and not before and not after, line
        elif i not in printed:
            assert len(line) <= 120 or line.startswith(("|", "![")), line


every_page = pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(HERE)) for path in PAGES])


@every_page
def test_a_repositorys_web_page_shows_every_formula(path):
    assert formula_faults(path.read_text(encoding="utf-8")) == []


@every_page
def test_links_lead_to_files_and_headings_that_exist(path):
    lost = [file.name for file, _ in links(path) if not file.exists()]
    assert not lost
    lost = [f"{file.name}#{anchor}" for file, anchor in links(path) if anchor and anchor not in anchors(file)]
    assert not lost


def test_pictures_exist_are_small_and_used():
    drawn = {file.name: file.stat().st_size for file in (ROOT / PICTURES).iterdir()}
    shown = {path: pictures_of(path.read_text(encoding="utf-8")) for path in CHAPTERS}
    assert set(drawn) == set().union(*shown.values())
    assert not {name: size for name, size in drawn.items() if size > 200_000}
    begins = {path: path.name[:2] if path in NUMBERED else path.stem for path in CHAPTERS}
    assert all(name.startswith(begins[path] + "_") for path, names in shown.items() for name in names)


def test_the_table_of_contents_has_every_chapter_in_order():
    table = re.findall(r"^\| (\d+) \| \[[^]]+\]\(([\w-]+\.md)\)", prose(HERE / "README.md"), re.MULTILINE)
    assert [int(number) for number, _ in table] == list(range(1, LAST + 1))
    assert [file for _, file in table] == [path.name for path in NUMBERED]


def test_every_exercise_is_linked_from_the_chapter_that_it_belongs_to():
    belongs = {}  # an exercise's file: the chapter that the exercises' table names
    for file, chapter in re.findall(
        r"^\| `(ex\w+\.py)`.*\]\(\.\./([\w-]+\.md)\) \|$",
        (EXERCISES / "README.md").read_text(encoding="utf-8"),
        re.M,
    ):
        belongs[file] = chapter
    assert set(belongs) == {file.name for file in EXERCISES.glob("ex*.py")}
    rows = [
        row for row in (HERE / "README.md").read_text(encoding="utf-8").split("\n") if row.startswith("| ")
    ]
    for file, chapter in belongs.items():
        assert [chapter in row for row in rows if f"(exercises/{file})" in row] == [True], file
        assert (EXERCISES / file, "") in links(HERE / chapter), f"{chapter} does not link {file}"


def test_a_chapter_run_wholly_still_says_and_draws_what_it_shows():
    assert chapters.check(CHAPTERS[0]) == []
