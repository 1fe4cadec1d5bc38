"""Fixtures: a browser with a page of a report."""

import numpy as np
import pytest
from report.looks import READY
from report.models import images

from tutorials.book import browser
from wta_np import FCWTA, History
from wta_np.report import write_report

NAME = browser.find()
ROWS = [{"epoch": e, "loss": 5 / e, "sparsity": 0.2, "dead": 0.1, "lr": 0.1, "seconds": 1} for e in (1, 2, 3)]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    if NAME is None:
        pytest.skip("needs Chromium")
    chromium = browser.Chromium(NAME, tmp_path_factory.mktemp("profile"))
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """The path of a report of 2,000 units, two of them dead."""
    path = tmp_path_factory.mktemp("large") / "report.html"
    model = FCWTA(64, 2000, lifetime=0.25, rng=0)
    model.params["b_enc"][[7, 1234]] = -100
    write_report(
        path, model, images(60), np.arange(60) % 3, history=History(ROWS), settings={"data": "noise"}
    )
    return path


@pytest.fixture
def page(chromium, large):
    """Opens the large report, at an address, in a window: a function that evaluates in it."""

    def visit(address="", size=browser.LAPTOP, path=large):
        chromium.open("about:blank", *size)  # or only the address behind the # would change
        chromium.open(path.as_uri() + address, *size)
        assert chromium.evaluate(READY)
        return chromium.evaluate

    yield visit
    assert chromium.complaints() == []
