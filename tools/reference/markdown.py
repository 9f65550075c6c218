"""The few shapes a reference page is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def page(title: str, source: str, *parts: str) -> str:
    """Return a whole page that says what it was made from."""
    head = f"<!-- Made by tools/make_reference.py from {source}. Change that, not this. -->"
    return "\n\n".join([head, f"# {title}", *(each for each in parts if each)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar inside a cell would end the cell, so it is escaped."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_cell(each) for each in row) + " |" for row in rows]
    return "\n".join(lines)


def code(text: str) -> str:
    """Return `text` as code, nothing as nothing."""
    return f"`{text}`" if text else ""


def first_line(docstring: str | None) -> str:
    """Return the sentence a docstring begins with."""
    return (docstring or "").strip().split("\n\n", 1)[0].replace("\n", " ")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
