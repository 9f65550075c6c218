"""The event sources of a config: their connectors, with settings checked and keys read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from argonaut.config.errors import ConfigError
from argonaut.config.events_schema import EventSourceSection, EventsSection
from argonaut.config.live import read_secret, with_secrets
from argonaut.config.plugins import check_params
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.secret import Secret
from argonaut.feeds.events.connector import ConnectorKind
from argonaut.feeds.events.registry import CONNECTORS, connector_kind

_SAFE = ("https", "wss")
_PLAIN = ("http", "ws")  # to this machine only: a key, or news, would be anybody's


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """A connector of a config, ready to be made."""

    name: str
    kind: ConnectorKind
    params: Any
    base_url: str
    interval_s: float


def event_sources_of(section: EventsSection, *, folder: Path) -> tuple[EventSource, ...]:
    """Return every enabled source of the config.

    Raises:
        ConfigError: There is no such connector, a parameter or URL is wrong, or a key is not to be
            had; every problem listed.
    """
    made: list[EventSource] = []
    problems: list[str] = []
    for number, each in enumerate(section.sources):
        if not each.enabled:
            continue
        found, faults = _source(each, folder)
        problems += [f"events.sources.{number}.{fault}" for fault in faults]
        made += [found] if found is not None else []
    if problems:
        raise ConfigError("events", problems)
    return tuple(made)


def feed_token(section: EventsSection, *, folder: Path) -> Secret | None:
    """Return what a program has to show that pushes events, None where nothing is wanted.

    Raises:
        ConfigError: Its file is not to be had.
    """
    feed = section.external_feed
    if feed is None or (feed.token is None and feed.token_file is None):
        return None
    try:
        if feed.token_file is not None:
            return read_secret(folder / feed.token_file)
        return Secret(feed.token or "")
    except InvalidValueError as error:
        raise ConfigError("events", [f"events.external_feed: {error}"]) from error


def _source(section: EventSourceSection, folder: Path) -> tuple[EventSource | None, Sequence[str]]:
    if section.connector not in CONNECTORS:
        near = get_close_matches(section.connector, CONNECTORS, n=1)
        known = f"did you mean {near[0]!r}?" if near else f"want one of {', '.join(CONNECTORS)}"
        return None, [f"connector: there is no {section.connector!r}; {known}"]
    kind = connector_kind(section.connector)
    values, problems = with_secrets(kind.params, section.params, folder=folder)
    problems = [f"params.{each}" for each in problems]
    base_url = section.base_url or kind.base_url
    if kind.wants_url and not base_url:
        problems.append("base_url: is missing; want the URL of the feed")
    if fault := url_fault(base_url):
        problems.append(f"base_url: {fault}")
    if problems:
        return None, problems
    try:
        params = check_params(kind.params, kind.params, values)
    except ConfigError as error:
        said = [each.removeprefix(f"{kind.params.__name__}: ") for each in error.problems]
        return None, [f"params: {each}" for each in said]
    source = EventSource(
        name=section.id,
        kind=kind,
        params=params,
        base_url=base_url.rstrip("/"),
        interval_s=section.interval_s or kind.interval_s,
    )
    return source, ()


def url_fault(url: str) -> str:
    """Return what is wrong with where a connector goes, or nothing."""
    if not url:  # it goes nowhere, as a file
        return ""
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError as error:
        return f"{error}, in {url!r}"
    if not host or scheme not in (*_SAFE, *_PLAIN):
        return f"want a URL that begins with https:// or wss://, not {url!r}"
    if scheme in _PLAIN and not _is_local(host):
        return f"want https or wss to {host}; only this machine may be asked in plain"
    return ""


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
