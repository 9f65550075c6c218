"""The books as a trader would check them, with the sums beside them."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.order import OrderRole, Side
from argonaut.ledger.book import Book
from argonaut.ledger.errors import LedgerError
from argonaut.ledger.posting import Posting, PostingSet
from tests.ledger.deals import (
    BNB,
    BRD_BTC,
    BTC,
    ETH,
    MEAN,
    TREND,
    D,
    Deal,
    Desk,
    book_of,
    instrument,
)

SECOND_NS = 1_000_000_000
NO_PRICES: dict[InstrumentId, Any] = {}


def desk(*names: InstrumentId, **balances: str) -> Desk:
    return Desk(book_of(*names, **(balances or {"USDT": "10000"})))


def test_a_round_trip_pays_both_fees() -> None:
    """Bought 2 at 100, sold at 110: 20 earned, 0.2 + 0.22 paid."""
    deals = desk()
    opened = deals.buy("2", "100", fee="0.2 USDT", tag="breakout", user_id="ann")
    (trip,) = deals.sell("2", "110", fee="0.22 USDT", tag="target")

    assert opened == ()
    assert (trip.pnl, trip.fees, trip.quantity) == (D("19.58"), D("0.42"), D(2))
    assert (trip.entry_price, trip.exit_price, trip.is_long) == (D(100), D(110), True)
    assert (trip.opened_ns, trip.closed_ns) == (1 * SECOND_NS, 2 * SECOND_NS)
    assert (trip.tag, trip.exit_tag, trip.user_id) == ("breakout", "target", "ann")
    assert trip.pnl_fraction == D("0.0979")
    assert deals.book.balances == {"USDT": D("10019.58")}
    assert deals.book.holding(TREND, BTC).realized == D("19.58")


def test_a_short_owes_base_until_it_is_bought_back() -> None:
    deals = desk()
    deals.sell("2", "100")
    owed = deals.book.balance("BTC")
    (trip,) = deals.buy("2", "90")

    assert owed == -2
    assert (trip.is_long, trip.pnl) == (False, D(20))
    assert deals.book.balances == {"USDT": D(10_020)}


def test_a_flip_is_a_round_trip_and_a_new_position_with_its_own_tag() -> None:
    deals = desk()
    deals.buy("1", "100", tag="up")
    (trip,) = deals.sell("3", "110", fee="0.3 USDT", tag="down", user_id="bob")
    holding = deals.book.holding(TREND, BTC)
    (second,) = deals.buy("2", "100", tag="done")

    assert (trip.tag, trip.exit_tag, trip.pnl) == ("up", "down", D("9.9"))
    assert (second.tag, second.exit_tag, second.pnl) == ("down", "done", D("19.8"))
    assert (second.user_id, second.opened_ns) == ("bob", 2 * SECOND_NS)
    assert holding.is_flat
    by_tag = deals.book.attribution("tag")
    assert {tag: each.realized for tag, each in by_tag.items()} == {
        "up": D("9.9"),
        "down": D("19.8"),
    }
    assert {tag: each.volume_quote for tag, each in by_tag.items()} == {
        "up": D(210),
        "down": D(420),
    }
    assert {tag: each.fills for tag, each in by_tag.items()} == {"up": 2, "down": 1}


def test_closing_in_parts_gives_each_part_its_share_of_the_entry_fee() -> None:
    deals = desk()
    deals.buy("3", "100", fee="0.3 USDT")
    (first,) = deals.sell("1", "110")
    (second,) = deals.sell("2", "110")

    assert (first.fees, second.fees) == (D("0.1"), D("0.2"))
    assert first.pnl + second.pnl == D("29.7") == deals.book.account().realized


def test_adding_keeps_the_tag_that_opened() -> None:
    deals = desk()
    deals.buy("1", "100", tag="breakout")
    deals.buy("1", "110", tag="pyramid")
    (trip,) = deals.sell("2", "120")

    assert (trip.tag, trip.entry_price) == ("breakout", D(105))


def test_an_exit_by_another_user_still_belongs_to_who_entered() -> None:
    deals = desk()
    deals.buy("1", "100", user_id="ann")
    (trip,) = deals.sell("1", "110", user_id="bob")
    deals.buy("1", "100")
    (unowned,) = deals.sell("1", "110", user_id="bob")

    assert (trip.user_id, unowned.user_id) == ("ann", "bob")


def test_a_fee_in_base_leaves_less_to_sell() -> None:
    """Bought 1, of which 0.001 went to the venue: 0.999 are held and can be sold."""
    deals = desk()
    deals.buy("1", "100", fee="0.001 BTC")
    holding = deals.book.holding(TREND, BTC)
    held, average = holding.quantity, holding.average_price
    (trip,) = deals.sell("0.999", "110")

    assert (held, average, deals.book.balance("BTC")) == (D("0.999"), D(100), D(0))
    assert trip.fees == D("0.1")
    assert trip.pnl == D("9.89")
    assert deals.book.balance("USDT") == D("10009.89")


def test_a_fee_in_a_third_asset_counts_at_its_last_price() -> None:
    deals = desk(BTC, BNB, USDT="10000", BNB="1")
    deals.buy("0.1", "600", instrument_id=BNB)
    deals.buy("1", "100", fee="0.01 BNB")
    (trip,) = deals.sell("1", "110", fee="0.01 BNB")

    assert (trip.fees, trip.pnl) == (D(12), D(-2))
    assert deals.book.balance("BNB") == D("1.08")
    assert deals.book.position(BNB).quantity == D("0.1")


def test_a_fee_in_a_third_asset_prefers_the_market_s_price() -> None:
    deals = desk(BTC, BNB, USDT="10000", BNB="1")
    deals.buy("0.1", "600", instrument_id=BNB)
    deals.book.price_of = {BNB: D(500)}.get
    deals.buy("1", "100", fee="0.01 BNB")

    assert deals.book.holding(TREND, BTC).realized == D(-5)


def test_a_fee_in_a_third_asset_without_a_price_stands_apart() -> None:
    deals = desk(BTC, USDT="10000", XYZ="1")
    deals.buy("1", "100", fee="0.01 XYZ", tag="breakout")
    (trip,) = deals.sell("1", "110", fee="0.01 XYZ")

    assert (trip.fees, trip.pnl) == (D(0), D(10))
    assert deals.book.account().unvalued == {"XYZ": D("-0.02")}
    assert deals.book.attribution("tag")["breakout"].unvalued == {"XYZ": D("-0.01")}
    assert deals.book.balance("XYZ") == D("0.98")


def test_a_rebate_is_earned() -> None:
    deals = desk()
    deals.buy("1", "100", fee="-0.02 USDT")

    assert deals.book.balance("USDT") == D("9900.02")
    assert deals.book.account().fees == D("-0.02")


def test_a_fill_told_again_changes_nothing() -> None:
    """Venues resend after a reconnect; money must not move twice, however late it comes."""
    deals = desk()
    deals.buy("1", "100", fill_id="same")
    deals.sell("1", "110", fill_id="other")
    before = deals.book.save()

    assert deals.buy("1", "100", fill_id="same") == ()
    assert deals.book.save() == before


def test_the_book_knows_for_ever_which_fills_it_has() -> None:
    """Venues replay executions hours later; asking must not depend on a cache's age."""
    deals = desk(BTC, ETH)
    deals.buy("1", "100")
    (fill_id,) = deals.book._sheets[BTC].seen

    assert deals.book.has_booked(BTC, fill_id)
    assert not deals.book.has_booked(ETH, fill_id)


