"""A history written by hand: a buy that filled, its stop, and whatever a test adds or bends."""

from decimal import Decimal
from typing import Any

import msgspec

from argonaut.domain.event import Deposited, DetectorSignal
from argonaut.domain.ids import (
    ClientOrderId,
    FillId,
    InstrumentId,
    SignalId,
    StrategyId,
    VenueOrderId,
)
from argonaut.domain.instrument import Instrument
from argonaut.domain.order import Accepted, Filled, Order, OrderRole, OrderType, Side
from argonaut.domain.record import Decision, DetectorAnswer, OrderSent
from argonaut.domain.signal import Enter, Notional, Protection
from argonaut.journal.memory import MemoryJournal
from argonaut.rehearsal.simulation.evidence import (
    Belief,
    Commit,
    Evidence,
    Life,
    Sent,
    TrueFill,
    TrueOrder,
    Truth,
)
from argonaut.rehearsal.simulation.oracle import judge
from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan, Wish

D = Decimal
S = SECOND_NS
BTC = InstrumentId("BTC/USDT@binance")
TREND = StrategyId("trend")
RULES = Instrument(
    instrument_id=BTC,
    base="BTC",
    quote="USDT",
    tick_size=D("0.01"),
    lot_size=D("0.001"),
    min_notional=D(5),
)
ENTRY, STOP = ClientOrderId("trend-a1-1-e"), ClientOrderId("trend-a1-1-s1")
_encode = msgspec.json.Encoder(order="deterministic").encode


class Written:
    """Rows, requests and the truth, each appended to by the test's own words."""

    def __init__(self) -> None:
        self.journal = MemoryJournal(keeps_rows=True)
        self.commits: list[Commit] = []
        self.sent: list[Sent] = []
        self.orders: list[TrueOrder] = []
        self.fills: list[TrueFill] = []
        self.balances = {"USDT": D(1000)}
        self.life = 1
        self.changes: dict[str, Any] = {}  # of the evidence
        self.truth: dict[str, Any] = {}
        self.belief: dict[str, Any] = {}
        self.plan = FaultPlan(
            seed=1,
            trade_ns=60 * S,
            wishes=(Wish(at_ns=10 * S, signal_id="w0", symbol="BTC/USDT", side="buy"),),
        )
        self.lives = [Life(number=1, epoch="a1", began_ns=0, ready_ns=1 * S)]

    def row(self, at_s: float, kind: str, subject: str, body: Any) -> int:
        at_ns = int(at_s * S)
        seq = self.journal.append(0, at_ns, kind, subject, _encode(body))
        self.commits.append(Commit(at_ns, self.life, seq))
        return seq

    def report(self, at_s: float, report: Any) -> int:
        return self.row(at_s, "report", report.client_order_id, report)

    def post(self, at_s: float, order: Order, **more: Any) -> None:
        params = {
            "symbol": order.instrument_id.partition("@")[0].replace("/", ""),
            "side": order.side.value.upper(),
            "quantity": str(order.quantity),
            "newClientOrderId": order.client_order_id,
        }
        if order.price is not None:
            params["price"] = str(order.price)
        self.sent.append(
            Sent(
                at_ns=int(at_s * S),
                life=more.pop("life", self.life),
                method="POST",
                path="/api/v3/order",
                params={**params, **more.pop("params", {})},
                durable_seq=more.pop("durable_seq", self.journal.head[0]),
                **{"answered_ns": int((at_s + 0.05) * S), "status": 200, **more},
            )
        )

    def true(self, at_s: float, order: Order, status: str = "FILLED", **more: Any) -> None:
        ended = more.pop("ended_s", at_s if status != "NEW" else None)
        self.orders.append(
            TrueOrder(
                symbol="BTC/USDT",
                client_order_id=order.client_order_id,
                venue_order_id=f"v-{order.client_order_id}",
                side=order.side.value,
                kind="MARKET",
                status=status,
                quantity=order.quantity,
                filled=more.pop("filled", order.quantity if status == "FILLED" else D(0)),
                trigger_price=order.trigger_price,
                created_ns=int(at_s * S),
                ended_ns=None if ended is None else int(ended * S),
                **more,
            )
        )

    def fill(self, at_s: float, order: Order, trade_id: str, quantity: str, **more: Any) -> None:
        """An execution at the venue, and the balances it leaves."""
        fill = TrueFill(
            trade_id=trade_id,
            symbol="BTC/USDT",
            client_order_id=order.client_order_id,
            venue_order_id=f"v-{order.client_order_id}",
            side=order.side.value,
            quantity=D(quantity),
            price=D(100),
            event_ns=int(at_s * S),
            **more,
        )
        self.fills.append(fill)
        sign = order.side.sign
        self.balances["BTC"] = self.balances.get("BTC", D(0)) + sign * fill.quantity
        self.balances["USDT"] -= sign * fill.quantity * fill.price

    def evidence(self) -> Evidence:
        held = self.balances.get("BTC", D(0))
        belief = {
            "is_ready": True,
            "mode": "ACTIVE",
            "positions": {BTC: held},
            "holdings": {f"trend|{BTC}": held},
            "balances": dict(self.balances),
            "residuals": {"BTC": D(0), "USDT": D(0)},
            **self.belief,
        }
        truth = {
            "orders": tuple(self.orders),
            "fills": tuple(self.fills),
            "balances": dict(self.balances),
            "prices": {"BTC/USDT": ((0, D(100)),)},
            **self.truth,
        }
        made = {
            "plan": self.plan,
            "instruments": (RULES,),
            "rows": tuple(self.journal.rows),
            "commits": tuple(self.commits),
            "sent": tuple(self.sent),
            "truth": Truth(**truth),
            "lives": tuple(self.lives),
            "belief": Belief(**belief),
            "lateness_ns": 17 * S,
            "trace_hash": "a",
            **self.changes,
        }
        return Evidence(**made)


