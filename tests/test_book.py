"""The checker of the book, on small books of our own that have one thing wrong."""

import pytest

from tutorials.book import check

PNG = b"\x89PNG\r\n\x1a\n" + b"content" + b"\x00\x00\x00\x00IEND\xaeB`\x82"
FORMULA = "<math><mi>x</mi></math>"


@pytest.fixture
def book(tmp_path):
    """Writes the body of the page index.html beside a good page and a good picture: what is wrong then."""
    (tmp_path / "good.html").write_text('<h1 id="top">Good</h1>')
    (tmp_path / "good.png").write_bytes(PNG)
    (tmp_path / "half.png").write_bytes(PNG[:12])

    def write(body):
        (tmp_path / "index.html").write_text(f"<html><body>{body}</body></html>")
        return check.check_static(tmp_path)

    return write


@pytest.mark.parametrize(
    "body",
    [
        '<a href="good.html">page</a> <a href="good.html#top">part</a> <a href="#here" id="here">this</a>',
        '<a href="https://example.org/">elsewhere, which is not fetched</a>',
        '<img src="good.png"><img src="data:image/png;base64,AAAA">',
        f"{FORMULA} <code>$x$ and \\frac</code><pre>$PATH \\n</pre>",
        "It costs $5.",
    ],
)
def test_nothing_is_said_of_a_good_page(book, body):
    assert book(body) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<a href="none.html">page</a>', "index.html: none.html is not there"),
        ('<a href="good.html#bottom">part</a>', "good.html#bottom has no such anchor"),
        ('<a href="#bottom">part</a>', "#bottom has no such anchor"),
        ('<a href="../outside.html">page</a>', "../outside.html is not there"),
        ('<img src="none.png">', "none.png is not there"),
        ('<img src="half.png">', "half.png is not a complete PNG"),
        ('<img src="https://example.org/a.png">', "https://example.org/a.png comes from the network"),
        ('<script src="//example.org/a.js"></script>', "//example.org/a.js comes from the network"),
        ("<p>where $x_n$ is</p>", "raw LaTeX: $x_n$"),
        (r"<p>\(x\)</p>", r"raw LaTeX: \("),
        (r"<p>half: \frac{1}{2}</p>", r"raw LaTeX: \frac"),
        (r"<math><mtext>\foo</mtext></math>", "a formula that is empty or holds LaTeX"),
        ("<math></math>", "a formula that is empty"),
        ("<math><merror><mi>x</mi></merror></math>", "could not be converted"),
    ],
)
def test_what_is_wrong_with_a_page_is_said_once_and_by_name(book, body, words):
    told = book(body)
    assert words in told[0]
    assert all("index.html" in wrong for wrong in told)


def test_a_style_sheet_that_loads_from_the_network_is_found(book, tmp_path):
    (tmp_path / "a.css").write_text('@import "https://example.org/b.css"; p { background: url(none.png) }')
    assert book("") == [
        "a.css: https://example.org/b.css comes from the network",
        "a.css: none.png is not there",
    ]


def test_a_book_that_was_not_built_is_a_mistake_with_advice(tmp_path):
    assert "make book" in check.check_static(tmp_path)[0]


def test_pages_are_read_where_no_browser_is_installed(book, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tutorials.book.browser.NAMES", ())
    book("")
    assert check.main(tmp_path) == 0
    assert "Chromium is not installed" in capsys.readouterr().out
