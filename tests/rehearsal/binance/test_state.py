"""What one venue knows."""

from decimal import Decimal

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.binance.errors import RefusalError
from argonaut.rehearsal.binance.state import Settings
from tests.rehearsal.binance.client import BTC, Client


def test_every_asset_is_known_that_is_or_could_be_held():
    """A balance of zero is a balance."""
    client = Client(balances={"USDT": Decimal(1), "BNB": Decimal(1)})

    assert client.state.assets == ["BNB", "BTC", "ETH", "USDT"]


def test_an_id_that_was_not_sent_is_made_and_made_once():
    """So a query finds what it belongs to."""
    client = Client()

    assert client.state.new_id() != client.state.new_id()
    with pytest.raises(RefusalError, match="Invalid symbol"):
        client.state.symbol("XYZ")


def test_a_venue_without_keys_is_refused():
    """Nobody could use it."""
    with pytest.raises(InvalidValueError, match="at least one of keys"):
        Settings(symbols=(BTC,), keys=(), balances={})
