import msgspec

from argonaut.domain.event import Adjusted, Deposited
from argonaut.domain.ids import InstrumentId
from argonaut.domain.order import OutcomeUnknown
from argonaut.domain.record import Anomaly, OrderSent
from argonaut.rehearsal.simulation.evidence import Transfer
from argonaut.rehearsal.simulation.mutants.catalogue import MUTANTS
from tests.rehearsal.simulation.written import (
    BTC,
    RULES,
    D,
    S,
    Written,
    accepted,
    caught,
    clean,
    decision,
    guarded,
    order,
    said,
    signalled,
    stop,
)

ETH = InstrumentId("ETH/USDT@binance")


def test_i04_a_position_other_than_the_venues_is_caught():
    history = clean()
    history.belief = {"positions": {BTC: D("0.9")}, "holdings": {f"trend|{BTC}": D("0.9")}}

    assert "want 1 held, found 0.9 and 0 dust" in said(history, "I04")


def test_i04_dust_that_was_written_off_passes():
    """What is below one lot cannot be sold; it is not a difference of belief."""
    history = clean()
    rest = Anomaly(what="dust", detail=f"0.0004 {BTC} is below one lot")
    history.row(20, "anomaly", "dust", rest)
    held = {"positions": {BTC: D("0.9996")}, "holdings": {f"trend|{BTC}": D("0.9996")}}
    history.belief = held

    assert caught(history) == set()

    history.belief = {**held, "positions": {BTC: D("0.9")}}
    assert "want 1 held, found 0.9 and 0.0004 dust" in said(history, "I04")


def test_i05_a_balance_off_by_one_unit_is_caught():
    history = clean()
    history.belief = {"balances": {"BTC": D(1), "USDT": D("900.00000001")}}

    assert "900 as at the venue" in said(history, "I05")
    assert "900 as the journal tells" in said(history, "I05")


def test_i05_an_adjustment_for_something_that_happened_passes():
    history = clean()
    history.truth["transfers"] = (Transfer(asset="USDT", amount=D(5), at_ns=S, why="deposit"),)
    history.row(
        20, "adjustment", "USDT", Adjusted(event_ns=0, asset="USDT", amount=D(5), reason="")
    )
    history.balances["USDT"] += 5

    assert caught(history) == set()


def test_i05_what_came_in_before_the_account_was_looked_at_is_part_of_its_opening():
    """A trader that died in its first second books nothing for what it never saw missing."""
    history = clean()
    history.truth["transfers"] = (Transfer(asset="USDT", amount=D(5), at_ns=0, why="deposit"),)
    history.row(0.9, "deposit", "USDT", Deposited(event_ns=0, asset="USDT", amount=D(5)))
    history.balances["USDT"] += 5

    assert caught(history) == set()


def test_i05_an_adjustment_that_hides_a_missed_fill_is_caught():
    """Reconciling by balance alone makes every lost fill look like a gift."""
    history = clean()
    history.row(
        20, "adjustment", "USDT", Adjusted(event_ns=0, asset="USDT", amount=D(5), reason="")
    )
    history.balances["USDT"] += 5

    assert "want adjustments of 0, found 5" in said(history, "I05")


def test_i05_an_adjustment_that_is_taken_back_is_caught_while_it_stands():
    """A fill on its way was booked as a gift, and the gift taken back when the fill was told."""
    history = clean()
    for at_s, amount in ((20, 5), (25, -5)):
        body = Adjusted(event_ns=0, asset="USDT", amount=D(amount), reason="")
        history.row(at_s, "adjustment", "USDT", body)

    assert "want what others had changed by then, 0 in all, found adjustments of 5" in said(
        history, "I05"
    )
    assert said(history, "I05").count("I05") == 1


def test_i05_an_adjustment_before_its_cause_is_caught():
    history = clean()
    history.truth["transfers"] = (Transfer(asset="USDT", amount=D(5), at_ns=30 * S, why=""),)
    body = Adjusted(event_ns=0, asset="USDT", amount=D(5), reason="")
    history.row(20, "adjustment", "USDT", body)
    history.balances["USDT"] += 5

    assert "found adjustments of 5" in said(history, "I05")


def test_i05_several_transfers_may_be_adjusted_together_or_one_by_one():
    for steps in ((5, 7), (12,)):
        history = clean()
        history.truth["transfers"] = tuple(
            Transfer(asset="USDT", amount=D(amount), at_ns=10 * S + amount, why="")
            for amount in (5, 7)
        )
        for amount in steps:
            body = Adjusted(event_ns=0, asset="USDT", amount=D(amount), reason="")
            history.row(20, "adjustment", "USDT", body)
        history.balances["USDT"] += 12

        assert caught(history) == set()


def test_i05_a_trade_by_hand_is_an_adjustment_of_both_assets_and_its_fee():
    history = clean()
    history.fill(20, order("web_1"), "9", "1", fee=D("0.01"), fee_asset="BTC", is_ours=False)
    for asset, amount in (("BTC", D("0.99")), ("USDT", D(-100))):
        body = Adjusted(event_ns=0, asset=asset, amount=amount, reason="by hand")
        history.row(21, "adjustment", asset, body)
    history.balances["BTC"] -= D("0.01")
    held = {"positions": {BTC: D(1)}, "holdings": {f"trend|{BTC}": D(1)}}
    history.belief = held

    assert caught(history) == set()


