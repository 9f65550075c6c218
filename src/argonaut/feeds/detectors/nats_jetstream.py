"""Signals out of a NATS JetStream stream: each message is an envelope, read by a durable consumer.

A message is acknowledged when it is decided, durably, and is delivered again otherwise. Refused
ones go to `dead.<subject>`, kept in the stream `<stream>_DEAD`, with the reason in their headers.
"""

from __future__ import annotations

import asyncio

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig
from nats.js.errors import NotFoundError

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.carrier import Carrier, Parts, Told, delivered, queued, reason

_AT_ONCE = 256
_WITHIN_S = 10.0
_AGAIN_AFTER_S = 60.0  # an unacknowledged message is delivered again
_WAIT_S = 1.0


class JetStream(Carrier):
    """Reads one stream as the durable consumer `durable`; both are made where they are not."""

    def __init__(
        self, name: str, url: Secret, parts: Parts, *, stream: str, subject: str, durable: str
    ) -> None:
        super().__init__(name, self._read_on, parts)
        self._intake = parts.intake
        self._url = url
        self._stream = stream
        self._subject = subject
        self._durable = durable

    async def _read_on(self, up: Told) -> None:
        client = await nats.connect(
            self._url.reveal(),
            allow_reconnect=False,  # the carrier does, and says so
            connect_timeout=int(_WITHIN_S),
            error_cb=_told_elsewhere,
        )
        try:
            context = client.jetstream(timeout=_WITHIN_S)
            await _make_stream(context, self._stream, self._subject)
            await _make_stream(context, f"{self._stream}_DEAD", f"dead.{self._subject}")
            consumer = await context.pull_subscribe(
                self._subject,
                durable=self._durable,
                stream=self._stream,
                config=ConsumerConfig(ack_wait=_AGAIN_AFTER_S, max_ack_pending=4 * _AT_ONCE),
            )
            up(f"consumer {self._durable} of {self._stream}")
            await self._take_on(client, context, consumer)
        finally:
            await client.close()

    async def _take_on(
        self,
        client: Client,
        context: JetStreamContext,
        consumer: JetStreamContext.PullSubscription,
    ) -> None:
        while client.is_connected:
            try:
                messages = await consumer.fetch(_AT_ONCE, timeout=_WAIT_S)
            except TimeoutError:
                messages = []  # there is nothing new
            await asyncio.gather(*(self._take(context, each) for each in messages))

    async def _take(self, context: JetStreamContext, message: Msg) -> None:
        number = message.metadata.sequence.stream
        arrival = queued(message.data, self.name, f"{self._stream}:{number}")
        answer = await delivered(self._intake, arrival)
        if answer.is_bad:
            headers = {name: str(value) for name, value in reason(answer).items()}
            await context.publish(
                f"dead.{message.subject}", message.data, timeout=_WITHIN_S, headers=headers
            )
        await message.ack()


async def _make_stream(context: JetStreamContext, name: str, subject: str) -> None:
    try:
        await context.stream_info(name)
    except NotFoundError:
        await context.add_stream(name=name, subjects=[subject])


async def _told_elsewhere(error: Exception) -> None:
    """Keep the client from printing: the read that fails is what the carrier tells."""
