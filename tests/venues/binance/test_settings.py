"""Where keys may go: to the venue or to this machine, and nowhere else."""

from typing import Any

import pytest

from argonaut.domain.errors import InvalidValueError, RefusedToStartError
from argonaut.domain.secret import Secret
from argonaut.venues.binance.settings import BinanceSettings
from tests.venues.binance.made import KEY, SECOND_NS, SECRET, settings

KEYS: Any = {"api_key": Secret(KEY), "api_secret": Secret(SECRET)}
TESTNET = BinanceSettings.testnet(**KEYS)
URLS = ("rest_url", "stream_url", "ws_api_url")
PRODUCTION: Any = {name: getattr(BinanceSettings(**KEYS), name) for name in URLS}


@pytest.mark.parametrize(
    "fit",
    [
        BinanceSettings(**KEYS),
        TESTNET,
        settings(),
        settings("http://localhost:8080/"),
        settings("http://[::1]:8080"),
    ],
)
def test_the_venue_its_testnet_and_this_machine_are_let_through(fit):
    fit.check_hosts()


@pytest.mark.parametrize(
    "url",
    [
        "https://api.binance.com.evil.example",
        "http://10.0.0.1",
        "http://0.0.0.0:80",
        "http://127.0.0.1@evil.example",
        "http://user:word@127.0.0.1",
        "http://2130706433",
        "http://localhost.evil.example",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("which", ["rest_url", "stream_url", "ws_api_url"])
def test_any_other_host_is_refused(which, url):
    """A look-alike package once sent orders and keys elsewhere by changing one of these."""
    with pytest.raises(RefusedToStartError, match="on this machine"):
        settings(**{which: url}).check_hosts()


def test_one_url_of_the_venue_among_local_ones_is_refused():
    """The rehearsal would trade for real."""
    with pytest.raises(RefusedToStartError, match=r"api\.binance\.com"):
        settings(rest_url="https://api.binance.com").check_hosts()


def test_one_address_of_ones_own_is_enough():
    """What is left out beside it must not fall back to production."""
    alone = BinanceSettings(**KEYS, rest_url="http://127.0.0.1:8080/")

    assert alone.rest_url == "http://127.0.0.1:8080"
    assert alone.stream_url == "ws://127.0.0.1:8080"
    assert alone.ws_api_url == "ws://127.0.0.1:8080/ws-api/v3"


def test_the_sandbox_is_chosen_by_one_word():
    sandbox = BinanceSettings(**KEYS, is_sandbox=True)

    assert "testnet" in sandbox.rest_url
    assert [getattr(sandbox, name) for name in URLS] == [getattr(TESTNET, name) for name in URLS]


def test_a_testnet_key_does_not_go_to_production_nor_the_other_way():
    with pytest.raises(RefusedToStartError, match="a testnet key never goes there"):
        BinanceSettings(**KEYS, is_sandbox=True, **PRODUCTION).check_hosts()
    testnet: Any = {name: getattr(TESTNET, name) for name in URLS}
    with pytest.raises(RefusedToStartError, match="say is_sandbox"):
        BinanceSettings(**KEYS, **testnet).check_hosts()


@pytest.mark.parametrize("window", [0, 99, 5_001, 60_000])
def test_a_receive_window_that_is_too_long_bounds_nothing(window):
    with pytest.raises(InvalidValueError, match="recv_window_ms"):
        settings(recv_window_ms=window)


def test_lateness_counts_the_window_the_engines_patience_and_clocks():
    """R2: before that an unseen order may still arrive, and a new one would be a second."""
    assert settings(recv_window_ms=5_000).lateness_ns == 17 * SECOND_NS
    assert settings(recv_window_ms=2_000).lateness_ns == 14 * SECOND_NS


def test_settings_show_no_key():
    shown = repr(settings())

    assert KEY not in shown
    assert SECRET not in shown
