"""Signals out of a Kafka topic: the value of each record is an envelope, read as a group.

Every partition is read by this one consumer, so no group has to be balanced; a new partition ends
the connection, and the next one has it. Offsets are committed when a batch is decided, durably;
after a crash the batch comes again. Refused records go to the topic `<topic>.dead`, with the reason
in their headers.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.carrier import Carrier, Parts, Told, delivered, queued, reason

_AT_ONCE = 512
_WAIT_MS = 500
_WITHIN_MS = 10_000


class KafkaTopic(Carrier):
    """Reads one topic. `url` is the bootstrap servers, as `host:port,host:port`."""

    def __init__(self, name: str, url: Secret, parts: Parts, *, topic: str, group: str) -> None:
        super().__init__(name, self._read_on, parts)
        self._intake = parts.intake
        self._url = url
        self._topic = topic
        self._group = group

    async def _read_on(self, up: Told) -> None:
        servers = self._url.reveal()
        consumer = AIOKafkaConsumer(
            bootstrap_servers=servers,
            group_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            request_timeout_ms=_WITHIN_MS,
        )
        graves = AIOKafkaProducer(bootstrap_servers=servers, request_timeout_ms=_WITHIN_MS)
        try:
            await consumer.start()
            await graves.start()
            partitions = await graves.partitions_for(self._topic)
            consumer.assign([TopicPartition(self._topic, each) for each in sorted(partitions)])
            up(f"group {self._group} of {self._topic}, {len(partitions)} partitions")
            while await graves.partitions_for(self._topic) == partitions:
                found = await consumer.getmany(timeout_ms=_WAIT_MS, max_records=_AT_ONCE)
                records = [record for some in found.values() for record in some]
                if records:
                    await asyncio.gather(*(self._take(graves, each) for each in records))
                    await consumer.commit()
        finally:
            await consumer.stop()
            await graves.stop()

    async def _take(self, graves: AIOKafkaProducer, record: Any) -> None:  # noqa: ANN401
        place = f"{record.topic}:{record.partition}:{record.offset}"
        answer = await delivered(self._intake, queued(record.value, self.name, place))
        if answer.is_bad:
            headers = [(name, str(value).encode()) for name, value in reason(answer).items()]
            await graves.send_and_wait(f"{self._topic}.dead", record.value, headers=headers)
