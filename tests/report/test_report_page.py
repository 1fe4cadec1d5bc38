"""The page of a report as text: well-formed, complete, from nowhere but itself, and safe whatever files say."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from report.models import MAKERS, N, images

from wta_np import History
from wta_np._utils.text import visible
from wta_np.data.preparation import Preparation
from wta_np.data.whitening import Whitening
from wta_np.models import FCWTA
from wta_np.report import write_report
from wta_np.report.page import SCRIPTS, STYLES
from wta_np.report.sprites import sheet

VOID = {"meta", "img", "input", "br", "link"}
EVIL = "</script><script>window.taken=1</script><img src=x onerror=window.taken=2>&amp;'\"\u2028"
STATIC = resources.files("wta_np.report").joinpath("static")
LABELS = np.arange(N) % 3


class Page(HTMLParser):
    """Tags that are not closed in their order, ids, and what refers to something."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.ids, self.references, self.urls = [], [], [], [], []
        self.content = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids += [values["id"]] if "id" in values else []
        self.references += [values[name] for name in ("for", "aria-labelledby") if name in values]
        self.references += [values["href"][1:]] if values.get("href", "").startswith("#") else []
        self.urls += [values[name] for name in ("src", "href", "action", "srcset") if name in values]
        self.wrong += [name for name in values if name.startswith("on") or name == "style"]
        if tag not in VOID:
            self.open.append((tag, values.get("id")))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop()[0] != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        tag, name = self.open[-1] if self.open else ("", "")
        self.content[name or tag] = self.content.get(name or tag, "") + data


def report(path, kind="tied", **options):
    """The text of a report of a small model."""
    model = MAKERS[kind]()
    channels = 3 if "colour" in kind else 1
    write_report(path / "report.html", model, images(channels=channels), **options)
    return (path / "report.html").read_text(encoding="utf-8")


@pytest.fixture(params=MAKERS)
def page(request, tmp_path):
    return Page(report(tmp_path, request.param, labels=LABELS, batch_size=8))


def test_every_kind_of_model_makes_a_well_formed_page(page):
    assert page.wrong == [] and page.open == []
    assert len(set(page.ids)) == len(page.ids) and set(page.references) <= set(page.ids)
    numbers = json.loads(page.content["numbers"])
    assert set(numbers["sheets"]) - {"filters"} == {"atoms", "images", "reconstructions"}
    n_units = numbers["summary"]["units"]
    for name in ("active", "wins", "peak", "mean", "norm", "histogram"):
        assert len(numbers["units"][name]) == n_units
    assert len(numbers["classes"]["purity"]) == n_units and numbers["sheets"]["atoms"]["number"] == n_units
    n_steps = sum(len(numbers["reconstructions"][way]["setting"]) for way in ("image", "unit"))
    n_images = len(numbers["reconstructions"]["images"])
    assert numbers["sheets"]["reconstructions"]["number"] == (1 + n_steps) * n_images
    used = [i for name in ("top", "spread") for row in numbers["units"][name]["image"] for i in row]
    assert max(used) < numbers["sheets"]["images"]["number"] == len(numbers["images"]["number"])
    assert numbers["images"]["label"] == [n % 3 for n in numbers["images"]["number"]]


def test_nothing_comes_from_anywhere_else(page):
    assert all(url.startswith(("data:image/png;base64,", "#")) for url in page.urls)
    text = "".join(page.content[name] for name in ("style", "script"))
    assert "url(" not in page.content["style"] and "@import" not in page.content["style"]
    assert re.findall(r"\w+://[^\"'\s]+", text) == ["http://www.w3.org/2000/svg"]  # a name, never asked for
    assert not re.search(
        r"\b(fetch|XMLHttpRequest|WebSocket|import|eval|Function|innerHTML|outerHTML)\b", text
    )


def test_the_policy_of_the_page_names_its_own_script_and_style_alone(tmp_path):
    text = report(tmp_path)
    page = Page(text)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'" and "unsafe" not in policy and "http" not in policy
    for rule in ("script", "style"):
        checksum = base64.b64encode(hashlib.sha256(page.content[rule].encode()).digest()).decode()
        assert rules[f"{rule}-src"] == f"'sha256-{checksum}'"


def test_texts_from_files_are_text(tmp_path):
    text = report(
        tmp_path,
        labels=LABELS,
        title=EVIL,
        class_names=(EVIL, "two", EVIL),
        settings={EVIL: EVIL, "data": f"<!-- script -->{EVIL}"},
    )
    assert "<script>window.taken" not in text and "<img src=x" not in text
    numbers = json.loads(Page(text).content["numbers"])
    assert numbers["title"] == visible(EVIL) and numbers["classes"]["names"] == [EVIL, "two", EVIL]
    assert numbers["settings"][EVIL] == EVIL and numbers["settings"]["data"].endswith(EVIL)


