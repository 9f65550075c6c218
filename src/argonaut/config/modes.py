"""What a config must and must not say in its mode: nothing in it may be silently without effect."""

from __future__ import annotations

from argonaut.config.layers import is_secret
from argonaut.config.schema import Config

_FILE_ENDING = "_file"
_NOT_LIVE = {
    "balances": "the venue says what there is",
    "instruments": "the venue says its rules",
    "paper": "time goes at its own pace",
}


def faults_of(config: Config) -> list[str]:
    """Return what is wrong with a config in the mode it names, each with its place."""
    return _live_faults(config) if config.is_live else _recorded_faults(config)


def literal_secrets(config: Config, sources: dict[str, str]) -> list[str]:
    """Return the secrets of a live venue that stand in the file itself, for all to copy."""
    if not config.is_live:
        return []
    return [
        f"venue.params.{name}: a secret does not stand in a config; "
        f"name its file as {name}{_FILE_ENDING}, or say ${{VARIABLE}}"
        for name in config.venue.params
        if is_secret(name)
        and not name.endswith(_FILE_ENDING)
        and not sources.get(f"venue.params.{name}", "").startswith(("environment", ".env"))
    ]


def _recorded_faults(config: Config) -> list[str]:
    faults = []
    if not config.balances:
        faults.append("balances: is missing; want the opening balance of at least one asset")
    faults += [
        f"data.{number}.path: is missing; want the file of the recording"
        for number, each in enumerate(config.data)
        if each.path is None
    ]
    return faults


def _live_faults(config: Config) -> list[str]:
    mode = config.mode
    faults = [
        f"{name}: a {mode} run has none, {why}; leave it out"
        for name, why in _NOT_LIVE.items()
        if name in config.model_fields_set
    ]
    if not config.venue.model_fields_set & {"class_path"}:
        faults.append("venue.class: is missing; want that of a venue with a network")
    faults += [
        f"venue.{name}: is for the simulated venue; leave it out"
        for name in sorted(config.venue.model_fields_set - {"class_path", "params"})
    ]
    for number, each in enumerate(config.data):
        stated = each.model_fields_set - {"instrument", "kind", "timeframe"}
        faults += [
            f"data.{number}.{name}: the venue streams it, there is no file; leave it out"
            for name in sorted(stated)
        ]
        if each.kind == "signals":
            faults.append(f"data.{number}.kind: want bars, trades or quotes, not signals")
    if not config.risk.enabled:
        faults.append(f"risk.enabled: false is obeyed in backtest and paper only, not in {mode}")
    if config.journal.path is None:
        faults.append(f"journal.path: is missing; a {mode} run wants a journal")
    return faults
