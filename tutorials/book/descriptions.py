"""Every page says in a sentence what it is about, for search engines and for previews of links."""

from html import escape

from docutils import nodes

LONGEST = 160  # characters that are usually shown


def description(doctree):
    """The beginning of the first paragraph of a page that is more than links, or None."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        linked = sum(len(link.astext()) for link in paragraph.findall(nodes.reference))
        if len(text) > 40 and linked < len(text) / 2:
            return text if len(text) <= LONGEST else text[: LONGEST - 3].rsplit(" ", 1)[0] + "..."
    return None


def add_description(app, pagename, templatename, context, doctree):
    text = description(doctree) if doctree else None
    if text:
        context["metatags"] = (
            context.get("metatags", "") + f'<meta name="description" content="{escape(text)}" />'
        )


def setup(app):
    app.connect("html-page-context", add_description)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
