"""Every way for signals to come in, as a config words it."""

import pytest

from argonaut.config.assembly import assemble
from argonaut.config.errors import ConfigError
from argonaut.config.load import check, load_config, load_explained
from tests.config.written import minimal, written

EVERY = {
    "connect": [{"url": "ws://127.0.0.1:9000/"}],
    "poll": [{"url": "http://127.0.0.1:9001/"}],
    "redis": [{"url": "redis://127.0.0.1:6379/0"}],
    "rabbitmq": [{"url": "amqp://127.0.0.1/"}],
    "nats": [{"url": "nats://127.0.0.1:4222"}],
    "kafka": [{"url": "127.0.0.1:9092"}],
}


def config(**detectors):
    return check(minimal(detectors=detectors), "test")


def urls(folder=None, **detectors):
    return assemble(config(**detectors), folder=folder).detector_urls()


def test_each_connection_has_a_name_of_its_own():
    names = [each.id for each in config(**EVERY).detectors.clients]

    assert names == ["websocket-client", "poll", "redis", "rabbitmq", "nats", "kafka"]


def test_each_goes_where_its_url_says(tmp_path):
    found = urls(folder=tmp_path, **EVERY)

    assert {name: url.reveal() for name, url in found.items()} == {
        "websocket-client": "ws://127.0.0.1:9000/",
        "poll": "http://127.0.0.1:9001/",
        "redis": "redis://127.0.0.1:6379/0",
        "rabbitmq": "amqp://127.0.0.1/",
        "nats": "nats://127.0.0.1:4222",
        "kafka": "127.0.0.1:9092",
    }


def test_a_url_may_stand_in_a_file_of_its_owner_s(tmp_path):
    path = tmp_path / "redis.url"
    path.write_text("redis://:canary@127.0.0.1/0\n")
    path.chmod(0o600)

    found = urls(folder=tmp_path, redis=[{"url_file": "redis.url"}])

    assert found["redis"].reveal() == "redis://:canary@127.0.0.1/0"


@pytest.mark.parametrize(
    ("detectors", "said"),
    [
        ({"redis": [{}]}, "want either url or url_file"),
        ({"redis": [{"url": "http://127.0.0.1/"}]}, "begins with redis:// or rediss://"),
        ({"redis": [{"url": "redis://a/"}, {"url": "redis://b/"}]}, "want another id for each"),
        ({"redis": [{"id": "http", "url": "redis://a/"}]}, "want another id for each"),
        ({"nats": [{"url_file": "none"}]}, "cannot be read"),
        ({"poll": [{"url": "http://a/", "interval_s": 0}]}, "greater than 0"),
        ({"kafka": [{"url": "a:1", "partition": 1}]}, "unknown key"),
    ],
)
def test_a_wrong_connection_is_refused_by_name(tmp_path, detectors, said):
    with pytest.raises(ConfigError, match=said):
        urls(folder=tmp_path, **detectors)


@pytest.mark.parametrize(
    "detectors",
    [
        {"redis": [{"url": "redis://:canary-word@127.0.0.1/0"}]},
        {"rabbitmq": [{"url": "amqp://user:canary-word@127.0.0.1/"}]},
        {"poll": [{"url": "http://127.0.0.1/", "token": "canary-word"}]},
    ],
)
def test_a_password_does_not_stand_in_a_config(tmp_path, detectors):
    path = written(tmp_path, minimal(detectors=detectors))

    with pytest.raises(ConfigError, match="a secret does not stand in a config") as caught:
        load_config(path)

    assert "canary-word" not in str(caught.value)


def test_a_password_out_of_a_variable_is_not_shown(tmp_path):
    raw = minimal(detectors={"redis": [{"url": "redis://:${WORD}@127.0.0.1/0"}]})

    _, settings = load_explained(written(tmp_path, raw), environment={"WORD": "canary-word"})

    shown = {each.place: each.value for each in settings}
    assert shown["detectors.redis.0.url"] == "***"
