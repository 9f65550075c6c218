"""Detectors that send to a broker as fast as it takes them: one function a broker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from typing import Any, Final

import aio_pika
import nats
from aiokafka import AIOKafkaProducer
from redis.asyncio import Redis

from tools.brokers import Broker, KafkaBroker, NatsBroker, RabbitBroker, RedisBroker

NAME: Final = "signals"  # of the stream, queue, subject or topic, as a config has it by default
TOGETHER: Final = 200


async def redis(url: str, envelopes: Iterator[bytes]) -> None:
    """Add entries to a stream, a pipeline of them at a time."""
    async with Redis.from_url(url) as client:
        while some := list(islice(envelopes, TOGETHER)):
            async with client.pipeline(transaction=False) as pipe:
                for each in some:
                    pipe.xadd(NAME, {"envelope": each})
                await pipe.execute()


async def rabbitmq(url: str, envelopes: Iterator[bytes]) -> None:
    """Publish persistent messages and wait for the broker to confirm them."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel(publisher_confirms=True)
        await channel.declare_queue(NAME, durable=True)
        exchange = channel.default_exchange
        while some := list(islice(envelopes, TOGETHER)):
            messages = [
                aio_pika.Message(each, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
                for each in some
            ]
            await asyncio.gather(*(exchange.publish(each, routing_key=NAME) for each in messages))


async def nats_jetstream(url: str, envelopes: Iterator[bytes]) -> None:
    """Publish to a stream and wait for the server to have each."""
    client = await nats.connect(url)
    context = client.jetstream(timeout=30)
    while some := list(islice(envelopes, TOGETHER)):
        await asyncio.gather(*(context.publish(NAME, each) for each in some))
    await client.close()


async def kafka(url: str, envelopes: Iterator[bytes]) -> None:
    """Send records and wait until they are written."""
    async with AIOKafkaProducer(bootstrap_servers=url) as producer:
        while some := list(islice(envelopes, TOGETHER)):
            sent: list[Any] = [await producer.send(NAME, each) for each in some]
            await asyncio.gather(*sent)


PUBLISHERS: Final[dict[str, Callable[[str, Iterator[bytes]], Awaitable[None]]]] = {
    "redis": redis,
    "rabbitmq": rabbitmq,
    "nats": nats_jetstream,
    "kafka": kafka,
}
BROKERS: Final[dict[str, type[Broker]]] = {
    "redis": RedisBroker,
    "rabbitmq": RabbitBroker,
    "nats": NatsBroker,
    "kafka": KafkaBroker,
}
