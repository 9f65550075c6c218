"""What `argonaut model` does: read the registry, tell it, change who decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from argonaut.cli.output import errors, print_json, print_line
from argonaut.cli.tables import aligned
from argonaut.cli.training import utc_now
from argonaut.domain.errors import ExitCode
from argonaut.feeds.models.registry import Ledger, Registry, RegistryError
from argonaut.indicators.hmm.card import REGIMES, ModelRefusedError, hash_of

_ROW_HEAD = ("model", "role", "bars", "rows", "usual", "trained (UTC)", "sha256")


def tell_models(models: Path, *, as_json: bool) -> ExitCode:
    """Print every version; return REFUSED when one of them cannot be used."""
    registry = Registry(models)
    told = [
        _version_of(registry, name, version)
        for name in registry.names()
        for version in registry.versions(name)
    ]
    refused = [each["refused"] for each in told if each["refused"]]
    if as_json:
        print_json(told)
    elif not told:
        print_line(f"{models} holds no model; `argonaut train hmm` makes one")
    else:
        for line in aligned(_ROW_HEAD, [_row(each) for each in told]):
            print_line(line)
        for said in refused:
            errors.print(said, style="red", markup=False, soft_wrap=True)
    return ExitCode.REFUSED if refused else ExitCode.OK


def tell_model(models: Path, name: str, version: int | None, *, as_json: bool) -> None:
    """Print one version whole, and how roles changed.

    Raises:
        RegistryError, ModelRefusedError: There is none, or its file cannot be used.
    """
    registry = Registry(models)
    ledger = registry.ledger(name)
    number = version if version is not None else ledger.current
    if number is None:
        raise RegistryError(f"{name} has no version that decides; name one, or train it")
    card = registry.card(name, number)
    if as_json:
        plain: dict[str, Any] = msgspec.to_builtins(card)
        plain |= {"sha256": hash_of(card), "role": _role(ledger, number)}
        plain["history"] = msgspec.to_builtins(ledger.history)
        print_json(plain)
        return
    print_line(f"{card.label}: {_role(ledger, number) or 'no role'}, sha256 {hash_of(card)}")
    print_line(
        f"trained {card.trained} on {card.rows:,} bars of {card.timeframe}, windows of "
        f"{card.window_bars} and {card.short_bars}"
    )
    print_line(
        f"usual log density {card.usual:+.4f} a row, strays by {card.sway:.4f} over "
        f"{card.block_rows} rows"
    )
    head = ("regime", "drift", "volatility", "activity", "to bear", "to chop", "to bull")
    rows = [
        (
            regime,
            *(f"{each:+.3f}" for each in card.model.means[k]),
            *(f"{each:.4f}" for each in card.model.transition[k]),
        )
        for k, regime in enumerate(REGIMES)
    ]
    for line in [*aligned(head, rows), *(f"learned from {each}" for each in card.data)]:
        print_line(line)
    for each in ledger.history:
        print_line(f"{each.at} v{each.version} {each.action}: {each.why}")


def change_role(
    verb: str, models: Path, name: str, version: int | None, *, why: str, as_json: bool
) -> None:
    """Change who decides or is watched, and tell who has which role now.

    Raises:
        RegistryError, ModelRefusedError: It cannot be; nothing has changed.
    """
    registry, at = Registry(models), utc_now()
    if verb == "rollback":
        ledger = registry.roll_back(name, at=at, why=why)
    elif verb == "dismiss":
        ledger = registry.dismiss(name, at=at, why=why)
    else:
        assert version is not None, "promote and watch name a version"
        change = registry.promote if verb == "promote" else registry.watch
        ledger = change(name, version, at=at, why=why)
    if as_json:
        print_json(
            {
                "name": name,
                "revision": ledger.revision,
                "current": ledger.current,
                "candidate": ledger.candidate,
            }
        )
        return
    watched = "" if ledger.candidate is None else f", v{ledger.candidate} is watched"
    print_line(f"{name}: v{ledger.current} decides{watched}")


def _version_of(registry: Registry, name: str, version: int) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "version": version, "role": "", "refused": ""}
    try:
        card = registry.card(name, version)
        told["role"] = _role(registry.ledger(name), version)
    except ModelRefusedError as error:
        return told | {"refused": str(error)}
    return told | {
        "timeframe": card.timeframe,
        "rows": card.rows,
        "usual": card.usual,
        "trained": card.trained,
        "sha256": hash_of(card),
    }


def _row(told: dict[str, Any]) -> tuple[str, ...]:
    label = f"{told['name']} v{told['version']}"
    if told["refused"]:
        return (label, "REFUSED", "", "", "", "", "")
    return (
        label,
        told["role"],
        told["timeframe"],
        f"{told['rows']:,}",
        f"{told['usual']:+.3f}",
        told["trained"],
        told["sha256"][:12],
    )


def _role(ledger: Ledger, version: int) -> str:
    if version == ledger.current:
        return "decides"
    return "watched" if version == ledger.candidate else ""