def test_one_fill_id_at_two_instruments_is_two_fills() -> None:
    deals = desk(BTC, ETH)
    deals.buy("1", "100", fill_id="1")
    deals.buy("1", "100", fill_id="1", instrument_id=ETH)

    assert deals.book.balances == {"USDT": D(9_800), "BTC": D(1), "ETH": D(1)}


def test_two_strategies_on_opposite_sides_cancel_in_the_account_only() -> None:
    deals = desk()
    deals.buy("2", "100")
    deals.sell("2", "110", strategy_id=MEAN)

    assert deals.book.holding(TREND, BTC).quantity == 2
    assert deals.book.holding(MEAN, BTC).quantity == -2
    assert deals.book.position(BTC).realized == D(20)
    assert deals.book.positions() == ()
    assert deals.book.account().realized == 0
    assert len(deals.book.holdings()) == 2


def test_holdings_and_positions_are_live_views() -> None:
    """A strategy keeps its holding, and reads there what the ledger writes."""
    book = book_of(USDT="10000")
    holding, position = book.holding(TREND, BTC), book.position(BTC)
    Desk(book).buy("1", "100")

    assert holding.quantity == position.quantity == 1
    assert holding is book.holding(TREND, BTC)
    assert book.positions() == (position,)


def test_unrealized_profit_is_against_the_average_entry() -> None:
    deals = desk()
    deals.buy("2", "100")
    deals.buy("2", "110")

    assert deals.book.unrealized(BTC, D(120)) == D(60)


