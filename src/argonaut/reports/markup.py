"""HTML elements whose text is escaped unless it is already HTML: the safe way is the short way."""

from __future__ import annotations

import html
from collections.abc import Iterable

import msgspec


class Markup(str):
    """Text that is HTML already. Only `element`, `joined` and `data_script` make one."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: str) -> Markup:
    """Return `<name attributes>children</name>`.

    A trailing underscore in an attribute's name is dropped (`class_`), other underscores become
    hyphens (`data_step`).
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(value)}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{said}>{joined(children)}</{name}>")


def joined(children: Iterable[str]) -> Markup:
    """Return the children one after the other, escaping what is not HTML yet."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else html.escape(child, quote=False)
            for child in children
        )
    )


def data_script(name: str, value: object) -> Markup:
    """Return a block of JSON that no browser runs and that nothing inside can close.

    Raises:
        TypeError: The value is not made of JSON values.
    """
    encoded = msgspec.json.encode(value).decode()
    safe = encoded.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(
        f'<script type="application/json" data-chart="{html.escape(name)}">{safe}</script>'
    )
