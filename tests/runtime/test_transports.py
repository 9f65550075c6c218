"""What a config names is what is made, and a missing client is told with its remedy."""

import sys

import pytest

from argonaut.config.detectors_schema import ClientSection, DetectorsSection
from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.secret import Secret
from argonaut.runtime.transports import client_of, clients_of
from tests.config.test_detectors_schema import EVERY
from tests.feeds.detectors.house import House
from tests.feeds.detectors.rigs import parts_of

MODULES = {
    "redis": "argonaut.feeds.detectors.redis_streams",
    "rabbitmq": "argonaut.feeds.detectors.rabbitmq",
    "nats": "argonaut.feeds.detectors.nats_jetstream",
    "kafka": "argonaut.feeds.detectors.kafka",
}


def test_every_connection_of_a_config_is_made():
    section = DetectorsSection.model_validate(EVERY)
    urls = {each.id: Secret("anywhere") for each in section.clients}

    made = [type(each).__name__ for each in clients_of(section, urls, parts_of(House()))]

    assert made == [
        "SocketClient",
        "Poller",
        "RedisStream",
        "RabbitQueue",
        "JetStream",
        "KafkaTopic",
    ]


@pytest.mark.parametrize("kind", list(MODULES))
def test_a_broker_without_its_client_is_refused_with_the_remedy(monkeypatch, kind):
    monkeypatch.setitem(sys.modules, MODULES[kind], None)
    (section,) = getattr(DetectorsSection.model_validate({kind: EVERY[kind]}), kind)

    with pytest.raises(RefusedToStartError, match=r"pip install 'argonaut\[queues\]'"):
        client_of(section, Secret("anywhere"), parts_of(House()))


def test_a_section_without_a_transport_is_a_bug():
    with pytest.raises(AssertionError, match="no transport for ClientSection"):
        client_of(ClientSection(id="a", url="b"), Secret("c"), parts_of(House()))
