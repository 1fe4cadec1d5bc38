"""A report in a browser: it opens, a click shows a unit, nothing is missing, the console is silent."""

import pytest
from report.looks import BLANK, FRAME, ODD_WORDS, UNNAMED, press, set_value, until
from report.models import MAKERS, images, samples
from report.test_report_page import EVIL, LABELS

from wta_np._utils.text import visible
from wta_np.report import write_report
from wta_np.report.codes import unit_codes


@pytest.mark.parametrize("kind", MAKERS)
def test_every_kind_of_model_opens_shows_units_and_reconstructs(kind, page, tmp_path):
    channels = 3 if "colour" in kind else 1
    path = tmp_path / "report.html"
    with_labels = kind in ("tied", "conv", "fc on fc")
    write_report(path, MAKERS[kind](), images(channels=channels), LABELS if with_labels else None)
    model = MAKERS[kind]()
    unit = unit_codes(model, samples(model)).values.sum(axis=0).argmax()
    look = page(f"#unit-{unit}", path=path)
    assert look("document.querySelector('#unit h3').textContent").endswith(f" {unit}")
    assert look(BLANK) == 0 and look(UNNAMED) == 0 and look(ODD_WORDS) is None
    assert look("document.querySelectorAll('#grid .cell').length") == len(MAKERS[kind]().atoms)
    titles = look("[...document.querySelectorAll('#unit h4')].map(title => title.textContent)")
    wanted = ["Images that excite it most", "Activity", "Nearest atoms", "Active on the same images"]
    assert set(wanted + ["Classes"] * with_labels) <= set(titles)
    assert look("document.querySelector('#classes').hidden") != with_labels
    for way in ("image", "unit"):
        look(f"document.querySelector('input[value={way}]').click()")
        seen = set()
        for at in range(look("Number(document.querySelector('#k').max) + 1")):
            set_value(look, "k", at, "input")
            seen.add(look("document.querySelector('#k-label').textContent"))
            assert look(BLANK) == 0
        assert len(seen) == at + 1 >= 3


def test_a_click_shows_a_unit_and_the_address_links_to_it(page):
    look = page()
    assert "Choose a unit" in look("document.querySelector('#unit').textContent")
    look("document.querySelector('#cell-17').click()")
    assert look("[location.hash, document.querySelector('#unit h3').textContent]") == ["#unit-17", "Unit 17"]
    look("document.querySelector('#unit a.shot:not(.quiet)').click()")
    assert look(until("location.hash !== '#unit-17'"))
    look(FRAME)
    other = look("location.hash")
    assert other.startswith("#unit-") and other != "#unit-17"
    assert look("document.querySelector('#unit h3').textContent") == f"Unit {other[6:]}"
    assert look("document.activeElement.id") != "unit"  # the link was clicked, not focused
    look("document.querySelector('#unit button[aria-label=Next]').focus()")
    look("document.activeElement.click()")
    assert look("document.activeElement.id") == "unit"
    look("location.hash = '#unit-17'")
    assert look(until("document.querySelector('#unit h3').textContent === 'Unit 17'"))
    look("history.back()")
    assert look(until("document.querySelector('#unit h3').textContent !== 'Unit 17'"))
    look("history.back()")
    assert look(until("document.querySelector('#unit h3').textContent === 'Unit 17'"))
    assert look("location.hash") == "#unit-17"
    look("history.back()")
    assert look(until("document.querySelector('#unit').textContent.startsWith('Choose a unit')"))


def test_the_keyboard_goes_through_the_grid(page, chromium):
    look = page()
    look("document.querySelector('#grid').focus()")
    here = "document.querySelector('#grid .is-here')?.dataset.unit"
    press(chromium, "ArrowRight", "ArrowRight", "ArrowRight")
    assert look(here) == "2"
    press(chromium, "ArrowLeft")
    assert look(here) == "1" and look("location.hash") == "#unit-1"
    press(chromium, "ArrowDown")
    columns = int(look(here)) - 1
    assert columns >= 5
    press(chromium, "End")
    assert look(here) == "1999"
    assert look("document.querySelector('#grid').getAttribute('aria-activedescendant')") == "cell-1999"
    press(chromium, "PageUp", "Home", "ArrowUp")
    assert look(here) == "0"
    press(chromium, "Escape")
    assert look(here) is None and look("location.hash") == ""


def test_of_2000_units_only_those_in_sight_are_drawn(page):
    look = page()
    for top in (0, 5000, 10**6):
        look(f"document.querySelector('#grid').scrollTop = {top}")
        look(FRAME)
        assert 50 < look("document.querySelectorAll('#grid .cell').length") < 500 and look(BLANK) == 0
    assert look("document.querySelector('#cell-1999') !== null")
    assert look("document.querySelector('#cell-1999').getAttribute('aria-posinset')") == "2000"


def test_texts_from_files_do_nothing(page, tmp_path):
    path = tmp_path / "report.html"
    names = (EVIL, "=1+1", EVIL)
    write_report(
        path, MAKERS["tied"](), images(), LABELS, title=EVIL, class_names=names, settings={EVIL: EVIL}
    )
    look = page("#unit-1", path=path)
    assert look("window.taken") is None
    assert look("document.querySelector('#title').textContent") == visible(EVIL)
    assert look("document.querySelectorAll('img').length") == 3
    assert EVIL in look("document.querySelector('#settings').textContent")
