"""Journal rows and a small run, made by hand for the tests of the reports."""

from decimal import Decimal
from typing import TypeVar

import numpy as np

from argonaut.domain.command import Record
from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, SignalId, StrategyId
from argonaut.domain.order import Canceled, Filled, Order, OrderRole, OrderType, Side
from argonaut.domain.record import Decision, OrderSent
from argonaut.domain.roundtrip import RoundTrip
from argonaut.domain.signal import Enter, Exit, Notional
from argonaut.domain.verdict import Outcome, Verdict
from argonaut.ledger.attribution import Attribution
from argonaut.reports.attribution_tables import AttributionTables
from argonaut.reports.candles import Candles
from argonaut.reports.report_input import ReportInput, report_of
from argonaut.reports.run_log import RunLog
from argonaut.reports.statistics import summarize

BTC = InstrumentId("BTC/USDT@sim")
TREND = StrategyId("trend")
Told = TypeVar("Told")
DAY_NS = 86_400 * 10**9
MINUTE_NS = 60 * 10**9


def sure(value: Told | None) -> Told:
    """A figure that has to be defined."""
    assert value is not None
    return value


def order(order_id="o-1", quantity="1", *, role=OrderRole.ENTRY, side=Side.BUY, **fields) -> Order:
    return Order(
        client_order_id=ClientOrderId(order_id),
        strategy_id=fields.pop("strategy_id", TREND),
        instrument_id=fields.pop("instrument_id", BTC),
        side=side,
        order_type=OrderType.MARKET,
        role=role,
        quantity=Decimal(quantity),
        **fields,
    )


def enter(reason="fast above slow", **fields) -> Enter:
    return Enter(
        strategy_id=fields.pop("strategy_id", TREND),
        instrument_id=fields.pop("instrument_id", BTC),
        side=fields.pop("side", Side.BUY),
        size=Notional(Decimal(100)),
        reason=reason,
        **fields,
    )


def leave(reason="fast below slow") -> Exit:
    return Exit(strategy_id=TREND, instrument_id=BTC, reason=reason)


def approval(*orders, signal=None, requested=None, verdicts=()) -> Record:
    quantity = orders[0].quantity if orders else Decimal(1)
    body = Decision(
        signal_id=SignalId("s-1"),
        signal=signal or enter(),
        approved=True,
        verdicts=verdicts,
        requested=quantity if requested is None else Decimal(requested),
        quantity=quantity,
        orders=orders,
    )
    return Record("decision", "s-1", body)


def refusal(code="max_notional", *, signal=None) -> Record:
    verdict = Verdict(code, Outcome.REFUSE, Decimal(1200), Decimal(1000))
    body = Decision(
        signal_id=SignalId("s-1"), signal=signal or enter(), approved=False, verdicts=(verdict,)
    )
    return Record("decision", "s-1", body)


def intent(sent: Order) -> Record:
    return Record("intent", sent.client_order_id, OrderSent(order=sent, reason="protects"))


def fill(order_id="o-1", quantity="1", price="100", event_ns=0, **fields) -> Record:
    body = Filled(
        client_order_id=ClientOrderId(order_id),
        event_ns=event_ns,
        fill_id=FillId("f-1"),
        quantity=Decimal(quantity),
        price=Decimal(price),
        **fields,
    )
    return Record("report", order_id, body)


def canceled(order_id: str) -> Record:
    body = Canceled(client_order_id=ClientOrderId(order_id), event_ns=0)
    return Record("report", order_id, body)


def trip(pnl="10", *, opened_ns=0, closed_ns=DAY_NS, **fields) -> RoundTrip:
    return RoundTrip(
        strategy_id=fields.pop("strategy_id", TREND),
        instrument_id=fields.pop("instrument_id", BTC),
        is_long=fields.pop("is_long", True),
        quantity=Decimal(fields.pop("quantity", "1")),
        entry_price=Decimal(fields.pop("entry_price", "100")),
        exit_price=Decimal(fields.pop("exit_price", "110")),
        opened_ns=opened_ns,
        closed_ns=closed_ns,
        pnl=Decimal(pnl),
        fees=Decimal(fields.pop("fees", "0.2")),
        **fields,
    )


def candles(count=100, *, start_ns=0, step_ns=MINUTE_NS) -> Candles:
    opens = 100 + np.sin(np.arange(count) / 7)
    closes = np.append(opens[1:], opens[-1:])
    return Candles(
        start_ns + np.arange(count, dtype=np.int64) * step_ns,
        opens,
        np.maximum(opens, closes) + 0.1,
        np.minimum(opens, closes) - 0.1,
        closes,
    )


def played_log(trades=3, *, name=BTC, strategy=TREND, tag="breakout", reason="up") -> RunLog:
    """A log that saw `trades` bracketed trades at one trade in ten minutes, and one refusal."""
    log = RunLog()
    log.sample(1, 1000.0)
    for number in range(trades):
        at_ns, until_ns = (10 * number + 1) * MINUTE_NS, (10 * number + 6) * MINUTE_NS
        owner = {"strategy_id": strategy, "instrument_id": name, "tag": tag}
        first = order(f"e-{number}", **owner)
        stop = order(
            f"s-{number}", role=OrderRole.STOP, side=Side.SELL, trigger_price=Decimal(98), **owner
        )
        target = order(
            f"t-{number}", role=OrderRole.TARGET, side=Side.SELL, price=Decimal(105), **owner
        )
        wish = enter(reason, strategy_id=strategy, instrument_id=name)
        log(0, at_ns, approval(first, signal=wish))
        log(0, at_ns, fill(first.client_order_id, fee=Decimal("0.1"), fee_asset="USDT"))
        log(0, at_ns, intent(stop))
        log(0, at_ns, intent(target))
        won = number % 2 == 0
        closing, other = (target, stop) if won else (stop, target)
        price = "105" if won else "98"
        log(0, until_ns, fill(closing.client_order_id, price=price, event_ns=until_ns))
        log(0, until_ns, canceled(other.client_order_id))
        body = trip(
            "4.9" if won else "-2.1",
            opened_ns=at_ns,
            closed_ns=until_ns,
            exit_price=price,
            tag=tag,
            exit_tag="target" if won else "stop",
            strategy_id=strategy,
            instrument_id=name,
        )
        log(0, until_ns, Record("round_trip", closing.client_order_id, body))
        log.sample(until_ns, 1000.0 + number)
    refused = enter(reason, strategy_id=strategy, instrument_id=name)
    log(0, 10 * trades * MINUTE_NS, refusal(signal=refused))
    return log


def report(log=None, **fields) -> ReportInput:
    log = played_log() if log is None else log
    row = Attribution(realized=Decimal("7.7"), fees=Decimal("0.6"), fills=6, round_trips=3, wins=2)
    tables = AttributionTables(
        total=row, by_strategy={"trend": row}, by_instrument={BTC: row}, by_tag={"breakout": row}
    )
    defaults = {
        "title": "Three trades",
        "quote": "USDT",
        "candles": {BTC: candles()},
        "facts": {"config": "demo.yaml"},
    }
    at, equity = log.equity_columns()
    statistics = summarize(at, equity, log.round_trips)
    return report_of(log, statistics, fields.pop("tables", tables), **(defaults | fields))
