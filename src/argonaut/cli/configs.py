"""What `argonaut config` does: check, show, schema and flags."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from argonaut.cli.loading import load_assembly
from argonaut.cli.output import console, print_json, print_line, printable
from argonaut.cli.tables import grid
from argonaut.config.assembly import Assembly
from argonaut.config.errors import ConfigError
from argonaut.config.flags import FLAGS
from argonaut.config.layers import Variables, read_variables
from argonaut.config.load import Setting, load_explained
from argonaut.config.schema import Config
from argonaut.config.universe import list_of


def tell_check(
    path: Path, sets: Sequence[str], *, cache: Path | None, no_cache: bool, as_json: bool
) -> None:
    """Make every part of a config and print what a run would have.

    Raises:
        ArgonautError: It would not start; every problem is listed.
    """
    assembly = load_assembly(path, sets=sets, cache=cache, no_cache=no_cache)
    found = _checked(path, assembly)
    if as_json:
        print_json(found)
        return
    print_line(f"{path} is sound: {assembly.config.mode}, hash {assembly.config_hash[:16]}")
    for each in found["data"]:
        print_line(f"  data {each['path']}: {each['rows']:,} rows")
        for warning in each["warnings"]:
            print_line(f"    warning {warning}")
    for each in found["strategies"]:
        print_line(f"  strategy {each['id']}: {', '.join(each['instruments'])}")
    print_line(f"  risk checks: {', '.join(found['checks']) or 'validity only'}")


def tell_settings(path: Path, sets: Sequence[str], *, as_json: bool) -> None:
    """Print every setting with the layer that won.

    Raises:
        ConfigError: The config is wrong.
    """
    config, explained = load_explained(path, sets=sets)
    settings = (*explained, *_lists_that_count(config))
    if as_json:
        print_json([{"place": s.place, "value": s.value, "source": s.source} for s in settings])
        return
    if console.is_terminal:
        rows = [(each.place, _shown(each.value), each.source) for each in settings]
        console.print(grid(("setting", "value", "from"), rows), soft_wrap=True)
        return
    for line in _lines(settings):
        print_line(line)


def tell_schema() -> None:
    """Print the JSON schema of a config."""
    print_json(Config.model_json_schema())


def tell_flags(path: Path | None, *, as_json: bool) -> None:
    """Print every flag, what it does and how it is set."""
    problems: list[str] = []
    folder = path.parent if path is not None else Path()
    variables = read_variables(folder, os.environ, problems)
    if problems:
        raise ConfigError(str(folder), problems)
    rows = [
        {
            "name": flag.name,
            "says": flag.says,
            "value": variables.get(flag.name) or None,
            "source": _origin(variables, flag.name),
        }
        for flag in FLAGS
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        now = f" = {row['value']} ({row['source']})" if row["value"] else ""
        print_line(printable(f"{row['name']:28} {row['says']}{now}"))


def _checked(path: Path, assembly: Assembly) -> dict[str, Any]:
    made: dict[str, list[str]] = {}
    for each in assembly.strategies():
        made.setdefault(each.strategy_id, []).append(each.instrument_id)
    return {
        "config": str(path),
        "mode": assembly.config.mode,
        "config_hash": assembly.config_hash,
        "data": [
            {
                "path": report.path,
                "rows": len(stream),
                "warnings": [f"{each.flaw}: {each.message}" for each in report.warnings],
                "notes": list(report.notes),
            }
            for report, stream in zip(assembly.quality, assembly.streams, strict=True)
        ],
        "instruments": [each.instrument_id for each in assembly.instruments],
        "strategies": [{"id": name, "instruments": names} for name, names in made.items()],
        "checks": [each.code for each in assembly.checks()] if assembly.config.risk.enabled else [],
    }


def _lists_that_count(config: Config) -> Iterator[Setting]:
    """Yield which instruments each strategy is given, and which list won."""
    for strategy in config.strategies:
        names, source = list_of(strategy, config.universe)
        place = f"strategies.{strategy.id} trades"
        yield Setting(place=place, value=", ".join(names) or "everything", source=source)


def _lines(settings: Sequence[Setting]) -> list[str]:
    rows = [(each.place, _shown(each.value), each.source) for each in settings]
    width = max(len(place) + len(value) + 3 for place, value, _ in rows)
    return [
        printable(f"{f'{place} = {value}':{min(width, 60)}}  # {source}")
        for place, value, source in rows
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _origin(variables: Variables, name: str) -> str | None:
    return variables.origin(name) if variables.get(name) else None
