"""Sphinx's settings for the book; `build.py` lays the pages out and calls it."""

import os
from pathlib import Path

import wta_np
from tutorials.book.api_pages import ABSENT

HERE = Path(__file__).resolve().parent

project = "wta_np"
author = copyright = "The wta_np authors"
version = release = wta_np.__version__

extensions = [
    "myst_parser",  # the chapters are Markdown
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_copybutton",
    "tutorials.book.descriptions",  # what search engines show of a page
    "tutorials.book.fences",  # package code and outputs in the chapters
    "tutorials.book.mathml",  # formulas without a script
    "tutorials.book.names",  # names of functions and files become links
]
LIVE = os.environ.get(
    "WTA_NP_LIVE"
)  # the folder that `live.assets` wrote, where the book is to run in the page
if LIVE:
    extensions.append("tutorials.book.live.pages")
exclude_patterns = ["files/**/*.md"]  # shown as they are
nitpicky = False

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 4  # links such as CONTRIBUTING.md#notation
html_math_renderer = "mathml"

add_module_names = False
autodoc_mock_imports = ABSENT
autodoc_member_order = "bysource"  # a backward stays below its forward
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # the docstrings have the types
default_role = "py:obj"
highlight_language = "text"  # docstrings' blocks are equations
maximum_signature_line_length = 90
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False  # autodoc lists them
toc_object_entries_show_parents = "hide"

html_theme = "pydata_sphinx_theme"
html_title = "wta_np"
html_static_path = [str(HERE / "static"), *([LIVE] if LIVE else [])]
html_css_files = ["book.css"]
html_favicon = str(HERE / "static" / "favicon.svg")
html_search_scorer = str(HERE / "scorer.js")  # chapters before reference
copybutton_selector = "div:not(.output) > div.highlight > pre"  # what a cell prints is not code
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # a page opened from the disk may not read another one
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_theme_options = {
    "header_links_before_dropdown": 7,
    "navbar_persistent": ["search-button"],
    "navbar_end": ["theme-switcher"],
    "show_prev_next": False,  # the chapters have their own
    "footer_start": ["copyright"],
    "footer_end": [],
    "navigation_with_keys": False,
    "navigation_depth": 2,
    "show_nav_level": 1,
}
ALONE = ("index", "README", "CONTRIBUTING", "benchmarks/results", "tutorials/answers", "tutorials/glossary")
html_sidebars = {page: [] for page in ALONE}  # they have no pages beside them
