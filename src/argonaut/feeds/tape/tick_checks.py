"""Checks of trades, quotes and funding: order, prices, ids, and the two clocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argonaut.domain.timeframe import DAY_NS, MINUTE_NS
from argonaut.feeds.tape.columns import (
    Floats,
    FundingColumns,
    QuoteColumns,
    Times,
    TradeColumns,
)
from argonaut.feeds.tape.findings import Finding, Findings, Flaw, utc

TIME_MIN_NS = 3652 * DAY_NS  # 1980: nothing older is recorded, and a wrong unit lands in 1970
TIME_MAX_NS = 47482 * DAY_NS  # 2100
SILENCE_NS = 5 * MINUTE_NS
RECEIVE_JUMP_NS = MINUTE_NS
PRICE_JUMP = 0.5  # fraction; no market in the test data moves that far between two rows
LARGE_RATE = 0.05  # fraction a payment; venues cap funding at 0.02 to 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Clocks:
    """The venue's and the recorder's time of each row; the tape is in the order of one of them."""

    event_ns: Times
    received_ns: Times | None
    by_received: bool


def check_trades(trades: TradeColumns, clocks: Clocks, findings: Findings) -> None:
    """File every flaw of `trades`."""
    check_clocks(clocks, findings)
    check_prices("price", trades.price, findings)
    check_quantities("quantity", trades.quantity, findings)
    findings.values(
        Flaw.ZERO_QUANTITY, trades.quantity == 0, "quantity", trades.quantity, "more than 0"
    )
    check_price_jumps(trades.price, findings)
    if trades.trade_id is not None:
        _check_trade_ids(trades.trade_id, findings)


def check_quotes(quotes: QuoteColumns, clocks: Clocks, findings: Findings) -> None:
    """File every flaw of `quotes`."""
    check_clocks(clocks, findings)
    bid, ask = quotes.bid, quotes.ask
    check_prices("bid", bid, findings)
    check_prices("ask", ask, findings)
    check_quantities("bid quantity", quotes.bid_quantity, findings)
    check_quantities("ask quantity", quotes.ask_quantity, findings)
    findings.rows(
        Flaw.CROSSED_QUOTE,
        bid > ask,
        lambda at: f"bid {bid[at]} is above ask {ask[at]}, want bid < ask",
    )
    findings.rows(
        Flaw.LOCKED_QUOTE,
        bid == ask,
        lambda at: f"bid and ask are both {bid[at]}, want bid < ask",
    )
    check_price_jumps((bid + ask) / 2, findings)


def check_funding(funding: FundingColumns, findings: Findings) -> None:
    """File every flaw of `funding`."""
    check_time_range("time", funding.ts_ns, findings)
    check_order(funding.ts_ns, findings)
    findings.rows(
        Flaw.DUPLICATE_TIME,
        np.diff(funding.ts_ns) == 0,
        lambda at: f"pays at {utc(int(funding.ts_ns[at]))} like the row before, want one a time",
        first=2,
    )
    rate = funding.rate
    findings.values(Flaw.NOT_FINITE, ~np.isfinite(rate), "rate", rate, "a finite number")
    findings.values(
        Flaw.LARGE_RATE, np.abs(rate) > LARGE_RATE, "rate", rate, f"a fraction within {LARGE_RATE}"
    )


def check_time_range(name: str, time_ns: Times, findings: Findings) -> None:
    """File times before 1980 or after 2100: a wrong unit or a placeholder."""
    findings.rows(
        Flaw.TIME_RANGE,
        (time_ns < TIME_MIN_NS) | (time_ns > TIME_MAX_NS),
        lambda at: f"{name} is {utc(int(time_ns[at]))}, want one between 1980 and 2100",
    )


def check_order(
    ts_ns: Times, findings: Findings, reordered: NDArray[np.bool_] | None = None
) -> None:
    """File rows that are earlier than the row before, but those marked in `reordered`."""
    earlier = np.diff(ts_ns) < 0
    findings.rows(
        Flaw.UNSORTED,
        earlier if reordered is None else earlier & ~reordered[1:],
        lambda at: f"time is {utc(int(ts_ns[at + 1]))}, want {utc(int(ts_ns[at]))} or later",
        first=2,
    )


def check_prices(name: str, prices: Floats, findings: Findings) -> None:
    """File prices that are not finite or not above zero."""
    findings.values(Flaw.NOT_FINITE, ~np.isfinite(prices), name, prices, "a finite price")
    findings.values(Flaw.PRICE_NOT_POSITIVE, prices <= 0, name, prices, "more than 0")


def check_quantities(name: str, quantities: Floats, findings: Findings) -> None:
    """File quantities that are not finite or below zero."""
    findings.values(Flaw.NOT_FINITE, ~np.isfinite(quantities), name, quantities, "a finite number")
    findings.values(Flaw.NEGATIVE_QUANTITY, quantities < 0, name, quantities, "0 or more")


def check_price_jumps(prices: Floats, findings: Findings) -> None:
    """File moves from one row to the next of more than half the lower price."""
    before, after = prices[:-1], prices[1:]
    usable = (before > 0) & (after > 0) & np.isfinite(before) & np.isfinite(after)
    jumped = usable & (np.abs(after - before) > PRICE_JUMP * np.minimum(before, after))
    findings.rows(
        Flaw.PRICE_JUMP,
        jumped,
        lambda at: f"price moves from {before[at]} to {after[at]} in one row",
        first=2,
    )


def check_clocks(
    clocks: Clocks, findings: Findings, *, reordered: NDArray[np.bool_] | None = None
) -> None:
    """File disorder of the tape's own clock, and what the two clocks say of each other.

    A row marked in `reordered` may be earlier than the row before.
    """
    check_time_range("event time", clocks.event_ns, findings)
    event_ns, received_ns = clocks.event_ns, clocks.received_ns
    if received_ns is None or not clocks.by_received:
        check_order(event_ns, findings, reordered)
    else:
        check_time_range("receive time", received_ns, findings)
        check_order(received_ns, findings, reordered)
        findings.rows(
            Flaw.EVENT_BACKWARDS,
            np.diff(event_ns) < 0,
            lambda at: f"event time steps back to {utc(int(event_ns[at + 1]))}",
            first=2,
        )
    if received_ns is not None:
        _compare_clocks(event_ns, received_ns, findings)
    _list_silences(
        received_ns if clocks.by_received and received_ns is not None else event_ns, findings
    )


def _compare_clocks(event_ns: Times, received_ns: Times, findings: Findings) -> None:
    # A quiet market moves both clocks; a fault of the recorder moves only its own.
    moved, received_moved = np.diff(event_ns), np.diff(received_ns)
    findings.rows(
        Flaw.RECEIVE_JUMP,
        received_moved - np.maximum(moved, 0) > RECEIVE_JUMP_NS,
        lambda at: (
            f"receive time jumps {received_moved[at] / 1e9:g} s while the venue's clock moved "
            f"{moved[at] / 1e9:g} s, want within {RECEIVE_JUMP_NS / 1e9:g} s"
        ),
        first=2,
    )
    behind_ns = -int(np.median(received_ns - event_ns)) if len(event_ns) else 0
    if behind_ns > 0:
        message = (
            f"the recorder's clock runs {behind_ns / 1e9:.3f} s behind the venue's: do not mix "
            "its receive times with another recording's event times"
        )
        findings.add(Finding(flaw=Flaw.CLOCK_BEHIND, count=len(event_ns), message=message))


def _list_silences(ts_ns: Times, findings: Findings) -> None:
    quiet = np.diff(ts_ns)
    holes = np.flatnonzero(quiet > SILENCE_NS)
    if not len(holes):
        return
    at = int(holes[np.argmax(quiet[holes])])
    message = (
        f"{len(holes)} silence(s) longer than {SILENCE_NS / 1e9:g} s, the longest "
        f"{quiet[at] / 1e9:g} s from {utc(int(ts_ns[at]))}"
    )
    rows = tuple(int(hole) + 1 for hole in holes[:10])
    findings.add(Finding(flaw=Flaw.SILENCE, count=len(holes), message=message, rows=rows))


def _check_trade_ids(trade_id: NDArray[np.int64] | NDArray[np.bytes_], findings: Findings) -> None:
    _, first_seen = np.unique(trade_id, return_index=True)
    repeated = np.ones(len(trade_id), dtype=np.bool_)
    repeated[first_seen] = False
    findings.values(
        Flaw.DUPLICATE_TRADE_ID, repeated, "trade id", trade_id, "an id not seen before"
    )
    if trade_id.dtype != np.int64:
        return  # ids that are not numbers have no order
    step = np.diff(trade_id.astype(np.int64))
    findings.rows(
        Flaw.TRADE_ID_BACKWARDS,
        step < 0,
        lambda at: f"trade id is {trade_id[at + 1]}, want more than {trade_id[at]}",
        first=2,
    )
    findings.rows(
        Flaw.TRADE_ID_GAP,
        step > 1,
        lambda at: f"trade id is {trade_id[at + 1]} after {trade_id[at]}: trades are missing",
        first=2,
    )
