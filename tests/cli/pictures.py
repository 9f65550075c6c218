"""Pictures of a run for the tests of what is drawn, and drawing into text."""

from __future__ import annotations

import io
from decimal import Decimal

from rich.console import Console, RenderableType

from argonaut.cli.screen import Picture
from argonaut.domain.ids import InstrumentId
from argonaut.reports.signal_line import SignalLine
from argonaut.runtime.snapshot import HeldNow, RestingNow, RunSnapshot

NOON_NS = 1_621_425_600_000_000_000
BTC = InstrumentId("BTC/USDT@sim")


def drawn(what: RenderableType, *, width: int = 120) -> str:
    """Return what a terminal of this width would show, without colors."""
    file = io.StringIO()
    Console(file=file, width=width, force_terminal=False).print(what)
    return file.getvalue()


def held(**more) -> HeldNow:
    return HeldNow(
        **{
            "strategy_id": "trend",
            "instrument_id": BTC,
            "quantity": Decimal("0.005"),
            "average_price": Decimal(40_000),
            "price": Decimal(41_000),
            "pnl_quote": Decimal(5),
            "stop_price": Decimal(39_000),
            "target_price": None,
            "opened_ns": NOON_NS,
            **more,
        }
    )


def resting(**more) -> RestingNow:
    return RestingNow(
        **{
            "client_order_id": "x",
            "instrument_id": BTC,
            "role": "stop",
            "side": "sell",
            "type": "stop",
            "leaves": Decimal("0.005"),
            "price": Decimal(39_000),
            "status": "accepted",
            **more,
        }
    )


def signal(**more) -> SignalLine:
    found = {
        "event_ns": NOON_NS,
        "who": "momentum",
        "instrument_id": BTC,
        "wish": "buy",
        "reason": "rise of 2 %",
        "answer": "refused",
        "why": "2 positions would be open, the limit is 1",
        **more,
    }
    return SignalLine(*found.values())


def snapshot(**more) -> RunSnapshot:
    return RunSnapshot(
        **{
            "name": "demo",
            "mode": "ACTIVE",
            "now_ns": NOON_NS,
            "equity": 10_100.0,
            "equity_start": 10_000.0,
            "drawdown_fraction": 0.01,
            "loss_today": 5.0,
            "balances": {"USDT": Decimal("9900.50")},
            "holdings": (held(),),
            "orders": (resting(),),
            "counts": {"decisions": 3, "orders": 2, "fills": 1, "trades": 0, "skips": 4},
            "refusals": {"max_positions": 2, "mode": 5},
            "explanations": {"trend ETH/USDT@sim": "waits for history"},
            "rows_played": 50,
            "rows_total": 200,
            "journal_seq": 1_234,
            "journal_hash": "ab" * 32,
            **more,
        }
    )


def picture(*, of: RunSnapshot | None = None, **more) -> Picture:
    return Picture(
        **{
            "snapshot": of or snapshot(),
            "quote": "USDT",
            "equity": (1.0, 2.0, 3.0),
            "signals": (signal(),),
            "speed": 9_000.0,
            "wall_s": 10.0,
            "left_s": 65.0,
            "metrics_url": "http://127.0.0.1:8000/metrics",
            **more,
        }
    )
