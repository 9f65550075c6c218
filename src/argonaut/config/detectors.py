"""The detectors of a config: who may send signals, with their secrets read."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

from argonaut.config.detectors_schema import (
    ClientSection,
    ConnectSection,
    DetectorsSection,
    KafkaSection,
    KeySection,
    NatsSection,
    PollSection,
    RabbitSection,
    RedisSection,
    SourceSection,
)
from argonaut.config.errors import ConfigError
from argonaut.config.live import read_secret
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.source import Source, Sources
from argonaut.feeds.detectors.spelling import Spellings

_SCHEMES: dict[type[ClientSection], tuple[str, ...]] = {
    ConnectSection: ("ws://", "wss://"),
    PollSection: ("http://", "https://"),
    RedisSection: ("redis://", "rediss://", "unix://"),
    RabbitSection: ("amqp://", "amqps://"),
    NatsSection: ("nats://", "tls://"),
    KafkaSection: (),  # host:port,host:port
}
_SECRET_LENGTH_MIN = 16  # of a secret that signs: 128 bits in hex would be 32


def sources_of(section: DetectorsSection, *, spellings: Spellings, folder: Path) -> Sources:
    """Return every source of the config.

    Raises:
        ConfigError: A secret is not to be had or too short, an instrument is unknown, or two
            sources or keys share a name; every problem listed.
    """
    made: list[Source] = []
    problems: list[str] = []
    for number, each in enumerate(section.sources):
        place = f"detectors.sources.{number}"
        made.append(_source(each, place, spellings, folder, problems))
    try:
        sources = Sources(made)
    except ValueError as error:
        problems.append(f"detectors.sources: {error}")
        sources = Sources(())
    if problems:
        raise ConfigError("detectors", problems)
    return sources


def urls_of(section: DetectorsSection, *, folder: Path) -> dict[str, Secret]:
    """Return where each connection goes, by its id; a URL may hold a password.

    Raises:
        ConfigError: A file is not to be had, or a URL is of another kind; every problem listed.
    """
    urls: dict[str, Secret] = {}
    problems: list[str] = []
    for each in section.clients:
        try:
            url = Secret(each.url) if each.url is not None else _url_in(each, folder)
        except InvalidValueError as error:
            problems.append(f"detectors.{each.id}: {error}")
            continue
        wanted = _SCHEMES[type(each)]
        if wanted and not url.reveal().startswith(wanted):
            problems.append(f"detectors.{each.id}: want a url that begins with {_either(wanted)}")
        urls[each.id] = url
    if problems:
        raise ConfigError("detectors", problems)
    return urls


def _url_in(section: ClientSection, folder: Path) -> Secret:
    assert section.url_file is not None, "the schema wants one of the two"
    return read_secret(folder / section.url_file)


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(words)


def _source(
    section: SourceSection, place: str, spellings: Spellings, folder: Path, problems: list[str]
) -> Source:
    instruments: list[InstrumentId] = []
    for name in section.instruments:
        found = spellings.find(name)
        if found is None:
            problems.append(f"{place}.instruments: the run does not trade {name}")
        else:
            instruments.append(found)
    secrets: dict[str, Secret] = {}
    for number, key in enumerate(section.keys):
        try:
            secrets[key.id] = _secret(key, folder)
        except InvalidValueError as error:
            problems.append(f"{place}.keys.{number}: {error}")
    if len(secrets) < len(section.keys) and not problems:
        problems.append(f"{place}.keys: want another id for each key")
    return Source(
        name=section.id,
        auth=section.auth,
        secrets=secrets,
        instruments=frozenset(instruments),
        networks=tuple(ip_network(each) for each in section.addresses),
        transports=frozenset(section.transports),
        notional_max=section.notional_max,
        per_second_max=section.per_second_max,
        ttl_s=section.ttl_s,
        dry_run=section.dry_run,
    )


def _secret(key: KeySection, folder: Path) -> Secret:
    if key.secret_file is not None:
        secret = read_secret(folder / key.secret_file)
    else:
        assert key.secret is not None, "the schema wants one of the two"
        secret = Secret(key.secret)
    if len(secret.reveal()) < _SECRET_LENGTH_MIN:
        raise InvalidValueError(f"want a secret of {_SECRET_LENGTH_MIN} characters or more")
    return secret