def test_equity_counts_cash_and_what_is_held() -> None:
    deals = desk()
    deals.buy("2", "100")

    assert deals.book.equity({BTC: 150.0}.get) == 10_100.0
    assert deals.book.equity_exact({BTC: D(150)}.get) == D(10_100)
    assert deals.book.equity(NO_PRICES.get) is None
    assert deals.book.equity_exact(NO_PRICES.get) is None


def test_equity_follows_every_entry() -> None:
    """Sampled on every bar, it must not show the cash of the last one."""
    deals = desk()
    prices = {BTC: 150.0}.get
    seen = [deals.book.equity(prices)]
    deals.buy("2.0005", "100")
    seen.append(deals.book.equity(prices))
    deals.sell("2", "150")
    seen.append(deals.book.equity(prices))
    deals.book.write_off_dust(TREND, BTC)
    seen.append(deals.book.equity(prices))
    deals.book.deposit("USDT", D(50), event_ns=9)
    seen.append(deals.book.equity(prices))

    assert seen == pytest.approx([10_000.0, 10_100.025, 10_100.025, 10_099.95, 10_149.95])


def test_float_equity_does_not_depend_on_which_asset_came_first() -> None:
    """After a restart the assets may come in another order; the last bit must not."""
    balances = {"USDT": "0.1", "BTC": "0.1", "ETH": "0.1", "BNB": "0.3"}
    one = book_of(BTC, ETH, BNB, **balances)
    other = book_of(BNB, ETH, BTC, **balances)

    assert one.equity(lambda _: 1.0) == other.equity(lambda _: 1.0)
    assert 0.1 + 0.1 + 0.1 + 0.3 != 0.1 + 0.3 + 0.1 + 0.1


def test_equity_prices_an_asset_over_another() -> None:
    deals = desk(BTC, BRD_BTC, USDT="10000", BTC="1")
    deals.buy("100", "0.002", instrument_id=BRD_BTC)

    assert deals.book.balances == {"USDT": D(10_000), "BTC": D("0.8"), "BRD": D(100)}
    assert deals.book.equity({BTC: 50_000.0, BRD_BTC: 0.003}.get) == 10_000 + 40_000 + 15_000


def test_profit_in_another_quote_asset_is_valued_at_todays_price() -> None:
    deals = desk(BTC, BRD_BTC, USDT="0", BTC="1")
    deals.buy("100", "0.002", instrument_id=BRD_BTC)
    deals.sell("100", "0.003", instrument_id=BRD_BTC)
    before = deals.book.account()
    deals.book.price_of = {BTC: D(60_000)}.get

    assert (before.realized, before.unvalued) == (D(0), {"BTC": D("0.1")})
    assert (deals.book.account().realized, deals.book.account().unvalued) == (D(6_000), {})


def test_a_price_in_the_account_s_asset_is_asked_for_or_not_known() -> None:
    book = book_of(BTC, BRD_BTC)

    assert book.price_in_quote("BRD", {BTC: D(50_000), BRD_BTC: D("0.002")}.get) == D(100)
    assert book.price_in_quote("USDT", NO_PRICES.get) == D(1)
    assert book.price_in_quote("BRD", NO_PRICES.get) is None


def test_deposits_and_withdrawals_are_no_profit() -> None:
    book = book_of(USDT="1000")
    book.deposit("USDT", D(500), event_ns=1)
    book.deposit("USDT", D(-200), event_ns=2)

    assert book.balance("USDT") == book.net_transfers_quote == D(1_300)


