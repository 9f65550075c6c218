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
_LINGER_S = 0.002  # messages come one a turn of the loop; a commit for each would be slow


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
            arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue(maxsize=_AT_ONCE)
            taking = asyncio.ensure_future(self._take_on(arrived, graves))

            def lost(*_: object) -> None:
                taking.cancel()

            async def arrive(message: AbstractIncomingMessage) -> None:
                arrived.put_nowait(message)  # the prefetch keeps it from being full

            connection.close_callbacks.add(lost)
            channel.close_callbacks.add(lost)
            await queue.consume(arrive)
            try:
                await asyncio.wait({taking})
                if not taking.cancelled():
                    taking.result()
            finally:
                taking.cancel()

    async def _take_on(
        self, arrived: asyncio.Queue[AbstractIncomingMessage], graves: AbstractChannel
    ) -> None:
        """Take what arrives together, so that it shares a commit and an acknowledgement."""
        while True:
            batch = [await arrived.get()]
            await asyncio.sleep(_LINGER_S)
            while not arrived.empty():
                batch.append(arrived.get_nowait())
            await asyncio.gather(*(self._take(each, graves) for each in batch))
            await batch[-1].ack(multiple=True)

    async def _take(self, message: AbstractIncomingMessage, graves: AbstractChannel) -> None:
        """Have one message decided, and bury it when it is refused."""
        arrival = queued(message.body, self.name, message.message_id or "")
        answer = await delivered(self._intake, arrival)
        if answer.is_bad:
            dead = aio_pika.Message(
                message.body,
                headers=reason(answer),
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            )
            await graves.default_exchange.publish(dead, routing_key=f"{self._queue}.dead")


async def _queue(connection: AbstractConnection, name: str) -> AbstractQueue:
    """Return the queue of that name as it is, or a durable one made now."""
    channel = await connection.channel()
    try:
        return await channel.declare_queue(name, passive=True, timeout=_WITHIN_S)
    except ChannelNotFoundEntity:  # the channel is closed by the question
        channel = await connection.channel()
        return await channel.declare_queue(name, durable=True, timeout=_WITHIN_S)
