"""Every word of the config leads to a connector that can be made."""

from dataclasses import is_dataclass

import pytest

from argonaut.feeds.events.registry import CONNECTORS, connector_kind


@pytest.mark.parametrize("word", CONNECTORS)
def test_every_connector_has_params_a_place_and_times(word):
    kind = connector_kind(word)

    assert is_dataclass(kind.params)
    assert kind.params.__hash__ is not None, "frozen, so that nothing turns its knobs"
    assert kind.interval_s > 0
    assert kind.stale_s > 0
    assert not kind.base_url.endswith("/")