def test_what_a_history_lacks_is_left_out_and_no_history_is_none(tmp_path):
    def history(**options):
        return json.loads(Page(report(tmp_path, **options)).content["numbers"])["history"]

    assert history() is None and history(history=History()) is None
    assert history(history=History([{"loss": 2.0, "own": 1}])) == {"epoch": [1], "loss": [2.0]}


def test_the_same_model_and_images_make_the_same_page(tmp_path):
    assert report(tmp_path) == report(tmp_path)


def test_flat_samples_dead_units_equal_images_and_a_single_one(tmp_path):
    model = FCWTA(6, 3, rng=0)
    model.params["b_enc"][:2] = -100
    for x in (np.zeros((5, 6), "f4"), np.ones((1, 6), "f4")):
        write_report(tmp_path / "r.html", model, x)
        numbers = json.loads(Page((tmp_path / "r.html").read_text()).content["numbers"])
        assert numbers["summary"]["never_active"] >= 2 and numbers["classes"] is None
        assert numbers["summary"]["explained_variance"] is None
        assert numbers["units"]["top"]["image"][0] == []


def test_what_json_or_utf_8_lacks_and_a_single_unit(tmp_path):
    model = FCWTA(6, 1, rng=0)
    rows = [{"epoch": 1, "loss": float("nan")}, {"epoch": 2, "loss": 1.0}]
    settings = {"rate": float("inf"), "none": None, "path": Path("a")}
    options = {"history": History(rows), "settings": settings, "title": "run \udcff\x1b"}
    write_report(tmp_path / "r.html", model, np.random.default_rng(0).random((5, 6), "f4"), **options)
    numbers = json.loads(Page((tmp_path / "r.html").read_text(encoding="utf-8")).content["numbers"])
    assert numbers["history"]["loss"] == [None, 1.0] and numbers["title"] == r"run \xff\x1b"
    assert {"rate": "Infinity", "path": "a"}.items() <= numbers["settings"].items()
    assert "none" not in numbers["settings"] and numbers["units"]["nearest"] == {"unit": [[]], "value": [[]]}
    model.params["W_enc"][:] = 3e38
    with pytest.raises(ValueError, match="the code holds"), np.errstate(over="ignore"):
        write_report(tmp_path / "r.html", model, np.full((5, 6), 3e38, "f4"))


def test_of_very_many_classes_nothing_is_said(tmp_path):
    for n, is_said in ((100, True), (101, False)):
        write_report(tmp_path / "r.html", FCWTA(6, 3, rng=0), np.eye(101, 6, dtype="f4"), np.arange(101) % n)
        numbers = json.loads(Page((tmp_path / "r.html").read_text()).content["numbers"])
        assert bool(numbers["classes"]) == bool(numbers["images"]["label"]) == is_said


def test_whitened_images_are_shown_as_pixels(tmp_path):
    preparation = Preparation(whitening=Whitening("zca", 0.9).fit(images(200)))
    text = report(tmp_path, preparation=preparation)
    assert Page(text).wrong == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": [1, 2]}, "labels has length 2, expected 24, one for each image"),
        ({"batch_size": 0}, "batch_size is 0, expected at least 1"),
        ({"n_images": 0}, "n_images is 0, expected at least 1"),
    ],
)
def test_wrong_arguments_get_a_sentence(change, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        report(tmp_path, **change)
    with pytest.raises(ValueError, match="images is empty, expected at least one image"):
        write_report(tmp_path / "r.html", MAKERS["tied"](), images()[:0])


def test_sheets_hold_the_pictures_line_by_line():
    from io import BytesIO

    from PIL import Image

    pictures = np.random.default_rng(0).random((7, 4, 6, 3)) * 1.2 - 0.1
    found = sheet(pictures)
    page = np.asarray(Image.open(BytesIO(found.png)))
    for i, picture in enumerate(pictures):
        line, column = divmod(i, found.columns)
        cut = page[line * 4 : line * 4 + 4, column * 6 : column * 6 + 6]
        assert np.abs(cut - 255 * np.clip(picture, 0, 1)).max() <= 0.51
    small = sheet(pictures[..., :2], shrink=3)
    assert (small.height, small.width) == (1, 2)
    assert sheet(np.zeros((2, 1, 500, 1)), shrink=6)[1:] == (2, 1, 1, 83)


def test_every_script_and_style_is_used_and_every_element_that_scripts_ask_for_is_there():
    files = {file.name for file in STATIC.iterdir()}
    assert files == {"page.html", *STYLES, *SCRIPTS}
    template = STATIC.joinpath("page.html").read_text(encoding="utf-8")
    for name in SCRIPTS:
        script = STATIC.joinpath(name).read_text(encoding="utf-8")
        for wanted in re.findall(r'byId\("([\w-]+)"\)', script):
            assert f'id="{wanted}"' in template or wanted == "sheet-images", (name, wanted)
