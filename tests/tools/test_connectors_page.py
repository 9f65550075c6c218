"""The page on connectors takes its meanings from the lines of the fields themselves."""

from argonaut.feeds.events.registry import CONNECTORS
from tools.reference.connectors import connectors


def test_every_connector_of_the_registry_has_a_section():
    text = connectors()

    assert all(f"\n## {word}\n" in text for word in CONNECTORS)


def test_a_meaning_is_that_of_its_own_line():
    """Not of the next line that happens to have one."""
    lines = connectors().splitlines()

    assert (
        "| `filter` | `str` | none | rising, hot, bullish, bearish or important; all without one |"
        in lines
    )
    assert "| `silence_s` | `float` | `30.0` | signs of life come every 20 s |" in lines


def test_settings_that_are_inherited_stand_there_too():
    assert (
        connectors().count("| `tickers` | `tuple[str, ...]` | required | base assets: DOGE |") == 6
    )
