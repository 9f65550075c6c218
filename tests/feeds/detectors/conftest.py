"""One broker of each kind a session; a test that wants one that is not here says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tools.brokers import (
    Broker,
    KafkaBroker,
    NatsBroker,
    NoBrokerError,
    RabbitBroker,
    RedisBroker,
    running,
)

KINDS: dict[str, type[Broker]] = {
    "redis": RedisBroker,
    "rabbitmq": RabbitBroker,
    "nats": NatsBroker,
    "kafka": KafkaBroker,
}


@pytest.fixture(scope="session")
def broker_named() -> Iterator[Callable[[str], Broker]]:
    """Returns the broker of a kind, started when somebody first asks; skips where there is none."""
    started: dict[str, Broker] = {}
    missing: dict[str, str] = {}
    with ExitStack() as stack:

        def get(name: str) -> Broker:
            if name not in started and name not in missing:
                try:
                    started[name] = stack.enter_context(running(KINDS[name]))
                except NoBrokerError as error:
                    missing[name] = str(error)
            if name in missing:
                pytest.skip(missing[name])
            return started[name]

        yield get
        for broker in started.values():  # at once: a worker that takes long to end is killed
            broker.kill()
