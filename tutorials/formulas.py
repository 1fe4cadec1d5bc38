"""Find formulas in a Markdown page that a repository's web page shows wrongly.

GitHub's renderer treats a formula as Markdown first. It removes the backslash before punctuation, so that `\\,`
becomes a comma and `\\|` becomes `|`. It shows no formula that is broken over two lines, that touches a letter or a
digit outside, or that is preceded by punctuation other than an opening bracket.
"""

import re

FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"<!--.*?-->|`[^`\n]*`|^ {4}[^\n]*$", re.DOTALL | re.MULTILINE)
FORMULA = re.compile(r"\$\$(?P<shown>.+?)\$\$|\$(?P<inline>[^$]+)\$", re.DOTALL)
INSTEAD = {
    "\\,": "leave it out",
    "\\;": "leave it out",
    "\\:": "leave it out",
    "\\!": "leave it out",
    "\\|": "write \\lVert and \\rVert, or \\mid",
    "\\{": "write \\lbrace",
    "\\}": "write \\rbrace",
}


def _blank(match):
    return re.sub(r"[^\n]", "`", match[0])


def formula_faults(text):
    """Say what is wrong with the formulas of a page, a sentence for each fault.

    Parameters
    ----------
    text : str
        The page, in Markdown.

    Returns
    -------
    list of str
        Each begins with the number of the line on which the formula starts.
    """
    text, told = CODE.sub(_blank, FENCE.sub(_blank, text)), []
    for match in FORMULA.finditer(text):
        formula, inline = match["shown"] or match["inline"], match["inline"] is not None
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        faults = [
            f"{escaped} loses its backslash: {INSTEAD.get(escaped, 'write it without')}"
            for escaped in dict.fromkeys(re.findall(r"\\[!-/:-@\[-`{-~]", formula))
        ]
        if inline and "\n" in formula:
            faults.append("it is broken over two lines")
        if re.search(r"<[A-Za-z/!]", formula):
            faults.append("< before a letter begins a tag: put a space after it")
        if inline and before and not re.match(r"[\s(\[]", before):
            faults.append(f"{before!r} before it keeps it from being shown")
        if inline and re.match(r"\w", after):
            faults.append(f"{after!r} after it keeps it from being shown")
        line = text.count("\n", 0, match.start()) + 1
        told += [f"line {line}: formula {' '.join(match[0].split())}: {fault}" for fault in faults]
    if text.count("$") % 2:
        told.append("a $ has no partner")
    return told
