"""What guides a reader: time and difficulty, when to stop and write an exercise, answers, and the glossary."""

import re

import pytest
from chapters import HERE
from test_chapters import CHAPTERS, EXERCISES, every_chapter, links


@every_chapter
def test_a_chapter_says_at_its_head_how_long_it_takes_how_hard_it_is_and_what_it_needs(path):
    head = path.read_text(encoding="utf-8").split("\n## ")[0]
    assert re.search(
        r"^\*\*Time:\*\* about \d.*?\*\*Difficulty:\*\* (easy|medium|hard)\.\s\*\*Needs:\*\* \w",
        head,
        re.MULTILINE | re.DOTALL,
    )


@every_chapter
def test_every_question_of_a_chapter_has_an_answer(path):
    title = f"Chapter {int(path.name[:2])}" if path.name[:2].isdigit() else path.stem
    asked = path.read_text(encoding="utf-8").split("\n## Questions to think about\n")[1].split("\n## ")[0]
    answers = (HERE / "answers.md").read_text(encoding="utf-8") + "\n## "
    given = answers.split(f"\n## {title}\n")[1].split("\n## ")[0]
    numbers = [re.findall(r"^(\d+)\. \S", text, re.MULTILINE) for text in (asked, given)]
    assert numbers[0] == numbers[1] and len(numbers[0]) >= 4
    assert (
        f"(answers.md#{title.lower().replace(' ', '-')})" in asked
        and f"({path.name}#questions-to-think-about)" in given
    )


# What gives the answer to an exercise away: code of the package, or a cell or formula that begins so.
GIVEN_AWAY = {
    1: "<!-- source: wta_np.ops.linear.linear_backward -->",
    2: "<!-- source: wta_np.ops.relu.relu_backward -->",
    3: "<!-- source: wta_np.ops.lifetime.winners_per_unit -->",
    4: "<!-- source: wta_np.ops.lifetime.lifetime_backward -->",
    5: "## Momentum",
    6: "<!-- source: wta_np.training.sgd._update -->",
    7: "<!-- source: wta_np.ops.bernoulli.free_energy_forward -->",
    8: "<!-- source: wta_np.models.rbm.RBM._negative -->",
    9: "<!-- source: wta_np.ops.im2col.fill_columns -->",
    10: "<!-- source: wta_np.ops.im2col.add_columns -->",
    11: "<!-- source: wta_np.ops.conv.conv2d_backward -->",
    12: "<!-- source: wta_np.ops.spatial.spatial_winners -->",
    13: "$$d\\text{value}_r",
    14: "$$ds_{nk} =",
    16: "$$dz^1_{nl} =",
    17: "Count for a step of FC-WTA.",
    18: "def per_sample(",
    19: "<!-- source: wta_np.ops.pool.max_pool_forward -->",
}


@pytest.mark.parametrize("number", GIVEN_AWAY)
def test_a_reader_is_told_to_stop_before_the_solution_of_an_exercise(number):
    (file,) = EXERCISES.glob(f"ex{number:02}_*.py")
    row = next(
        line
        for line in (EXERCISES / "README.md").read_text("utf-8").split("\n")
        if line.startswith(f"| `{file.name}`")
    )
    text = (HERE / re.search(r"\(\.\./([\w-]+\.md)\)", row)[1]).read_text(encoding="utf-8")
    told = f"> **Stop: exercise {number} now.**"
    (box,) = [paragraph for paragraph in text.split("\n\n") if paragraph.startswith(told)]
    assert f"(exercises/{file.name})" in box
    assert text.index(told) < text.index(GIVEN_AWAY[number])


def test_the_glossary_is_sorted_and_linked_from_where_a_reader_begins():
    text = (HERE / "glossary.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        words = [word.lower() for word in re.findall(r"^- \*\*([^*]+)\*\*", section, re.MULTILINE)]
        assert words == sorted(words) and len(words) > 4
    for page in (HERE / "README.md", CHAPTERS[0]):
        assert (HERE / "glossary.md", "") in links(page)