def test_i06_postings_that_do_not_sum_to_zero_are_caught():
    history = clean()
    history.belief = {"residuals": {"USDT": D("0.1")}}

    assert "sum to 0" in said(history, "I06")


def test_i06_holdings_that_do_not_make_the_position_are_caught():
    history = clean()
    history.belief = {"holdings": {f"trend|{BTC}": D("0.4"), f"other|{BTC}": D("0.5")}}

    assert "found 0.9" in said(history, "I06")


def test_i08_a_stop_larger_than_the_holding_is_caught():
    """Sized to what was ordered, not to what has filled, a stop sells what is not there."""
    history = clean()
    guarded(history, stop("trend-a1-1-s2", "2"), at_s=12)

    assert "3 asked for by stop orders, 1 held" in said(history, "I08")


def test_i08_a_second_exit_while_the_first_works_is_caught():
    history = clean()
    for number in (1, 2):
        exit_ = stop(f"trend-a1-{number}-x", role=stop().role.__class__.EXIT)
        history.row(20, "intent", exit_.client_order_id, OrderSent(order=exit_, reason="out"))

    assert "2 asked for by exit orders" in said(history, "I08")


def waiting(history: Written, name: str, quantity: str, at_s: float) -> None:
    meant = order(name, quantity)
    history.row(at_s, "decision", name, decision(meant, tag=name))
    history.post(at_s, meant)
    history.true(at_s, meant, "NEW")
    history.report(at_s + 0.1, accepted(meant, at_s))


def test_i09_entries_that_could_pass_the_cap_together_are_caught():
    history = Written()
    history.plan = msgspec.structs.replace(history.plan, symbol_cap=D(250), account_cap=D(999))
    signalled(history)
    waiting(history, "trend-a1-1-e", "1", 10)
    waiting(history, "trend-a1-2-e", "2", 12)

    assert "want at most 250, found 300.00" in said(history, "I09")


def test_i09_the_accounts_cap_holds_too():
    history = Written()
    history.plan = msgspec.structs.replace(history.plan, account_cap=D(250))
    signalled(history)
    waiting(history, "trend-a1-1-e", "3", 10)

    assert "the account" in said(history, "I09")


def test_i09_an_unknown_entry_counts_in_full():
    """Whoever forgets it while the answer is missing buys the cap twice."""
    history = Written()
    history.plan = msgspec.structs.replace(history.plan, symbol_cap=D(150))
    signalled(history)
    first = order()
    history.row(10, "decision", "1", decision(first))
    history.report(
        11, OutcomeUnknown(client_order_id=first.client_order_id, event_ns=0, reason="timeout")
    )
    waiting(history, "trend-a1-2-e", "1", 12)

    assert "found 200.00" in said(history, "I09")


def test_i09_does_not_ask_the_order_itself_what_it_could_still_fill():
    """The trader reserves by that answer: were it wrong there, it would be wrong here, too."""
    history = Written()
    history.plan = msgspec.structs.replace(history.plan, symbol_cap=D(150))
    signalled(history)
    first = order()
    history.row(10, "decision", "1", decision(first))
    history.report(
        11, OutcomeUnknown(client_order_id=first.client_order_id, event_ns=0, reason="timeout")
    )
    waiting(history, "trend-a1-2-e", "1", 12)

    with MUTANTS["UNKNOWN not in exposure"].planted():
        assert "found 200.00" in said(history, "I09")


def test_i09_what_was_written_off_as_dust_is_at_no_risk():
    history = clean()
    history.plan = msgspec.structs.replace(history.plan, symbol_cap=D(250), account_cap=D(250))
    history.row(12, "anomaly", "dust", Anomaly(what="dust", detail=f"0.5 {BTC} is below one lot"))
    waiting(history, "trend-a1-2-e", "2", 14)

    assert said(history, "I09") == ""


def test_i09_a_price_on_its_way_to_the_trader_is_not_held_against_it():
    """What is held elsewhere is worth what the trader could know, not what it is worth by now."""
    history = clean()
    history.plan = msgspec.structs.replace(history.plan, symbol_cap=D(999), account_cap=D(200))
    elsewhere = order("trend-a1-2-e", instrument_id=ETH)
    history.row(14, "decision", "trend-a1-2", decision(elsewhere))
    rules = msgspec.structs.replace(RULES, instrument_id=ETH, base="ETH")
    history.changes = {"instruments": (RULES, rules)}
    just_now = ((0, D(100)), (int(13.99 * S), D(101)))
    history.truth["prices"] = {"BTC/USDT": just_now, "ETH/USDT": ((0, D(100)),)}

    assert said(history, "I09") == ""

    history.plan = msgspec.structs.replace(history.plan, account_cap=D("199.99"))
    assert said(history, "I09") == "", "the middle of a quote is a tick below a print at the ask"

    history.plan = msgspec.structs.replace(history.plan, account_cap=D("199.98"))
    assert "want at most 199.98, found 199.99" in said(history, "I09")
