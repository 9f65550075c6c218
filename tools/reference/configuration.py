"""The configuration page: every key of the schema, and the knobs of what ships."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from argonaut.config.fields import Section
from argonaut.config.plugins import ALIASES
from argonaut.config.schema import Config
from argonaut.strategies import (
    airdrop_promo,
    combined,
    detector_driven,
    event_breakout,
    meme_sentiment,
    momentum,
    scalp,
    trend_follow,
)
from argonaut.venues import sim
from tools.reference.markdown import code, first_line, page, table

HEAD = ("key", "type", "unit", "default", "meaning")
SUFFIXES = {"_s": "seconds", "_ms": "milliseconds", "_bps": "basis points"}
SUFFIXES |= {
    "_quote": "quote units",
    "_fraction": "fraction",
    "_bars": "bars",
    "bps": SUFFIXES["_bps"],
}
UNITS = {
    "balances": "units of the asset",
    "tick_size": "quote per base",
    "lot_size": "base units",
    "min_quantity": "base units",
    "max_quantity": "base units",
    "min_notional": "quote units",
    "speed": "tape seconds a second",
    "periods_per_year": "days a year",
    "rsi_low": "0 to 100",
    "rsi_high": "0 to 100",
    "stop_atr": "ranges (ATR)",
    "target_atr": "ranges (ATR)",
    "confidence_min": "0 to 1",
    "maker": "fraction of notional",
    "taker": "fraction of notional",
    "discount": "fraction",
    "asset_prices": "quote units",
    "ms": "milliseconds",
    "bar_fraction": "fraction of a bar's volume",
    "print_fraction": "fraction of a print",
    "volume_factor": "times",
}
MODELS = """\
## Models of the simulated venue

Under `venue.fees`, `venue.latency`, `venue.participation` and `venue.slippage`: `class` is a short
name below or the class path of your own, `params` are its parameters. A model left out is the
venue's own default; `enabled: false` leaves fee, delay, bound or slippage away. A model with a
`seed` gets the file's, unless its params name one. How they are used:
[fills](../explanation/fills.md)."""
PLAIN = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    Decimal: "number",
    Path: "path",
    Any: "anything",
}
COMMENT = re.compile(r"^ {4}(\w+):[^#\n]*#\s*(.+)$", re.MULTILINE)
BOUNDS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
STRATEGIES = (
    trend_follow.TrendFollow,
    momentum.Momentum,
    detector_driven.DetectorDriven,
    combined.Combined,
    scalp.Scalp,
    meme_sentiment.MemeSentiment,
    event_breakout.EventBreakout,
    airdrop_promo.AirdropPromo,
)


def configuration() -> str:
    """Return the page."""
    source = "src/argonaut/config/schema.py and the classes it names"
    return page(
        "Configuration",
        source,
        _introduction(),
        *_sections(),
        "## Parameters of strategies\n\nUnder `strategies[].params`.",
        *(_strategy(each) for each in STRATEGIES),
        MODELS,
        *_models(),
        _aliases(),
    )


def sections(model: type[Section], place: str) -> Iterator[tuple[str, type[Section]]]:
    """Yield a section and all below it, each with the place where it stands in the file."""
    yield place, model
    for name, field in model.model_fields.items():
        inner, shape = _section_in(field.annotation)
        if inner is not None:
            key = f"{field.alias or name}{shape}"
            yield from sections(inner, f"{place}.{key}" if place else key)


def keys_without_meaning() -> list[str]:
    """Return the places of keys that the schema does not describe; there should be none."""
    return [
        f"{place}.{name}" if place else name
        for place, model in sections(Config, "")
        for name, field in model.model_fields.items()
        if not field.description and _section_in(field.annotation)[0] is None
    ]


def _introduction() -> str:
    return (
        "One YAML file is one run. An unknown key is an error, with the nearest known one as a "
        "hint; all problems are told at once. Paths are relative to the file. Fractions are "
        "fractions: 0.15 is fifteen percent. `${NAME}` and `${NAME:-default}` are filled from the "
        "environment and from a `.env` beside the file. [Flags](flags.md) of the environment and "
        "`--set key=value` change single keys; `argonaut config show` prints which of them won. "
        "Risk checks and their limits: [risk-checks.md](risk-checks.md)."
    )


def _sections() -> Iterator[str]:
    """Yield one chapter a section; places of the same section share one."""
    places: dict[type[Section], list[str]] = {}
    for place, model in sections(Config, ""):
        places.setdefault(model, []).append(place)
    for model, of_model in places.items():
        named = ", ".join(map(code, of_model)) if of_model != [""] else "The file"
        yield _section(f"## {named}", model)


def _section(heading: str, model: type[Section]) -> str:
    rows = [_row(field.alias or name, field) for name, field in model.model_fields.items()]
    return f"{heading}\n\n{_plain_docstring(model)}\n\n{table(HEAD, rows)}"


def _row(key: str, field: FieldInfo) -> tuple[str, ...]:
    inner, _ = _section_in(field.annotation)
    meaning = field.description or ("see below" if inner is not None else "")
    if inner is not None and field.default is None and not field.description:
        meaning += "; without it, the venue's own"
    if field.is_required():
        default = "required"
    else:
        default = shown(field.get_default(call_default_factory=True))
    bounds = [_bound(each) for each in field.metadata]
    wanted = " ".join(each for each in [type_of(field.annotation), *bounds] if each)
    return code(key), wanted, unit_of(key), default, meaning


def unit_of(key: str) -> str:
    """Return the unit a key is measured in, by its name."""
    if key in UNITS:
        return UNITS[key]
    return next((unit for suffix, unit in SUFFIXES.items() if key.endswith(suffix)), "")


def type_of(hint: Any) -> str:
    """Return a type as people say it."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return " ".join(filter(None, [type_of(args[0]), *map(_bound, args[1:])]))
    if origin in (Union, UnionType):
        return " or ".join(type_of(each) for each in args if each is not type(None))
    if origin is Literal:
        return "one of " + ", ".join(code(str(each)) for each in args)
    if origin is tuple:
        return f"list of {type_of(args[0])}"
    if origin in (dict, Mapping) or (origin is not None and issubclass(origin, Mapping)):
        return f"mapping to {type_of(args[1])}" if args[1] is not Any else "mapping"
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "one of " + ", ".join(code(str(each.value)) for each in hint)
    if isinstance(hint, type) and issubclass(hint, Section):
        return "section"
    return PLAIN.get(hint, getattr(hint, "__name__", str(hint)))


