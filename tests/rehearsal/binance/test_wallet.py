"""The wallet's few endpoints."""

from tests.rehearsal.binance.client import READER, Client


def test_what_a_key_may_do_is_told():
    """F38: a key that may withdraw is refused by the bot at its start."""
    client = Client()
    path = "/sapi/v1/account/apiRestrictions"

    assert client.ok("GET", path)["enableSpotAndMarginTrading"] is True
    assert client.ok("GET", path, key=READER)["enableSpotAndMarginTrading"] is False
    assert client.ok("GET", path)["enableWithdrawals"] is False


def test_maintenance_is_told():
    """It is the one question answered then."""
    client = Client()
    client.venue.set_maintenance(is_on=True)

    assert client.ask("/sapi/v1/system/status") == {"status": 1, "msg": "system_maintenance"}
    client.venue.set_maintenance(is_on=False)
    assert client.ask("/sapi/v1/system/status")["status"] == 0


def test_coins_and_fees_are_told():
    """There is no margin here, and the answer says so with an empty list."""
    client = Client()

    coins = {
        each["coin"]: each["free"] for each in client.ok("GET", "/sapi/v1/capital/config/getall")
    }
    one = client.ok("GET", "/sapi/v1/asset/tradeFee", symbol="BTCUSDT")

    assert coins["USDT"] == "10000.00000000"
    assert [each["symbol"] for each in one] == ["BTCUSDT"]
    assert len(client.ok("GET", "/sapi/v1/asset/tradeFee")) == 2
    assert client.ok("GET", "/sapi/v1/margin/isolated/allPairs") == []
