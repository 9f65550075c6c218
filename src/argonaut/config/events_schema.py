"""The `events` section: where external events come from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from argonaut.config.fields import AboveZero, Name, Port, Section, number

_OWN_NAME = "external_feed"


class EventSourceSection(Section):
    """One source of events, asked or listened to by a connector."""

    id: Name = Field(description="its name in metrics and logs")
    connector: str = Field(description="word for the connector, see the page on connectors")
    enabled: bool = Field(default=True, description="false leaves it out")
    base_url: str | None = Field(
        default=None, description="where it goes instead of the service itself, such as a test's"
    )
    interval_s: AboveZero | None = Field(
        default=None, description="from one question to the next; none is the connector's own"
    )
    params: dict[str, Any] = Field(
        default_factory=dict,
        description="of the connector; a key only out of a variable, or as its file NAME_file",
    )


class ExternalFeedSection(Section):
    """Where programs push events to over HTTP, one JSON object a request."""

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: Port = Field(default=8801, description="0 takes any free one")
    hosts: tuple[str, ...] = Field(
        default=(), description="further names it is reached by, such as of a proxy before it"
    )
    token: str | None = Field(
        default=None, description="wanted as Authorization: Bearer; out of a variable only"
    )
    token_file: Path | None = Field(default=None, description="or a file that only you can read")

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in ("127.0.0.1", "::1", "localhost")

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if self.token is not None and self.token_file is not None:
            raise ValueError("want either token or token_file")
        has_token = self.token is not None or self.token_file is not None
        if not (self.is_local or has_token):
            raise ValueError(f"want a token for what listens at {self.host}")
        return self


class EventsSection(Section):
    """External events while the bot runs. Without a source nothing is asked."""

    sources: tuple[EventSourceSection, ...] = ()
    external_feed: ExternalFeedSection | None = Field(
        default=None, description="where events are pushed to, see below; none: nothing listens"
    )
    first_late_s: Annotated[float, BeforeValidator(number), Field(ge=0, allow_inf_nan=False)] = (
        Field(
            default=300.0,
            description="when a source is read for the first time ever, older items count as seen",
        )
    )
    seen_path: Path | None = Field(
        default=None, description="what was seen, for ever; none stands beside the journal"
    )

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [each.id for each in self.sources]
        for name in names:
            if names.count(name) > 1 or name == _OWN_NAME:
                raise ValueError(f"want another id for each source, not {name} twice")
        return self
