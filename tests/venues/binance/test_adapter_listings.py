"""An instrument the adapter was not opened with: its rules when it trades, then its quotes."""

from __future__ import annotations

from typing import Any

from argonaut.domain.instrument import Instrument
from argonaut.domain.venue_view import NoAnswer, NotFound
from tests.venues.binance.made import ETH, message
from tests.venues.binance.stub import answer, until
from tests.venues.binance.test_adapter import played

INFO = ("GET", "/api/v3/exchangeInfo")


def info(**changes: Any) -> dict[str, Any]:
    symbols = message("exchange_info", "symbols")
    for each in symbols:
        if each["symbol"] == "ETHBTC":
            each.update(changes)
    return {"symbols": symbols}


def test_the_rules_of_a_coin_that_trades_are_learnt_and_used():
    async def story(venue):
        found = await venue.learn(ETH)
        asked = venue.stub.asked_of(*INFO)[-1]
        return found, asked, ETH in venue._account._rules, await venue.learn(ETH)

    found, asked, is_asked_about, again = played(story)
    assert isinstance(found, Instrument)
    assert (found.instrument_id, found.base, found.quote) == (ETH, "ETH", "BTC")
    assert asked["symbols"] == '["ETHBTC"]'
    assert is_asked_about
    assert again == found


def test_a_coin_that_does_not_trade_yet_is_not_there_unless_it_is_held():
    async def story(venue):
        venue.stub.replies[INFO] = answer(info(status="BREAK"))
        return await venue.learn(ETH), await venue.learn(ETH, is_held=True)

    not_yet, held = played(story)
    assert isinstance(not_yet, NotFound)
    assert not_yet.detail == "ETHBTC is BREAK"
    assert isinstance(held, Instrument)


def test_an_unknown_coin_is_not_there_and_a_silent_venue_has_no_answer():
    async def story(venue):
        venue.stub.replies[INFO] = answer({"code": -1121, "msg": "Invalid symbol."}, 400)
        unknown = await venue.learn(ETH)
        venue.stub.replies[INFO] = answer("", 503)
        return unknown, await venue.learn(ETH)

    unknown, silent = played(story)
    assert isinstance(unknown, NotFound)
    assert isinstance(silent, NoAnswer)


def test_its_quotes_come_over_a_stream_of_their_own():
    async def story(venue):
        await venue.learn(ETH)
        venue.tell(ETH)
        venue.tell(ETH)
        await until(lambda: any("ethbtc" in where for _, where, _ in venue.stub.asked))
        return [where for _, where, _ in venue.stub.asked if "ethbtc" in where]

    (subscribed,) = played(story)
    assert "streams=ethbtc@" in subscribed


def test_a_closed_venue_tells_nothing_more():
    async def story(venue):
        await venue.learn(ETH)
        await venue.close()
        venue.tell(ETH)
        return list(venue._up)

    assert not [name for name in played(story) if "ETH" in name]
