"""Flags of the environment that switch things without touching the file, such as TREND_ENABLED."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})
Raw = dict[str, Any]


class Flag(NamedTuple):
    """One environment variable: what it says, and what it does to the raw config."""

    name: str
    says: str
    apply: Callable[[Raw, str], str | None]  # returns what is wrong with the value


def _strategies(raw: Raw) -> list[Raw]:
    found = raw.get("strategies")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _is_a(strategy: Raw, class_name: str) -> bool:
    """Whether a strategy's class has this name; every one has the name of nothing."""
    path = str(strategy.get("class", strategy.get("class_path", "")))
    return not class_name or path.rpartition(".")[2] == class_name


def _section(raw: Raw, name: str) -> Raw:
    """Return a section to write into; what is no section is left for the schema to refuse."""
    found = raw.get(name)
    if found is None:
        found = raw[name] = {}
    return found if isinstance(found, dict) else {}


def _yes_or_no(value: str) -> bool | None:
    lowered = value.strip().lower()
    if lowered in _YES:
        return True
    return False if lowered in _NO else None


def _switch(key: str, class_name: str = "") -> Callable[[Raw, str], str | None]:
    """Return a flag that sets `key` of the strategies of a class, or of all."""

    def apply(raw: Raw, value: str) -> str | None:
        wanted = _yes_or_no(value)
        if wanted is None:
            return "want true or false"
        for strategy in _strategies(raw):
            if _is_a(strategy, class_name):
                strategy[key] = wanted
        return None

    return apply


def _risk_enabled(raw: Raw, value: str) -> str | None:
    wanted = _yes_or_no(value)
    if wanted is None:
        return "want true or false"
    _section(raw, "risk")["enabled"] = wanted
    return None


def _symbols(class_name: str = "") -> Callable[[Raw, str], str | None]:
    """Return a flag that names the instruments of the strategies of a class, or of all."""

    def apply(raw: Raw, value: str) -> str | None:
        names = [each.strip() for each in value.split(",") if each.strip()]
        if not names:
            return "want a list such as BTC/USDT,ETH/USDT"
        for strategy in _strategies(raw):
            is_default = not class_name and not strategy.get("instruments")
            if is_default or (class_name and _is_a(strategy, class_name)):
                strategy["instruments"] = names
        return None

    return apply


def _limit(check: str, *parameters: str) -> Callable[[Raw, str], str | None]:
    """Return a flag that sets limits of a risk check; its own rules judge the value."""

    def apply(raw: Raw, value: str) -> str | None:
        try:
            float(value)
        except ValueError:
            return "want a number"
        risk = _section(raw, "risk")
        checks = risk.get("checks")
        if checks is None:
            checks = risk["checks"] = []
        if not isinstance(checks, list):
            return None  # the schema refuses it
        limits = dict.fromkeys(parameters, value)
        for each in checks:
            if isinstance(each, dict) and each.get("check") == check:
                _section(each, "params").update(limits)
                return None
        checks.append({"check": check, "params": limits})
        return None

    return apply


_CAPS = ("symbol", "strategy", "venue", "account")
FLAGS: tuple[Flag, ...] = (
    Flag("STRATEGY_ENABLED", "switches every strategy", _switch("enabled")),
    Flag("STRATEGY_DRY_RUN", "makes every strategy a dry run", _switch("dry_run")),
    Flag("TREND_ENABLED", "switches TrendFollow", _switch("enabled", "TrendFollow")),
    Flag("TREND_DRY_RUN", "makes TrendFollow a dry run", _switch("dry_run", "TrendFollow")),
    Flag("MOMENTUM_ENABLED", "switches Momentum", _switch("enabled", "Momentum")),
    Flag("MOMENTUM_DRY_RUN", "makes Momentum a dry run", _switch("dry_run", "Momentum")),
    Flag("DETECTOR_ENABLED", "switches DetectorDriven", _switch("enabled", "DetectorDriven")),
    Flag("DETECTOR_DRY_RUN", "makes it a dry run", _switch("dry_run", "DetectorDriven")),
    Flag("TREND_SYMBOLS", "instruments of TrendFollow", _symbols("TrendFollow")),
    Flag("MOMENTUM_SYMBOLS", "instruments of Momentum", _symbols("Momentum")),
    Flag("TRADE_SYMBOLS", "instruments of strategies that name none", _symbols()),
    Flag("ENABLE_RISK_CHECKS", "switches the risk checks, never validity", _risk_enabled),
    Flag("MAX_NOTIONAL_USDT", "largest entry, quote units", _limit("max_notional", "max_quote")),
    *(
        Flag(
            f"EXPOSURE_CAP_{scope.upper()}",
            f"exposure cap of a {scope}, gross and net, quote units",
            _limit(f"{scope}_exposure", "gross_quote", "net_quote"),
        )
        for scope in _CAPS
    ),
)
