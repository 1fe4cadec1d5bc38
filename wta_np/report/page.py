"""The page of a report: its template, styles, scripts, numbers and sheets of pictures in one text.

The numbers stand in a block of JSON that no browser runs. Everything that comes from files is in it, and the scripts
make text of it, never HTML. The page's own policy names the checksums of its scripts and styles: nothing else is run,
and nothing is loaded from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from importlib import resources
from typing import Any

from wta_np.report.sprites import Sheet

STYLES = ("base.css", "units.css", "sections.css")
SCRIPTS = (  # in this order; together they are one function
    "dom.js",
    "charts.js",
    "sheets.js",
    "table.js",
    "grid.js",
    "panel.js",
    "unit.js",
    "image.js",
    "classes.js",
    "reconstructions.js",
    "sections.js",
    "download.js",
    "main.js",
)


def page(numbers: dict[str, Any], sheets: dict[str, Sheet]) -> str:
    """The HTML of a report of these `numbers` and `sheets`."""
    style = "".join(map(_static, STYLES))
    script = f'(() => {{\n"use strict";\n{"".join(map(_static, SCRIPTS))}}})();\n'
    numbers = {**numbers, "sheets": {name: sheet.layout for name, sheet in sheets.items()}}
    parts = {
        "policy": policy(script, style),
        "title": html.escape(numbers["title"]),
        "style": style,
        "script": script,
        "numbers": json_for_html(numbers),
        "sheets": "".join(map(_image, sheets, sheets.values())),
    }
    text = _static("page.html")
    for name, part in parts.items():
        before, mark, after = text.partition(f"<!-- {name} -->")
        assert mark, name
        text = f"{before}{part}{after}"
    return text


def _image(name: str, sheet: Sheet) -> str:
    return f'<img id="sheet-{name}" alt="" src="{sheet.url}" hidden>\n'


def policy(script: str, style: str) -> str:
    """A Content-Security-Policy that allows this script and this style, pictures inside the page, and nothing else."""
    allowed = {
        "default-src": "'none'",
        "script-src": _checksum(script),
        "style-src": _checksum(style),
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in allowed.items())


def json_for_html(value: Any) -> str:
    """JSON that can stand in a ``<script>`` block: whatever its texts are, none of them ends the block.

    >>> json_for_html({"name": "</script><b>"})
    '{"name":"\\\\u003c/script\\\\u003e\\\\u003cb\\\\u003e"}'
    """
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _checksum(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _static(name: str) -> str:
    return resources.files("wta_np.report").joinpath("static").joinpath(name).read_text(encoding="utf-8")
