"""The book: pages, made by Sphinx of what the repository holds. `python -m tutorials.book.build` builds it."""
