"""The connections of a config to detectors and brokers. Each client library is an extra.

It is imported only by whom the config sends there, so a bot without brokers needs none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from argonaut.config.detectors_schema import (
    ClientSection,
    ConnectSection,
    DetectorsSection,
    KafkaSection,
    NatsSection,
    PollSection,
    RabbitSection,
    RedisSection,
)
from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.carrier import Parts
from argonaut.feeds.detectors.polling import Poller
from argonaut.feeds.detectors.socket_client import SocketClient


class Transport(Protocol):
    """A way for signals to come in."""

    async def start(self) -> None:
        """Begin to listen."""

    async def close(self) -> None:
        """Listen no more."""


def clients_of(
    section: DetectorsSection, urls: Mapping[str, Secret], parts: Parts
) -> list[Transport]:
    """Return every connection of the config, not yet started.

    Raises:
        RefusedToStartError: The client of a broker is not installed.
    """
    return [client_of(each, urls[each.id], parts) for each in section.clients]


def client_of(section: ClientSection, url: Secret, parts: Parts) -> Transport:
    """Return one connection.

    Raises:
        RefusedToStartError: Its client is not installed.
    """
    match section:
        case ConnectSection():
            return SocketClient(section.id, url, parts, token=_token(section.token))
        case PollSection():
            token, every_s = _token(section.token), section.interval_s
            return Poller(section.id, url, parts, interval_s=every_s, token=token)
        case _:
            try:
                return _broker_of(section, url, parts)
            except ImportError as error:
                raise RefusedToStartError(
                    f"detectors.{section.id}: its client is not installed ({error}); "
                    "pip install 'argonaut[queues]'"
                ) from error


def _broker_of(section: ClientSection, url: Secret, parts: Parts) -> Transport:
    name = section.id
    match section:
        case RedisSection():
            from argonaut.feeds.detectors.redis_streams import RedisStream  # noqa: PLC0415

            return RedisStream(name, url, parts, stream=section.stream, group=section.group)
        case RabbitSection():
            from argonaut.feeds.detectors.rabbitmq import RabbitQueue  # noqa: PLC0415

            return RabbitQueue(name, url, parts, queue=section.queue)
        case NatsSection():
            from argonaut.feeds.detectors.nats_jetstream import JetStream  # noqa: PLC0415

            return JetStream(
                name,
                url,
                parts,
                stream=section.stream,
                subject=section.subject,
                durable=section.durable,
            )
        case KafkaSection():
            from argonaut.feeds.detectors.kafka import KafkaTopic  # noqa: PLC0415

            return KafkaTopic(name, url, parts, topic=section.topic, group=section.group)
        case _:
            raise AssertionError(f"no transport for {type(section).__name__}")


def _token(text: str | None) -> Secret | None:
    return None if text is None else Secret(text)
