"""The page on what can be rehearsed: the faults there are, and the endpoints that are served."""

from __future__ import annotations

import typing

import msgspec

from argonaut.rehearsal import faults
from argonaut.rehearsal.binance.requests import Endpoint
from argonaut.rehearsal.binance.routes import METHODS, ROUTES
from tools.reference.markdown import code, first_line, page, table

NOTE = """\
What `argonaut rehearse serve` can do wrong, and what it answers. How to use it:
[rehearse your bot](../howto/rehearse-your-bot.md); how true it is:
[the rehearsed Binance venue](binance-rehearsal.md)."""
FIELDS = """\
Every fault but those with `at_s` has `when`: `from_s` and `until_s` (seconds of the rehearsal),
`skip` (chances it lets pass first), `times` (how often at most) and `chance` (0 to 1). Faults of
requests have `method` and `path`, exact or `"*"`; left out they are POST and /api/v3/order. Faults
of frames have `stream` (user or market) and `name`, a part of the stream's or event's name."""
_SCHEDULE = {"when", "method", "path", "stream", "name"}
_GROUPS = (
    ("Requests", faults.RequestFault),
    ("Frames and connections", faults.StreamFault),
    ("Lies", faults.Lie),
    ("What happens at the account", faults.Act),
)


def rehearsal() -> str:
    """Return the page."""
    return page(
        "What a rehearsal can do",
        "src/argonaut/rehearsal",
        NOTE,
        f"## Faults\n\n{FIELDS}",
        *(f"### {title}\n\n{_table_of(kind)}" for title, kind in _GROUPS),
        "## Endpoints\n\n" + _endpoints(),
    )


def _table_of(kind: type[msgspec.Struct]) -> str:
    rows = [
        (
            code(str(each.__struct_config__.tag)),
            ", ".join(code(field) for field in _own_fields(each)),
            first_line(each.__doc__),
        )
        for each in typing.get_args(faults.Knob)
        if issubclass(each, kind)
    ]
    return table(("fault", "fields of its own", "what happens"), rows)


def _own_fields(knob: type[msgspec.Struct]) -> list[str]:
    return [each.name for each in msgspec.structs.fields(knob) if each.name not in _SCHEDULE]


def _endpoints() -> str:
    methods = {route: name for name, route in METHODS.items()}
    rows = [
        (
            code(f"{method} {path}"),
            code(methods[method, path]) if (method, path) in methods else "",
            _weight(endpoint),
            endpoint.security.value,
        )
        for (method, path), endpoint in ROUTES.items()
    ]
    return table(("endpoint", "WebSocket API", "weight", "wants"), rows)


def _weight(endpoint: Endpoint) -> str:
    return str(endpoint.weight) if isinstance(endpoint.weight, int) else "varies"