def test_a_deposit_without_a_price_is_valued_with_the_first_equity() -> None:
    book = book_of(USDT="1000", BTC="0.5", XYZ="0")
    waiting = book.transfers_unvalued
    before = book.net_transfers_quote
    book.equity({BTC: 60_000.0}.get)
    book.equity({BTC: 90_000.0}.get)

    assert (before, waiting) == (D(1_000), {"BTC": D("0.5"), "XYZ": D(0)})
    assert book.net_transfers_quote == D(31_000)
    assert book.transfers_unvalued == {"XYZ": D(0)}


def test_a_deposit_waits_until_equity_is_known_exactly_too() -> None:
    book = book_of(BTC, ETH, BTC="0.5", ETH="1")
    book.equity_exact({BTC: D(60_000)}.get)
    early = book.net_transfers_quote
    book.equity_exact({BTC: D(60_000), ETH: D(2_000)}.get)

    assert (early, book.net_transfers_quote) == (D(0), D(32_000))


def test_a_later_deposit_counts_at_the_last_fill_s_price() -> None:
    deals = desk()
    deals.buy("1", "100")
    deals.book.deposit("BTC", D(2), event_ns=5)

    assert deals.book.net_transfers_quote == D(10_200)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_a_deposit_that_is_no_number_is_refused(amount: str) -> None:
    book = book_of(USDT="1000")

    with pytest.raises(LedgerError, match=f"want a finite amount of USDT, not {amount}"):
        book.deposit("USDT", D(amount), event_ns=0)
    assert book.balance("USDT") == 1_000


def test_postings_say_where_everything_went() -> None:
    deals = desk()
    deals.buy("2", "100", fee="0.2 USDT")

    assert deals.book.postings == {
        ("wallet", "BTC"): D(2),
        ("market", "BTC"): D(-2),
        ("wallet", "USDT"): D("9799.8"),
        ("market", "USDT"): D(200),
        ("fees", "USDT"): D("0.2"),
        ("equity", "USDT"): D(-10_000),
    }
    assert set(deals.book.residuals().values()) == {D(0)}


def test_the_journal_gets_every_set_of_postings() -> None:
    told: list[PostingSet] = []
    deals = Desk(book_of())
    deals.book.journal = told.append
    deals.book.deposit("USDT", D(1_000), event_ns=3)
    deals.buy("1.0005", "100")
    deals.sell("1", "110")
    deals.book.write_off_dust(TREND, BTC)
    deals.sell("1", "110", fill_id="1")

    assert [each.reference for each in told] == ["transfer", "1", "2", "dust"]
    assert told[0].event_ns == 3
    assert told[-1].postings[0] == Posting("wallet", "BTC", D("-0.0005"))
    sums: dict[tuple[str, str], Decimal] = {}
    for each in told:
        for entry in each.postings:
            key = (entry.account, entry.asset)
            sums[key] = sums.get(key, D(0)) + entry.amount
    assert {key: amount for key, amount in sums.items() if amount} == deals.book.postings


def test_dust_is_written_off_as_a_loss_and_the_strategy_is_flat() -> None:
    """Bought 1 less a fee in base, sold what whole lots there were: 0.0005 can never be sold."""
    deals = desk()
    deals.buy("1", "100", fee="0.0005 BTC", tag="breakout")
    deals.sell("0.999", "100")
    dust = deals.book.write_off_dust(TREND, BTC)
    account = deals.book.account()

    assert dust == D("0.0005")
    assert deals.book.holding(TREND, BTC).is_flat
    assert deals.book.holding(TREND, BTC).closed_ns == 2 * SECOND_NS
    assert deals.book.position(BTC).is_flat
    assert deals.book.balances == {"USDT": D("9999.9")}
    assert deals.book.postings["dust", "BTC"] == dust
    assert account.realized == D("-0.05") + D("-0.05")  # the fee and the dust
    assert account.round_trips == 1
    deals.book.check()