def order(name: str = ENTRY, quantity: str = "1", **more: Any) -> Order:
    return Order(
        **{
            "client_order_id": ClientOrderId(name),
            "strategy_id": TREND,
            "instrument_id": BTC,
            "side": Side.BUY,
            "order_type": OrderType.MARKET,
            "role": OrderRole.ENTRY,
            "quantity": D(quantity),
            "decision_price": D(100),
            **more,
        }
    )


def stop(name: str = STOP, quantity: str = "1", **more: Any) -> Order:
    return order(
        name,
        quantity,
        **{
            "side": Side.SELL,
            "order_type": OrderType.STOP,
            "role": OrderRole.STOP,
            "trigger_price": D(90),
            **more,
        },
    )


def decision(meant: Order, *, tag: str = "w0", approved: bool = True) -> Decision:
    wish = Enter(
        strategy_id=TREND,
        instrument_id=meant.instrument_id,
        side=meant.side,
        size=Notional(D(100)),
        protection=Protection(stop_fraction=0.1),
        order_type=meant.order_type,
        tag=tag,
        reason="because",
    )
    return Decision(
        signal_id=SignalId("trend-a1-1"),
        signal=wish,
        approved=approved,
        verdicts=(),
        market_price=D(100),
        orders=(meant,),
    )


def answer(said: str = "accepted", signal_id: str = "w0", at_s: float = 10.0) -> DetectorAnswer:
    signal = DetectorSignal(
        event_ns=int(at_s * S),
        signal_id=SignalId(signal_id),
        source="sim",
        instrument_id=BTC,
        side="buy",
        notional=D(100),
    )
    return DetectorAnswer(signal=signal, answer=said)


def accepted(meant: Order, at_s: float) -> Accepted:
    return Accepted(
        client_order_id=meant.client_order_id,
        event_ns=int(at_s * S),
        venue_order_id=VenueOrderId(f"v-{meant.client_order_id}"),
    )


def filled(meant: Order, at_s: float, trade_id: str = "1", quantity: str = "1") -> Filled:
    return Filled(
        client_order_id=meant.client_order_id,
        event_ns=int(at_s * S),
        fill_id=FillId(trade_id),
        quantity=D(quantity),
        price=D(100),
    )


def signalled(history: Written) -> None:
    """The account opens and a signal comes."""
    history.row(0.5, "deposit", "USDT", Deposited(event_ns=0, asset="USDT", amount=D(1000)))
    history.row(10, "signal", "w0", answer())


def bought(history: Written, meant: Order) -> None:
    """An entry is decided, sent, and filled at once."""
    history.row(10, "decision", "trend-a1-1", decision(meant))
    history.post(10, meant)
    history.true(10.02, meant)
    history.fill(10.02, meant, "1", str(meant.quantity))
    history.report(10.05, accepted(meant, 10.02))
    history.report(10.05, filled(meant, 10.02, quantity=str(meant.quantity)))


def guarded(history: Written, guard: Order, at_s: float = 10.05) -> None:
    """A stop is meant, sent and rests."""
    history.row(at_s, "intent", guard.client_order_id, OrderSent(order=guard, reason="stop"))
    history.post(at_s, guard)
    history.true(at_s + 0.02, guard, "NEW")
    history.report(at_s + 0.05, accepted(guard, at_s + 0.02))


def clean() -> Written:
    """One unit bought on a signal, its stop resting at the venue, everything known."""
    history = Written()
    signalled(history)
    bought(history, order())
    guarded(history, stop())
    return history


def caught(history: Written) -> set[str]:
    """The ids of the invariants that a history breaks."""
    return {each.invariant for each in judge(history.evidence())}


def said(history: Written, invariant: str) -> str:
    """What an invariant says of a history."""
    return "; ".join(e.sentence for e in judge(history.evidence()) if e.invariant == invariant)