def shown(value: Any) -> str:
    """Return a default as it would be written in the file."""
    if isinstance(value, Section):
        return "as below"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return code(str(value).lower())
    if isinstance(value, Enum):
        return code(str(value.value))
    if isinstance(value, tuple | list | dict) and not value:
        return "empty"
    if isinstance(value, tuple | list):
        return ", ".join(code(str(each)) for each in value)
    return code(str(value))


def _bound(constraint: Any) -> str:
    """Return `> 0` of a constraint, nothing of what is no bound."""
    if isinstance(constraint, FieldInfo):
        return " ".join(filter(None, map(_bound, constraint.metadata)))
    for name, sign in BOUNDS.items():
        value = getattr(constraint, name, None)
        if value is not None:
            return f"{sign} {value}"
    return ""


def _section_in(hint: Any) -> tuple[type[Section] | None, str]:
    """Return the section inside a type, and how its place is written: `[]` or `.NAME`."""
    if isinstance(hint, type) and issubclass(hint, Section):
        return hint, ""
    origin = get_origin(hint)
    for each in get_args(hint):
        found, shape = _section_in(each)
        if found is not None:
            return found, {tuple: "[]", dict: ".NAME"}.get(origin, "") + shape
    return None, ""


def _strategy(strategy: type[Any]) -> str:
    module = inspect.getmodule(strategy)
    assert module is not None, f"{strategy} has a module"
    heading = f"### `{strategy.__module__}.{strategy.__name__}`"
    return f"{heading}\n\n{first_line(module.__doc__)}\n\n{parameter_table(module.Params)}"


def parameter_table(owner: type[Any]) -> str:
    """Return the fields of a dataclass, each with the comment that stands behind it."""
    hints = get_type_hints(owner)
    comments = dict(COMMENT.findall(inspect.getsource(owner)))
    return table(
        HEAD,
        [
            (
                code(each.name),
                type_of(hints[each.name]),
                unit_of(each.name),
                shown(_default_of(each)),
                comments.get(each.name, ""),
            )
            for each in fields(owner)
        ],
    )


def _default_of(field: Any) -> Any:
    return field.default_factory() if field.default is MISSING else field.default


def _models() -> Iterator[str]:
    """Yield the venue, then its models by what they are of."""
    yield f"### `SimVenue`\n\n{_plain_docstring(sim.SimVenue)}"
    names = [name for name in sim.__all__ if name != "SimVenue"]
    for name in sorted(names, key=lambda each: (_kind(each), each)):
        yield _model(name)


def _kind(name: str) -> str:
    return str(getattr(sim, name).__module__.rpartition(".")[2])


def _model(name: str) -> str:
    model = getattr(sim, name)
    parts = [f"### {_kind(name)}: `{name}`", _plain_docstring(model)]
    parameters = list(inspect.signature(model).parameters.values())
    if parameters:
        hints = get_type_hints(model.__init__)
        rows = [
            (
                code(each.name),
                type_of(hints[each.name]),
                unit_of(each.name),
                "empty" if "factory" in str(each.default) else shown(each.default),
                "",
            )
            for each in parameters
        ]
        parts.append(table(HEAD, rows))
    return "\n\n".join(parts)


def _aliases() -> str:
    rows = [(code(old), code(new)) for old, new in ALIASES.items()]
    said = "Older spellings of class paths that still load, by the prefix they begin with."
    return f"## Older class paths\n\n{said}\n\n{table(('older', 'read as'), rows)}"


def _plain_docstring(owner: type[Any]) -> str:
    return inspect.cleandoc(owner.__doc__ or "")
