"""The `detectors` section: who may send signals, and every way they can come in."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from argonaut.config.fields import AboveZero, Count, Name, Port, Positive, Section

SERVER_NAMES = ("http", "websocket", "tradingview")  # what comes in over our own server


class KeySection(Section):
    """A key that signs envelopes. During a rotation a source has two."""

    id: Name = Field(description="its name in the head of an envelope; no two sources share one")
    secret: str | None = Field(default=None, description="out of a variable only: ${NAME}")
    secret_file: Path | None = Field(default=None, description="or a file that only you can read")

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.secret is None) == (self.secret_file is None):
            raise ValueError("want either secret or secret_file")
        return self


class SourceSection(Section):
    """A detector that may send signals: how it proves who it is, and how much it may ask for."""

    id: Name = Field(description="what its signals call their source")
    auth: Literal["hmac", "body_secret", "loopback"] = Field(
        default="hmac", description="how it proves who it is; the last two cannot sign"
    )
    keys: tuple[KeySection, ...] = Field(
        default=(), description="for hmac, one or more; for body_secret the one it sends"
    )
    instruments: tuple[str, ...] = Field(default=(), description="it may name; empty is all")
    addresses: tuple[str, ...] = Field(
        default=(), description="it may come from, such as 192.0.2.0/24; empty is all"
    )
    transports: tuple[str, ...] = Field(default=(), description="it may use; empty is all")
    notional_max: Positive | None = Field(
        default=None, description="quote units that one entry may be worth; exits are free"
    )
    per_second_max: AboveZero = Field(default=100.0, description="entries, and as many exits")
    ttl_s: AboveZero = Field(default=30.0, description="time to live of signals that bring none")
    dry_run: bool = Field(default=False, description="on trial: filled in theory, nothing is sent")

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        wanted = {"hmac": "one key or more", "body_secret": "one key", "loopback": "no key"}
        has = len(self.keys)
        if not {"hmac": has >= 1, "body_secret": has == 1, "loopback": has == 0}[self.auth]:
            raise ValueError(f"auth {self.auth} wants {wanted[self.auth]}, not {has}")
        return self

    @field_validator("addresses")
    @classmethod
    def _networks(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for each in addresses:
            ip_network(each)  # its ValueError says what an address looks like
        return addresses


class ServerSection(Section):
    """Where detectors push to, over HTTP and WebSocket."""

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: Port = Field(default=8800, description="0 takes any free one")
    hosts: tuple[str, ...] = Field(
        default=(), description="further names it is reached by, such as of a proxy before it"
    )


class ClientSection(Section):
    """A connection the bot makes to hear signals; kept up for ever."""

    id: Name
    url: str | None = Field(default=None, description="where; a password only out of a variable")
    url_file: Path | None = Field(default=None, description="or a file that only you can read")

    @model_validator(mode="after")
    def _one_url(self) -> Self:
        if (self.url is None) == (self.url_file is None):
            raise ValueError("want either url or url_file")
        return self


class ConnectSection(ClientSection):
    """A detector's own WebSocket server, that the bot connects to."""

    id: Name = Field(default="websocket-client", description="its name in metrics and logs")
    token: str | None = Field(
        default=None, description="sent as Authorization: Bearer; out of a variable only"
    )


class PollSection(ClientSection):
    """A page that lists envelopes, one a line, asked again and again."""

    id: Name = Field(default="poll", description="its name in metrics and logs")
    interval_s: AboveZero = Field(default=2.0, description="from one question to the next")
    token: str | None = Field(
        default=None, description="sent as Authorization: Bearer; out of a variable only"
    )


class RedisSection(ClientSection):
    """A Redis stream, read as a group that remembers what was taken."""

    id: Name = Field(default="redis", description="its name in metrics and logs")
    stream: str = Field(default="signals", description="key of the stream")
    group: str = Field(default="argonaut", description="group, and the one consumer in it")


class RabbitSection(ClientSection):
    """A RabbitMQ queue; one that is not there is made, durable."""

    id: Name = Field(default="rabbitmq", description="its name in metrics and logs")
    queue: str = Field(default="signals", description="name of the queue")


class NatsSection(ClientSection):
    """A NATS JetStream stream; one that is not there is made, on disk."""

    id: Name = Field(default="nats", description="its name in metrics and logs")
    stream: str = Field(default="SIGNALS", description="name of the stream")
    subject: str = Field(default="signals", description="subject it keeps")
    durable: str = Field(default="argonaut", description="consumer that remembers what was taken")


class KafkaSection(ClientSection):
    """A Kafka topic, read as a group that remembers what was taken."""

    id: Name = Field(default="kafka", description="its name in metrics and logs")
    topic: str = Field(default="signals", description="name of the topic")
    group: str = Field(default="argonaut", description="consumer group")


class DetectorsSection(Section):
    """Signals from outside while the bot runs. Without a source nothing listens."""

    sources: tuple[SourceSection, ...] = ()
    server: ServerSection | None = Field(
        default=None, description="where they push to, see below; without it nothing listens"
    )
    connect: tuple[ConnectSection, ...] = ()
    poll: tuple[PollSection, ...] = ()
    redis: tuple[RedisSection, ...] = ()
    rabbitmq: tuple[RabbitSection, ...] = ()
    nats: tuple[NatsSection, ...] = ()
    kafka: tuple[KafkaSection, ...] = ()
    venue_names: tuple[str, ...] = Field(
        default=(), description="names signals may have for the venue, such as binance on paper"
    )
    queue_max: Count = Field(default=4096, description="waiting signals, before entries are shed")
    dead_letter_path: Path | None = Field(
        default=Path("logs/dead-letters.jsonl"), description="what was refused; none keeps nothing"
    )

    @property
    def clients(self) -> tuple[ClientSection, ...]:
        """Every connection the bot makes to hear signals."""
        return (
            *self.connect,
            *self.poll,
            *self.redis,
            *self.rabbitmq,
            *self.nats,
            *self.kafka,
        )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [each.id for each in self.clients]
        for name in names:
            if names.count(name) > 1 or name in SERVER_NAMES:
                raise ValueError(f"want another id for each connection, not {name} twice")
        return self
