from decimal import Decimal

import msgspec
import pytest

from argonaut.cli.lines import LineTeller, status_line
from argonaut.domain.command import Record
from argonaut.domain.ids import ClientOrderId, FillId, InstrumentId, StrategyId
from argonaut.domain.order import Filled, Rejected
from argonaut.domain.record import Allocated, Anomaly, ModeChanged, Shortlisted, StrategyPaused
from argonaut.domain.verdict import Verdict
from argonaut.journal.body import body_of
from tests.cli.pictures import NOON_NS, picture, snapshot
from tests.journal.told import told_rows
from tests.reports.records import approval, leave, order

HOUR_NS = 3_600_000_000_000


@pytest.fixture
def told():
    return []


@pytest.fixture
def teller(told):
    return LineTeller(told.append)


def replay(teller):
    for row in told_rows():
        body = body_of(row)
        assert body is not None
        teller(row.event_seq, row.event_ns, Record(row.kind, row.subject, body))


def test_fills_trades_and_refusals_are_worth_a_line(teller, told):
    replay(teller)

    fills = [row for row in told_rows() if isinstance(body_of(row), Filled)]
    trips = [row for row in told_rows() if row.kind == "round_trip"]
    assert sum("  filled " in line for line in told) == len(fills)
    assert sum("  closed " in line for line in told) == len(trips)
    assert any("  refused momentum " in line and "the limit is 1" in line for line in told)
    assert all(line[:19].count(":") == 2 for line in told)


def test_a_refusal_that_repeats_is_told_once_an_hour(teller, told):
    """A screen of the same line hides the one that matters."""
    refused = next(
        body_of(row) for row in told_rows() if row.kind == "decision" and b"refuse" in row.payload
    )
    assert refused is not None
    record = Record("decision", "", refused)
    for minutes in (0, 1, 59, 60, 61):
        teller(0, NOON_NS + minutes * 60_000_000_000, record)

    assert len(told) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (ModeChanged(mode="KILLED", who="me", reason="night"), "mode KILLED by me: night"),
        (Anomaly(what="dust", detail="0.1"), "anomaly dust: 0.1"),
        (
            Shortlisted(instruments=(), scores={}, out={}, until_ns=1),
            "shortlist: nothing passes the filters",
        ),
        (
            Allocated(
                strategy_id=StrategyId("s"),
                factor=Decimal("0.5"),
                was=Decimal(1),
                reason="won 20% of 30 trades, expected 50%",
                trades=30,
                win_rate=0.2,
                pnl_fraction=-0.01,
                drawdown_fraction=0.3,
            ),
            "s has 50% of its budget: won 20% of 30 trades, expected 50%",
        ),
        (
            StrategyPaused(
                strategy_id=StrategyId("s"), instrument_id=InstrumentId("B/U@sim"), error="E: x"
            ),
            "strategy s paused at B/U@sim: E: x",
        ),
        (
            Rejected(
                client_order_id=ClientOrderId("a"), event_ns=1, code="funds", reason="no money"
            ),
            "venue rejected a: no money",
        ),
        (
            Filled(
                client_order_id=ClientOrderId("foreign"),
                event_ns=1,
                fill_id=FillId("f"),
                quantity=Decimal(2),
                price=Decimal("3.50"),
            ),
            "filled 2 at 3.5",
        ),
    ],
)
def test_what_is_out_of_the_ordinary_is_told(teller, told, body, said):
    teller(0, NOON_NS, Record("any", "", body))

    assert told == [f"2021-05-19 12:00:00  {said}"]


def test_an_exit_that_waits_for_its_price_is_told(teller, told):
    """It has no order yet, and nothing else would say that it was heard."""
    wish = leave()
    kept = approval(order(), signal=wish, verdicts=(Verdict("holding", detail="kept until 9"),))
    body = msgspec.structs.replace(kept.body, orders=())

    teller(0, NOON_NS, Record("decision", "", body))

    said = f"exit {wish.strategy_id} {wish.instrument_id} kept until 9"
    assert told == [f"2021-05-19 12:00:00  {said}"]


def test_a_line_stays_one_line(teller, told):
    teller(0, NOON_NS, Record("mode", "", ModeChanged(mode="A", who="x\ny\x1b[2J", reason="")))

    assert told == ["2021-05-19 12:00:00  mode A by x?y?[2J: "]


def test_the_status_is_one_line():
    assert status_line(picture()) == (
        "2021-05-19 12:00:00  status ACTIVE, 25% at 9,000x, 1 min 05 s left; "
        "equity 10,100.00 USDT +1.00 %, 1 held, 1 fills, 7 refused"
    )


def test_the_status_of_a_run_that_has_not_begun():
    shown = snapshot(equity=None, equity_start=None, rows_total=0, rows_played=0)

    assert "equity – USDT –" in status_line(picture(of=shown, left_s=None))
