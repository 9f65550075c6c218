"""Whatever signals, prices and fills come: no cap is passed, the books balance, nothing is made up.

The caps are set low so that random entries meet them all the time.
"""

from __future__ import annotations

import math
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from argonaut.domain.command import Record
from argonaut.domain.event import DetectorSignal, OperatorCommand
from argonaut.domain.ids import SignalId, StrategyId
from argonaut.domain.order import Filled, Side
from argonaut.domain.record import Decision
from argonaut.domain.signal import Enter
from argonaut.risk.exposure import AccountExposure, SymbolExposure, VenueExposure
from argonaut.risk.gate import Gate
from argonaut.risk.registry import default_checks
from argonaut.strategies.detector_driven import DetectorDriven, Params
from tests.stories.stage import BTC, MINUTE_NS, Stage

CAP = Decimal(500)
WILD = (0.0, -5.0, math.nan, math.inf, 1e30, 1e-30)
NUMBERS = st.sampled_from([None] * 30 + [100.0, 99.0, 90.0, 101.0, *WILD])
SIZES = st.sampled_from(
    ["0.5", "1", "3", "50", "400"] * 4 + ["1e12", "0", "-1", "NaN", "Infinity", "0.0000001"]
)
PRICES = st.integers(80, 120).map(float)
BARS = st.tuples(st.just("bar"), PRICES, PRICES, PRICES, PRICES)
GAPS = st.tuples(st.just("gap"), st.sampled_from([1, 1, 2, 10_000]))
SIGNALS = st.tuples(
    st.just("signal"),
    st.fixed_dictionaries(
        {
            "side": st.sampled_from(["buy", "sell"]),
            "intent": st.sampled_from(["auto", "enter", "enter", "enter", "exit"]),
            "size": st.tuples(st.sampled_from(["quantity", "notional", "fraction"]), SIZES),
            "confidence": st.sampled_from([1.0] * 9 + [0.1, math.nan, 2.0]),
            "order_type": st.sampled_from(["market", "market", "market", "limit"]),
            "limit_price": NUMBERS,
            "stop_price": NUMBERS,
            "take_profit": NUMBERS,
        }
    ),
)
VERBS = st.sampled_from(["resume"] * 6 + ["pause", "flatten"])
COMMANDS = st.tuples(st.just("operator"), VERBS)
STEPS = st.sampled_from([BARS] * 4 + [SIGNALS] * 7 + [GAPS, COMMANDS]).flatmap(lambda each: each)
HISTORIES = st.lists(STEPS, min_size=10, max_size=60)


def capped() -> Gate:
    """Return the default gate with low exposure caps."""
    low = {
        "symbol_exposure": SymbolExposure(gross_quote=CAP, net_quote=CAP),
        "venue_exposure": VenueExposure(gross_quote=CAP, net_quote=CAP),
        "account_exposure": AccountExposure(gross_quote=CAP, net_quote=CAP),
    }
    return Gate([low.get(each.code, each) for each in default_checks()])


class Watched(Stage):
    """A stage that checks the caps in the moment an entry is approved, and folds the fills."""

    def __init__(self, *, allow_short: bool) -> None:
        detector = DetectorDriven(StrategyId("story"), BTC, Params())
        super().__init__(detector, gate=capped(), allow_short=allow_short)
        self.session._observers = (*self.session._observers, self._watch)
        self.folded = Decimal(0)
        self.signals = 0

    def _watch(self, event_seq: int, event_ns: int, record: Record) -> None:
        body = record.body
        if isinstance(body, Decision) and body.approved and isinstance(body.signal, Enter):
            account = self.engine.account
            assert account.symbol_exposure(BTC).gross <= CAP
            assert account.account_exposure().gross <= CAP
        if isinstance(body, Filled):
            desk = self.engine.desk
            order = desk.live.get(body.client_order_id) or desk.closed[body.client_order_id]
            self.folded += body.quantity * order.side.sign

    def play(self, history: list[tuple[object, ...]]) -> None:
        """Play a history of any order, after a first bar that shows a price."""
        self.bar(100, 100, 100, 100)
        for kind, *details in history:
            if kind == "bar":
                opened, high, low, close = details
                top, bottom = max(details), min(details)  # type: ignore[type-var]
                del high, low
                self.bar(opened, top, bottom, close)  # type: ignore[arg-type]
            elif kind == "gap":
                self.minute += details[0]  # type: ignore[operator]
            elif kind == "operator":
                now_ns = self.engine.now_ns
                self.feed(OperatorCommand(event_ns=now_ns, verb=details[0]))  # type: ignore[arg-type]
            else:
                self.signal(**details[0])  # type: ignore[arg-type]
            self.check()

    def signal(self, *, size: tuple[str, str], **fields: object) -> None:
        """Send a detector's signal some seconds after the last bar."""
        self.signals += 1
        now_ns = max(self.engine.now_ns, self.start_ns + self.minute * MINUTE_NS)
        sized = {size[0]: Decimal(size[1])}
        signal = DetectorSignal(
            event_ns=now_ns,
            signal_id=SignalId(f"s{self.signals}"),
            source="dice",
            instrument_id=BTC,
            **sized,  # type: ignore[arg-type]
            **fields,  # type: ignore[arg-type]
        )
        self.feed(signal)

    def check(self) -> None:
        """Hold the books against the fills, and the protection against the holding."""
        book = self.engine.book
        book.check()
        assert book.position(BTC).quantity == self.folded
        assert self.holding.quantity == self.folded
        assert book.balances == {k: v for k, v in self.venue.balances.items() if v}
        stops = sum(
            (each.leaves for each in self.engine.desk.live.values() if each.role.value == "stop"),
            Decimal(0),
        )
        assert stops <= abs(self.folded), "a stop larger than the position"


@given(history=HISTORIES, allow_short=st.booleans())
def test_no_history_passes_a_cap_or_unbalances_the_books(
    history: list[tuple[object, ...]], allow_short: bool
) -> None:
    """The promise behind every limit in the config."""
    stage = Watched(allow_short=allow_short)

    stage.play(history)

    assert not [each for each in stage.records if each.kind == "strategy_paused"]


@given(history=HISTORIES)
def test_a_history_played_twice_is_the_same_history(history: list[tuple[object, ...]]) -> None:
    """Replay, recovery and parity rest on this."""
    first, second = Watched(allow_short=True), Watched(allow_short=True)

    first.play(history)
    second.play(history)

    assert first.journal.head == second.journal.head


def test_every_row_of_the_journal_reads_back_as_what_was_written() -> None:
    """A journal nobody can read is no journal."""
    stage = Watched(allow_short=True)
    stage.bar(100, 101, 99, 100)
    stage.signal(size=("notional", "100"), side="buy", stop_price=90.0)
    stage.bar(100, 101, 99, 100)

    for row, record in zip(stage.journal.rows, stage.records, strict=True):
        assert msgspec.json.decode(row.payload, type=type(record.body)) == record.body


def test_an_entry_without_a_price_is_refused() -> None:
    """Before the first bar nobody knows what anything costs."""
    stage = Watched(allow_short=False)

    stage.signal(size=("notional", "100"), side="buy")

    assert stage.story()[-1].startswith("enter refused")
    assert Side.BUY not in {each.side for each in stage.engine.desk.live.values()}
