"""Rows of the journal read back as they were written."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from argonaut.domain import record
from argonaut.domain.ids import InstrumentId, SignalId, StrategyId
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Exit, Notional, Protect
from argonaut.domain.verdict import Outcome, Verdict
from tests.domain.orders import D, new_order

WHO: dict[str, Any] = {
    "strategy_id": StrategyId("trend"),
    "instrument_id": InstrumentId("BTC/USDT@sim"),
}
VERDICTS = (Verdict("mode", Outcome.PASS), Verdict("max_quantity", Outcome.CLIP, D(3), D(2)))


@pytest.mark.parametrize(
    "row",
    [
        record.Decision(
            signal_id=SignalId("s-1"),
            signal=Enter(**WHO, side=Side.BUY, size=Notional(D(100)), reason="up"),
            approved=True,
            verdicts=VERDICTS,
            requested=D(3),
            quantity=D(2),
            market_price=D("100.50"),
            orders=(new_order("2"),),
        ),
        record.Decision(
            signal_id=SignalId("s-2"),
            signal=Exit(**WHO, reason="down"),
            approved=False,
            verdicts=VERDICTS,
        ),
        record.ProtectionMoved(
            signal=Protect(**WHO, reason="trail", stop_price=95.0), moved=True, detail=""
        ),
        record.OrderSent(order=new_order(), reason="stop"),
        record.ModeChanged(mode="KILLED", who="ann", reason="halt"),
        record.StrategyPaused(**WHO, error="ZeroDivisionError"),
        record.StrategyState(**WHO, state={"bars_flat": 3, "last": [1.5, None]}),
        record.Allocated(
            strategy_id=StrategyId("s"),
            factor=Decimal("0.5"),
            was=Decimal(1),
            reason="won 20% of 30 trades, expected 50%",
            trades=30,
            win_rate=0.2,
            pnl_fraction=-0.01,
            drawdown_fraction=0.3,
        ),
        record.OffPace(
            strategy_id=StrategyId("s"), what="busy", value=3.0, limit=2.0, detail="in 24 h"
        ),
        record.Shortlisted(instruments=(), scores={"Y": 0.5}, out={"X": "thin"}, until_ns=5),
        record.Anomaly(what="dust", detail="0.0005 is below one lot", frozen=True),
    ],
    ids=lambda row: type(row).__name__,
)
def test_a_row_reads_back_from_json(row: msgspec.Struct) -> None:
    assert msgspec.json.decode(msgspec.json.encode(row), type=type(row)) == row
