"""Money put in and taken out is neither profit nor drawdown."""

from argonaut.ledger.transfers import Transfers
from tests.ledger.deals import D


def test_deposits_count_at_the_price_of_their_time() -> None:
    transfers = Transfers()
    transfers.take("USDT", D(1000), D(1))
    transfers.take("BTC", D("0.5"), D(60_000))
    transfers.take("USDT", D(-200), D(1))

    assert (transfers.net_quote, transfers.unvalued) == (D(30_800), {})


def test_what_has_no_price_waits_and_is_valued_once() -> None:
    transfers = Transfers()
    transfers.take("BTC", D(1), None)
    transfers.take("BTC", D(2), None)
    transfers.take("ETH", D(5), None)
    assert transfers.value_waiting({"BTC": D(100)}.get) == [("BTC", D(100))]
    transfers.value_waiting({"BTC": D(999)}.get)

    assert transfers.net_quote == D(300)
    assert transfers.unvalued == {"ETH": D(5)}
