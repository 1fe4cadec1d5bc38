"""The tools of a report in a browser: sorting, files, a phone, the dark, contrast."""

import pytest
from report.looks import CONTRAST, NARROW, set_value, until

from tutorials.book import browser


def test_units_are_sorted_filtered_and_found(page):
    look = page()

    def choose(name, value):
        set_value(look, name, value)
        return look("[...document.querySelectorAll('#grid .cell')].map(cell => Number(cell.dataset.unit))")

    numbers = look("JSON.parse(document.querySelector('#numbers').textContent)")
    units = range(2000)
    for name in ("active", "norm", "peak"):
        wanted = sorted(units, key=lambda unit, name=name: (-numbers["units"][name][unit], unit))
        assert choose("sort", name)[:50] == wanted[:50]
    purity = numbers["classes"]["purity"]
    assert choose("sort", "purity")[:50] == sorted(units, key=lambda unit: (-purity[unit], unit))[:50]
    twin = [row[0] for row in numbers["units"]["nearest"]["value"]]
    assert choose("sort", "twin")[:50] == sorted(units, key=lambda unit: (-twin[unit], unit))[:50]
    choose("sort", "index")
    dead = [unit for unit in units if numbers["units"]["active"][unit] == 0]
    assert choose("filter", "dead")[:50] == dead[:50] and {7, 1234} <= set(dead)
    choose("filter", "all")
    preferred = [unit for unit in units if numbers["classes"]["preferred"][unit] == 1]
    assert choose("prefers", "1")[:50] == preferred[:50]
    look("document.querySelector('#goto').value = '1234'; document.querySelector('#tools').requestSubmit()")
    assert look("document.querySelector('#unit h3').textContent") == "Unit 1234"
    assert "dead unit" in look("document.querySelector('#unit').textContent")
    look("document.querySelector('#goto').value = ''; document.querySelector('#tools').requestSubmit()")
    assert "they are 0 to 1999" in look("document.querySelector('#found').textContent")
    look("document.querySelectorAll('#class-table button')[2].click()")
    assert look("document.querySelector('#prefers').value") == "2"


def test_an_image_tells_which_units_speak_for_it(page):
    look = page("#unit-3")
    numbers = look("JSON.parse(document.querySelector('#numbers').textContent)")
    image = numbers["reconstructions"]["images"][1]
    wanted = [f"#unit-{unit}" for unit, _ in numbers["images"]["strongest"][image]]
    look("document.querySelectorAll('.pair')[1].click()")
    assert look("[...document.querySelectorAll('#strongest a')].map(link => link.hash)") == wanted
    first = numbers["units"]["top"]["image"][3][0]
    look("document.querySelector('#unit a.quiet').click()")
    number = numbers["images"]["number"][first]
    assert look(until(f"document.querySelector('#unit h3').textContent === 'Image {number}'"))
    wanted = [f"#unit-{unit}" for unit, _ in numbers["images"]["strongest"][first]]
    assert look("[...document.querySelectorAll('#unit a')].map(link => link.hash)") == wanted


def test_numbers_come_as_files(page):
    look = page()
    files = look(
        """(() => {
  const kept = [];
  URL.createObjectURL = blob => { kept.push(blob.text()); return "blob:none"; };
  URL.revokeObjectURL = () => {};
  HTMLAnchorElement.prototype.click = function () { kept.push(this.download); };
  document.querySelector("#csv").click();
  document.querySelector("#json").click();
  return Promise.all(kept);
})()"""
    )
    table, table_name, everything, name = files
    lines = table.split("\r\n")
    assert (table_name, name, len(lines)) == ("report_units.csv", "report.json", 2002)
    head = lines[0].split(",")
    assert head[:2] == ["unit", "active"] and head[-1] == "mean_on_2"
    assert all(len(line.split(",")) == len(head) for line in lines[1:-1])
    assert everything == look("document.querySelector('#numbers').textContent")


@pytest.mark.parametrize("address", ["", "#unit-5"])
def test_a_phone_need_not_scroll_sideways(address, page):
    look = page(address, browser.PHONE)
    assert look(NARROW) <= 1
    if address:
        assert look("getComputedStyle(document.querySelector('#unit')).position") == "fixed"
        look("document.querySelector('#unit button[aria-label=Close]').click()")
        assert look("getComputedStyle(document.querySelector('#unit')).display") == "none"


def test_dark_is_as_the_system_says_or_as_the_switch_says(page, chromium):
    media = {"name": "prefers-color-scheme", "value": "dark"}
    chromium.call("Emulation.setEmulatedMedia", features=[media])
    try:
        look = page()
        back = "getComputedStyle(document.body).backgroundColor"
        assert look(back) == "rgb(20, 23, 28)"
        look("document.querySelector('#theme').click()")
        assert look(back) == "rgb(255, 255, 255)"
        look("document.querySelector('#theme').click()")
    finally:
        chromium.call("Emulation.setEmulatedMedia", features=[])


def test_words_stand_out_from_what_is_behind_them(page):
    """Contrast of at least 4.5 to 1, as WCAG 2 asks for (AA), of all words in both themes."""
    for theme in ("light", "dark"):
        look = page("#unit-3")
        look(f"document.documentElement.dataset.theme = '{theme}'")
        assert look(CONTRAST) == []