def test_what_a_lot_can_still_sell_is_no_dust() -> None:
    deals = desk()
    deals.buy("0.001", "100")

    assert deals.book.write_off_dust(TREND, BTC) == 0
    assert deals.book.holding(TREND, BTC).quantity == D("0.001")
    assert deals.book.write_off_dust(MEAN, BTC) == 0


def test_dust_of_one_strategy_leaves_the_other_its_holding() -> None:
    deals = desk()
    deals.buy("0.0004", "100")
    deals.sell("2", "100", strategy_id=MEAN)
    deals.book.write_off_dust(TREND, BTC)

    assert deals.book.position(BTC).quantity == -2
    deals.book.check()


def test_dust_of_contracts_is_set_aside_in_base_units() -> None:
    book = Book({BTC: instrument(BTC, lot_size=D(1), contract_size=D("0.1"))}, "USDT")
    Desk(book).buy("0.5", "100")
    book.write_off_dust(TREND, BTC)

    assert book.postings["dust", "BTC"] == D("0.05")
    assert book.balance("BTC") == 0


def test_new_rules_for_a_known_instrument_keep_its_history() -> None:
    deals = desk()
    deals.buy("0.5", "100")
    deals.book.add(instrument(BTC, lot_size=D(1)))

    assert deals.book.write_off_dust(TREND, BTC) == D("0.5")


@pytest.mark.parametrize("change", [{"base": "ETH"}, {"quote": "EUR"}, {"contract_size": D(10)}])
def test_a_known_instrument_cannot_become_another(change: dict[str, object]) -> None:
    book = book_of()
    other = instrument(BTC)
    fields = {name: getattr(other, name) for name in other.__struct_fields__} | change

    with pytest.raises(LedgerError, match=r"BTC/USDT@sim: want .* as before, not"):
        book.add(type(other)(**fields))


def test_an_unknown_instrument_is_named() -> None:
    book = book_of(ETH)
    deal = Deal(side=Side.BUY, quantity=D(1), price=D(100))

    with pytest.raises(LedgerError, match="no instrument BTC/USDT@sim in the book"):
        deal.into(book)
    with pytest.raises(LedgerError, match="no instrument BTC/USDT@sim in the book"):
        book.holding(TREND, BTC)
    with pytest.raises(LedgerError, match="no instrument BTC/USDT@sim in the book"):
        book.position(BTC)


def test_an_asset_never_seen_has_a_balance_of_zero() -> None:
    assert book_of().balance("XRP") == 0


def test_the_check_finds_a_posting_without_its_other_side() -> None:
    deals = desk()
    deals.buy("1", "100")
    deals.book._totals["BTC"].wallet = D(2)

    with pytest.raises(AssertionError, match=r"postings do not cancel.*BTC"):
        deals.book.check()


def test_the_check_finds_a_holding_that_left_its_position() -> None:
    deals = desk()
    deals.buy("1", "100")
    deals.book.holding(StrategyId("ghost"), BTC).quantity = D(1)

    with pytest.raises(AssertionError, match="strategies hold 2, the account 1"):
        deals.book.check()


def test_what_a_closing_order_opens_is_stray_until_it_is_gone_or_wanted() -> None:
    """Sold a stop and an exit of the same coins: what is owed then, nobody meant to owe."""
    deals = desk()
    holding = deals.book.holding(TREND, BTC)
    seen: list[tuple[Decimal, bool]] = []
    for side, quantity, role in (
        (Side.BUY, "1", OrderRole.ENTRY),
        (Side.SELL, "1.5", OrderRole.STOP),
        (Side.BUY, "0.2", OrderRole.EXIT),
        (Side.BUY, "0.3", OrderRole.EXIT),
        (Side.SELL, "1", OrderRole.TARGET),
        (Side.SELL, "1", OrderRole.ENTRY),
    ):
        deal = Deal(side=side, quantity=D(quantity), price=D(100), fill_id=f"f{len(seen)}")
        deals.book.apply_fill(replace(deal.order, role=role), deal.fill)
        seen.append((holding.quantity, holding.is_stray))

    assert seen == [
        (D(1), False),
        (D("-0.5"), True),
        (D("-0.3"), True),
        (D(0), False),
        (D(-1), True),
        (D(-2), False),
    ]
