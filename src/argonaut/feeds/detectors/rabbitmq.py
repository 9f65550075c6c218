"""Signals out of a RabbitMQ queue: the body of each message is an envelope.

A message is acknowledged when it is decided, durably; unacknowledged ones come again after a crash.
Refused ones go to the queue `<queue>.dead`, with the reason in their headers.
"""

from __future__ import annotations

import asyncio

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import ChannelNotFoundEntity

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.carrier import Carrier, Parts, Told, delivered, queued, reason

_AT_ONCE = 512  # messages without an acknowledgement yet
_WITHIN_S = 10.0


class RabbitQueue(Carrier):
    """Consumes one queue; one that is not there is made, durable."""

    def __init__(self, name: str, url: Secret, parts: Parts, *, queue: str) -> None:
        super().__init__(name, self._consume, parts)
        self._intake = parts.intake
        self._url = url
        self._queue = queue

    async def _consume(self, up: Told) -> None:
        connection = await aio_pika.connect(self._url.reveal(), timeout=_WITHIN_S)
        async with connection:
            queue = await _queue(connection, self._queue)
            await _queue(connection, f"{self._queue}.dead")
            channel = queue.channel
            await channel.set_qos(prefetch_count=_AT_ONCE)
            graves = await connection.channel(publisher_confirms=True)
            up(f"queue {self._queue}")
            working: dict[asyncio.Task[None], None] = {}  # as many as the prefetch allows
            ended = asyncio.Event()

            async def take(message: AbstractIncomingMessage) -> None:
                task = asyncio.create_task(self._take(message, graves))
                working[task] = None
                task.add_done_callback(done)

            def done(task: asyncio.Task[None]) -> None:
                del working[task]
                if not task.cancelled() and task.exception() is not None:
                    ended.set()  # it could not be acknowledged, and comes again

            def lost(*_: object) -> None:
                ended.set()

            connection.close_callbacks.add(lost)
            channel.close_callbacks.add(lost)
            await queue.consume(take)
            try:
                await ended.wait()
            finally:
                for task in list(working):
                    task.cancel()

    async def _take(self, message: AbstractIncomingMessage, graves: AbstractChannel) -> None:
        answer = await delivered(
            self._intake, queued(message.body, self.name, message.message_id or "")
        )
        if answer.is_bad:
            dead = aio_pika.Message(
                message.body,
                headers=reason(answer),
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            await graves.default_exchange.publish(dead, routing_key=f"{self._queue}.dead")
        await message.ack()


async def _queue(connection: AbstractConnection, name: str) -> AbstractQueue:
    """Return the queue of that name as it is, or a durable one made now."""
    channel = await connection.channel()
    try:
        return await channel.declare_queue(name, passive=True, timeout=_WITHIN_S)
    except ChannelNotFoundEntity:  # the channel is closed by the question
        channel = await connection.channel()
        return await channel.declare_queue(name, durable=True, timeout=_WITHIN_S)
