"""The page on event connectors: what each asks, how often, and its settings."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from typing import Any

from argonaut.feeds.events.connector import ConnectorKind
from argonaut.feeds.events.registry import CONNECTORS, connector_kind
from argonaut.feeds.social.figures import Heuristic
from tools.reference.markdown import code, first_line, page, table

NOTE = """\
What may stand under `connector` of [`events.sources`](configuration.md#eventssources), and under
its `params`. *Interval* and *stale* are seconds: from one question to the next unless `interval_s`
says otherwise, and without a good answer until somebody is told. A key is text that only a variable
or a file can hold."""
_NOTED = re.compile(r"^    (\w+): [^#\n]*#\s*(.+?)\s*$", re.MULTILINE)


def connectors() -> str:
    """Return the page."""
    kinds = {word: connector_kind(word) for word in CONNECTORS}
    overview = [
        (
            f"[`{word}`](#{word})",
            first_line(inspect.getmodule(kind.params).__doc__),
            code(kind.base_url),
            f"{kind.interval_s:g}",
            f"{kind.stale_s:g}",
        )
        for word, kind in kinds.items()
    ]
    return page(
        "Event connectors",
        "src/argonaut/feeds/events/registry.py",
        NOTE,
        table(("connector", "what it is", "asks", "interval", "stale"), overview),
        *(_section(word, kind) for word, kind in kinds.items()),
        _heuristic(),
    )


def _section(word: str, kind: ConnectorKind) -> str:
    rows = list(_rows(kind.params))
    head = f"## {word}\n\n{inspect.cleandoc(kind.params.__doc__ or '')}"
    if not rows:
        return head
    return f"{head}\n\n{table(('param', 'type', 'default', 'meaning'), rows)}"


def _rows(params: type[Any]) -> Iterator[tuple[str, str, str, str]]:
    notes = _notes(params)
    for each in dataclasses.fields(params):
        yield code(each.name), code(str(each.type)), _default(each), notes.get(each.name, "")


def _notes(kind: type[Any]) -> dict[str, str]:
    """Return what the comments beside the fields say, those of what it extends too."""
    return {
        name: note
        for each in reversed(kind.__mro__[:-1])
        if each.__module__.startswith("argonaut.")
        for name, note in _NOTED.findall(inspect.getsource(each))
        if not note.startswith("noqa")
    }


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return code(f"{field.default!r}") if field.default not in {"", ()} else "none"
    return "required" if field.default_factory is dataclasses.MISSING else "none"


def _heuristic() -> str:
    """Return the section on what social sources judge by."""
    notes = _notes(Heuristic)
    rows = [
        (code(name), code(f"{getattr(Heuristic(), name)!r}"), notes.get(name, ""))
        for name in Heuristic.__struct_fields__
    ]
    return f"## heuristic\n\n{first_line(Heuristic.__doc__)}\n\n" + table(
        ("field", "default", "meaning"), rows
    )
