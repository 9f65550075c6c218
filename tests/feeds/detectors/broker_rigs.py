"""One rig a broker: envelopes go to the real server, as a detector would put them there."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

import aio_pika
import nats
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from redis.asyncio import Redis

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.carrier import Carrier, Parts
from argonaut.feeds.detectors.kafka import KafkaTopic
from argonaut.feeds.detectors.nats_jetstream import JetStream
from argonaut.feeds.detectors.rabbitmq import RabbitQueue
from argonaut.feeds.detectors.redis_streams import RedisStream
from tests.feeds.detectors.house import House
from tests.feeds.detectors.rigs import parts_of
from tools.brokers import Broker

_names = count()


class BrokerRig:
    """What the rigs of all brokers share: a name of its own for each test."""

    is_push = False

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.name = f"signals-{next(_names)}"
        self.carrier: Carrier

    async def open(self, house: House) -> None:
        """Start the transport and wait until it listens."""
        self.house = house
        self.carrier = self.made(parts_of(house))
        await self.carrier.start()
        await house.watching.until(lambda: bool(house.watching.states))

    def made(self, parts: Parts) -> Carrier:
        raise NotImplementedError

    async def send(self, *envelopes: bytes) -> None:
        raise NotImplementedError

    async def dead(self) -> int:
        """How many refused messages the broker keeps."""
        raise NotImplementedError

    async def restart(self) -> None:
        """Kill the broker and start it again, whatever the bot is doing."""
        await asyncio.to_thread(self.broker.restart)

    async def close(self) -> None:
        await self.carrier.close()


class RedisRig(BrokerRig):
    def made(self, parts: Parts) -> Carrier:
        return RedisStream("redis", Secret(self.broker.url), parts, stream=self.name, group="g")

    async def send(self, *envelopes: bytes) -> None:
        async with Redis.from_url(self.broker.url) as client, client.pipeline() as pipe:
            for each in envelopes:
                pipe.xadd(self.name, {"envelope": each})
            await pipe.execute()

    async def dead(self) -> int:
        async with Redis.from_url(self.broker.url) as client:
            return int(await client.xlen(f"{self.name}:dead"))


class RabbitRig(BrokerRig):
    def made(self, parts: Parts) -> Carrier:
        return RabbitQueue("rabbitmq", Secret(self.broker.url), parts, queue=self.name)

    async def send(self, *envelopes: bytes) -> None:
        async with await aio_pika.connect(self.broker.url) as connection:
            channel = await connection.channel(publisher_confirms=True)
            for each in envelopes:
                await channel.default_exchange.publish(
                    aio_pika.Message(each, delivery_mode=aio_pika.DeliveryMode.PERSISTENT),
                    routing_key=self.name,
                )

    async def dead(self) -> int:
        async with await aio_pika.connect(self.broker.url) as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(f"{self.name}.dead", passive=True)
            return queue.declaration_result.message_count or 0


class NatsRig(BrokerRig):
    def made(self, parts: Parts) -> Carrier:
        return JetStream(
            "nats",
            Secret(self.broker.url),
            parts,
            stream=self.name,
            subject=self.name,
            durable="argonaut",
        )

    async def send(self, *envelopes: bytes) -> None:
        client = await nats.connect(self.broker.url)
        context = client.jetstream()
        for each in envelopes:
            await context.publish(self.name, each, timeout=20)
        await client.close()

    async def dead(self) -> int:
        client = await nats.connect(self.broker.url)
        found = await client.jetstream().stream_info(f"{self.name}_DEAD")
        await client.close()
        return found.state.messages


class KafkaRig(BrokerRig):
    def made(self, parts: Parts) -> Carrier:
        return KafkaTopic(
            "kafka", Secret(self.broker.url), parts, topic=self.name, group=f"g-{self.name}"
        )

    async def open(self, house: House) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.broker.url) as producer:
            await producer.partitions_for(self.name)  # the cluster makes it
        await super().open(house)

    async def send(self, *envelopes: bytes) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self.broker.url) as producer:
            sent: list[Any] = [
                await producer.send(self.name, each, key=b"one partition") for each in envelopes
            ]
            await asyncio.gather(*sent)

    async def dead(self) -> int:
        topic = f"{self.name}.dead"
        consumer = AIOKafkaConsumer(
            topic, bootstrap_servers=self.broker.url, auto_offset_reset="earliest"
        )
        async with consumer:
            number = 0
            while found := await consumer.getmany(timeout_ms=1_000):
                number += sum(len(some) for some in found.values())
        return number


BROKER_RIGS: dict[str, type[BrokerRig]] = {
    "redis": RedisRig,
    "rabbitmq": RabbitRig,
    "nats": NatsRig,
    "kafka": KafkaRig,
}
