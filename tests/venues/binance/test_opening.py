"""What has to be right before anything is sent; otherwise the bot does not start."""

import asyncio

import pytest

from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.ids import InstrumentId
from argonaut.domain.timeframe import SECOND_NS
from argonaut.runtime.clock import SystemClock
from argonaut.venues.binance.adapter import BinanceSpot
from argonaut.venues.binance.errors import VenueUnreachableError
from argonaut.venues.binance.opening import check_account, learn_clock, learn_rules, learn_usage
from tests.venues.binance.made import BTC, ETH, KEY, SECRET, Half, message, settings
from tests.venues.binance.stub import Stub, answer, asking, serving
from tests.venues.binance.test_adapter import Heard

TIME, INFO = ("GET", "/api/v3/time"), ("GET", "/api/v3/exchangeInfo")
USAGE = ("GET", "/api/v3/rateLimit/order")
ACCOUNT, RIGHTS = ("GET", "/api/v3/account"), ("GET", "/sapi/v1/account/apiRestrictions")


def rights(**changed):
    return answer({**message("rest", "rights"), **changed})


def checked(step, replies=(), **other):
    """Take one step of opening; return the hints and what was asked."""

    async def run():
        stub = Stub()
        stub.replies.update(replies)
        async with asking(stub, **other) as (_, client):
            found = await step(client)
            return found, client, stub

    return asyncio.run(run())


def test_a_silence_of_an_earlier_process_is_kept():
    """Not even the time is asked for: every request makes a ban longer."""

    async def run():
        async with serving(Stub()) as served:
            venue = BinanceSpot(settings(served.root), [BTC], clock=SystemClock(), rng=Half())
            venue.keep_silent(60 * SECOND_NS)
            with pytest.raises(VenueUnreachableError):
                await venue.open(Heard())
            return served.asked

    assert asyncio.run(run()) == []


def account(client):
    return check_account(client, client.hints.append)


def test_a_key_that_may_trade_and_nothing_else_is_taken():
    _, client, _ = checked(account)

    assert client.hints == []


def test_a_key_that_may_withdraw_is_refused():
    """A thief of the key would need nothing else."""
    with pytest.raises(RefusedToStartError, match="may withdraw"):
        checked(account, {RIGHTS: rights(enableWithdrawals=True)})


@pytest.mark.parametrize("missing", ["enableReading", "enableSpotAndMarginTrading"])
def test_a_key_that_may_not_trade_is_refused(missing):
    with pytest.raises(RefusedToStartError, match="may not read and trade"):
        checked(account, {RIGHTS: rights(**{missing: False})})


def test_an_account_that_may_not_trade_is_refused():
    locked = answer({**message("rest", "account"), "canTrade": False})

    with pytest.raises(RefusedToStartError, match="canTrade"):
        checked(account, {ACCOUNT: locked})


def test_a_key_for_every_address_is_warned_about():
    _, client, _ = checked(account, {RIGHTS: rights(ipRestrict=False)})

    assert "limit it to this machine" in client.hints[0]


@pytest.mark.parametrize("where", [ACCOUNT, RIGHTS])
@pytest.mark.parametrize(
    ("code", "status"), [(-2014, 401), (-2015, 401), (-1022, 400), (-2008, 400)]
)
def test_a_key_the_venue_refuses_is_told_with_what_it_can_be(where, code, status):
    refusal = answer(
        {"code": code, "msg": "Invalid API-key, IP, or permissions for action."}, status
    )

    with pytest.raises(
        RefusedToStartError, match="a key of the testnet used at production"
    ) as told:
        checked(account, {where: refusal})

    assert KEY not in str(told.value)
    assert SECRET not in str(told.value)


def test_on_the_testnet_the_rights_of_a_key_are_not_asked_for():
    """It has no such endpoint, and no withdrawals."""
    _, _, stub = checked(account, {RIGHTS: answer("", 404)}, is_sandbox=True)

    assert not stub.requests(*RIGHTS)


def test_on_the_testnet_a_refused_key_may_be_one_of_production():
    with pytest.raises(RefusedToStartError, match="a key of production used at the testnet"):
        checked(account, {ACCOUNT: answer({"code": -2015, "msg": "x"}, 401)}, is_sandbox=True)


@pytest.mark.parametrize(
    ("step", "where"),
    [
        (learn_clock, TIME),
        (lambda client: learn_rules(client, [BTC]), INFO),
        (account, ACCOUNT),
        (account, RIGHTS),
        (learn_usage, USAGE),
    ],
)
@pytest.mark.parametrize("reply", [answer("", 503), answer("<html>"), answer({"x": 1})])
def test_a_venue_that_does_not_answer_is_worth_another_try(step, where, reply):
    """It is not the key that is wrong: the bot must not stop for a maintenance."""
    with pytest.raises(VenueUnreachableError) as told:
        checked(step, {where: reply})

    assert isinstance(told.value, ConnectionError)


def test_the_clock_is_asked_for_often_enough_to_trust_it():
    _, client, stub = checked(learn_clock)

    assert len(stub.requests(*TIME)) == 3
    assert client.server_clock.error_ns() is not None


def test_rules_bring_the_limits_published_with_them():
    found, client, _ = checked(lambda client: learn_rules(client, [BTC, ETH]))

    assert [each.symbol for each in found.values()] == ["BTCUSDT", "ETHBTC"]
    assert client.limiter._orders["10S"].limit == 100


def test_orders_of_an_earlier_life_are_counted():
    _, client, _ = checked(learn_usage)

    assert client.limiter.shares(client.clock.mono_ns())["orders 10S"] == 0.07


def test_an_instrument_the_venue_does_not_have_is_refused():
    with pytest.raises(RefusedToStartError, match="lists not all of BTC/USDT@binance"):
        checked(
            lambda client: learn_rules(client, [BTC]),
            {INFO: answer({"code": -1121, "msg": "Invalid symbol."}, 400)},
        )
    with pytest.raises(RefusedToStartError, match="lists no QQQUSDT"):
        checked(lambda client: learn_rules(client, [InstrumentId("QQQ/USDT@binance")]))
    with pytest.raises(RefusedToStartError, match="want a spot instrument"):
        checked(lambda client: learn_rules(client, [InstrumentId("BTCUSDT")]))


def test_limits_nobody_can_read_are_no_answer():
    info = {
        "symbols": [],
        "rateLimits": [{"rateLimitType": "ORDERS", "interval": "X", "intervalNum": 1, "limit": 1}],
    }

    with pytest.raises(VenueUnreachableError, match="cannot be read"):
        checked(lambda client: learn_rules(client, [BTC]), {INFO: answer(info)})
