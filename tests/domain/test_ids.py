"""Names of things."""

import pytest

from argonaut.domain.ids import InstrumentId, venue_of


@pytest.mark.parametrize(
    ("name", "venue"),
    [
        ("BTC/USDT@sim", "sim"),
        ("BTC/USDT:USDT@binance", "binance"),
        ("ODD@NAME/USDT@kraken", "kraken"),
        ("BTC/USDT", ""),
    ],
)
def test_the_venue_stands_behind_the_last_at(name: str, venue: str) -> None:
    assert venue_of(InstrumentId(name)) == venue
