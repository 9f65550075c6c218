"""The venue of a live config: its class, its keys, and what it streams."""

from typing import Any

import pytest

from argonaut.config.errors import ConfigError
from argonaut.config.live import (
    account_hash,
    feeds_wanted,
    read_secret,
    settings_of,
    venue_class,
)
from argonaut.config.load import check
from argonaut.domain.errors import InvalidValueError
from argonaut.venues.binance.adapter import BinanceSpot
from tests.config.test_modes import LIVE


def config(**changes: Any):
    return check({**LIVE, **changes}, "live")


def key_file(folder, text: str, mode: int = 0o600):
    path = folder / "key"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_venue_that_takes_no_orders_over_a_network_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="takes no orders over a network"):
        venue_class(
            config(venue={"class": "argonaut.venues.sim.SimVenue"}), folder=tmp_path, allow=()
        )


def test_a_venue_is_asked_for_the_data_of_the_config(tmp_path):
    found = venue_class(config(), folder=tmp_path, allow=("tests",))

    (feed,) = feeds_wanted(config(), found)

    assert (feed.instrument_id, feed.kind, feed.timeframe_ns) == ("BTC/USDT@memory", "quotes", 0)


def test_keys_come_from_files_and_do_not_show(tmp_path):
    """Neither in the settings nor in an error."""
    key_file(tmp_path, "canary\n")
    params = {
        "api_key_file": "key",
        "api_secret_file": "key",
        "rest_url": "http://127.0.0.1:8080",
        "stream_url": "ws://127.0.0.1:8080",
        "ws_api_url": "ws://127.0.0.1:8080/ws-api/v3",
    }

    settings = settings_of(BinanceSpot, params, folder=tmp_path)

    assert settings.api_key.reveal() == "canary"
    assert "canary" not in repr(settings)
    with pytest.raises(ConfigError, match=r"venue.params.api_key_file: .* cannot be read"):
        settings_of(BinanceSpot, {**params, "api_key_file": "none"}, folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        ("canary", 0o644, "may be read by others"),
        ("k" * 5_000, 0o600, "want at most 4096 bytes"),
        ("", 0o600, "holds no key"),
    ],
)
def test_a_key_file_that_is_none_is_refused(tmp_path, text, mode, told):
    with pytest.raises(InvalidValueError, match=told):
        read_secret(key_file(tmp_path, text, mode))


def test_the_account_is_the_same_when_keys_and_strategies_change():
    """The positions stay, and so does the journal; another mode is another account."""
    one = account_hash(config())

    assert account_hash(config(name="other")) == one
    assert account_hash(config(quote="USDC")) != one
    assert account_hash(config(mode="live")) != one
