"""What a config must and must not say in its mode: nothing in it may be silently without effect."""

from __future__ import annotations

from urllib.parse import urlsplit

from argonaut.config.layers import has_password, is_secret
from argonaut.config.schema import Config
from argonaut.journal.postgres_url import is_postgres

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
    """Return the secrets that stand in the file itself, for all to copy."""
    found = [
        f"detectors.sources.{number}.keys.{index}.secret"
        for number, source in enumerate(config.detectors.sources)
        for index, key in enumerate(source.keys)
        if key.secret is not None
    ]
    found += [
        f"detectors.{kind}.{number}.url"
        for kind in ("connect", "poll", "redis", "rabbitmq", "nats", "kafka")
        for number, each in enumerate(getattr(config.detectors, kind))
        if has_password(each.url)
    ]
    found += [
        f"detectors.{kind}.{number}.token"
        for kind in ("connect", "poll")
        for number, each in enumerate(getattr(config.detectors, kind))
        if each.token is not None
    ]
    found += [
        f"events.sources.{number}.params.{name}"
        for number, each in enumerate(config.events.sources)
        for name in each.params
        if is_secret(name) and not name.endswith(_FILE_ENDING)
    ]
    feed = config.events.external_feed
    if feed is not None and feed.token is not None:
        found.append("events.external_feed.token")
    if config.is_live:
        found += [
            f"venue.params.{name}"
            for name in config.venue.params
            if is_secret(name) and not name.endswith(_FILE_ENDING)
        ]
    return [
        f"{place}: a secret does not stand in a config; {_instead(place)}say ${{VARIABLE}}"
        for place in found
        if not sources.get(place, "").startswith(("environment", ".env"))
    ]


def _instead(place: str) -> str:
    name = place.rpartition(".")[2]
    return (
        ""
        if name == "token" and "events" not in place
        else f"name its file as {name}{_FILE_ENDING}, or "
    )


def _recorded_faults(config: Config) -> list[str]:
    faults = []
    if not config.balances:
        faults.append("balances: is missing; want the opening balance of at least one asset")
    faults += [
        f"data.{number}.path: is missing; want the file of the recording"
        for number, each in enumerate(config.data)
        if each.path is None
    ]
    if config.journal.url is not None:
        faults.append(f"journal.url: a {config.mode} run keeps a file; leave it out, or rehearse")
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
    if not (config.detectors.sources or any(each.dry_run for each in config.strategies)):
        faults += [
            f"venue.{name}: is for the simulated venue, and nothing is on trial; leave it out"
            for name in sorted(config.venue.model_fields_set - {"class_path", "params"})
        ]
    for number, each in enumerate(config.data):
        stated = each.model_fields_set - {"instrument", "kind", "timeframe"}
        faults += [
            f"data.{number}.{name}: the venue streams it, there is no file; leave it out"
            for name in sorted(stated)
        ]
        if each.kind in ("signals", "events"):
            faults.append(f"data.{number}.kind: want bars, trades or quotes, not {each.kind}")
    if not config.risk.enabled:
        faults.append(f"risk.enabled: false is obeyed in backtest and paper only, not in {mode}")
    if config.journal.path is None:
        faults.append(f"journal.path: is missing; a {mode} run wants a journal")
    if config.journal.url is not None and (fault := _url_fault(config.journal.url)):
        faults.append(f"journal.url: {fault}")
    return faults


def _url_fault(url: str) -> str:
    """Return what is wrong with the URL of a journal; a password has no place in a config."""
    if not is_postgres(url):
        return "want one that begins with postgresql://"
    try:
        if urlsplit(url).password is not None:
            return (
                "holds a password; put it into a file of mode 0600 and name that: ?password_file="
            )
    except ValueError as error:
        return str(error)
    return ""
