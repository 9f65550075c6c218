"""The few instruments that rank best may be entered; the others say why not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from argonaut.domain.command import Record
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import Condition, Deposited
from argonaut.domain.ids import InstrumentId, VenueId
from argonaut.domain.market import Bar, Quote
from argonaut.domain.mode import TradingMode
from argonaut.domain.record import Shortlisted
from argonaut.engine.core import Engine
from argonaut.engine.recovery import fold
from argonaut.engine.scanner import Scan, Scanner
from argonaut.engine.setup import EngineSetup
from argonaut.journal.memory import MemoryJournal
from argonaut.risk.gate import Gate
from argonaut.venues.sim.capability import sim_capability
from tests.stories.stage import MINUTE_NS, START_NS, instrument_of

NAMES = [InstrumentId(f"{each}/USDT@sim") for each in ("UP", "FLAT", "DOWN", "WILD")]
STEPS = {"UP": 1.01, "FLAT": 1.0, "DOWN": 0.99, "WILD": 1.0}
QUICK: dict[str, Any] = {"timeframe": "1m", "window_bars": 20, "top": 2, "atr_fraction_min": 0.0}


def setup(**scan: Any) -> EngineSetup:
    return EngineSetup(
        instruments=[
            instrument_of(instrument_id=name, base=name.partition("/")[0]) for name in NAMES
        ],
        strategies=[],
        gate=Gate(()),
        capability=sim_capability(VenueId("sim"), allows_short=False),
        quote="USDT",
        base_timeframes_ns=dict.fromkeys(NAMES, MINUTE_NS),
        scan=Scan(**QUICK | scan),
        folds=True,
    )


def bar_of(name: InstrumentId, minute: int, *, volume: float = 1000.0) -> Bar:
    base = name.partition("/")[0]
    price = 100 * STEPS[base] ** minute
    wide = price * (0.05 if base == "WILD" else 0.01)
    return Bar(
        name,
        MINUTE_NS,
        START_NS + minute * MINUTE_NS,
        open=price,
        high=price + wide,
        low=price - wide,
        close=price,
        volume=volume,
    )


def by_rows(market: Market, **scan: Any) -> Engine:
    engine = Engine(setup(**scan))
    fold(engine, list(market.rows.rows))
    return engine


def by_snapshot(market: Market, **scan: Any) -> Engine:
    engine = Engine(setup(**scan))
    engine.load(msgspec.json.decode(msgspec.json.encode(market.engine.save())))
    return engine


RESTARTS = pytest.mark.parametrize("restart", [by_rows, by_snapshot])


class Market:
    """Four instruments, a bar a minute each, and the rows of what the engine says."""

    def __init__(self, **scan: Any) -> None:
        self.engine = Engine(setup(**scan))
        self.rows = MemoryJournal(keeps_rows=True)
        self.told: list[Shortlisted] = []
        self.minute = 0
        self._take(Deposited(event_ns=START_NS, asset="USDT", amount=Decimal(1000)))

    def play(self, minutes: int, *, volume: float = 1000.0) -> None:
        for _ in range(minutes):
            for name in NAMES:
                self._take(bar_of(name, self.minute, volume=volume))
            self.minute += 1

    def restarted(self, engine: Engine) -> Market:
        """The same market after a restart into `engine`."""
        after = Market()
        after.engine, after.minute = engine, self.minute
        after.told.clear()
        return after

    def _take(self, event: Any) -> None:
        for command in self.engine.step(event):
            if isinstance(command, Record):
                self.rows.append(
                    self.engine.seq,
                    self.engine.now_ns,
                    command.kind,
                    command.subject,
                    msgspec.json.encode(command.body),
                )
                if isinstance(command.body, Shortlisted):
                    self.told.append(command.body)

    @property
    def scanner(self) -> Scanner:
        scanner = self.engine.account.scanner
        assert scanner is not None
        return scanner


def test_the_defaults_are_those_of_the_spec() -> None:
    scan = Scan()

    assert (scan.return_weight, scan.trend_weight, scan.volatility_weight) == (0.5, 0.3, 0.2)
    assert (scan.volume_min_quote, scan.atr_fraction_min) == (250_000.0, 0.005)
    assert (scan.top, scan.every_min) == (3, 30.0)


def test_the_best_by_return_trend_and_volatility_come_first() -> None:
    market = Market()

    market.play(30)

    assert market.told[-1].instruments == ("UP/USDT@sim", "WILD/USDT@sim")
    assert list(market.told[-1].scores) == [
        f"{each}/USDT@sim" for each in ("UP", "WILD", "FLAT", "DOWN")
    ]


def test_nothing_may_be_entered_before_the_first_selection() -> None:
    market = Market()
    market.play(5)

    blocker = market.engine.account.universe_blocker(NAMES[0])

    assert blocker == "the scanner has not selected yet: 21 bars are wanted"
    assert market.told == []


def test_what_is_not_on_the_list_may_not_be_entered() -> None:
    market = Market()
    market.play(30)

    assert market.scanner.blocker(NAMES[0]) == ""
    assert market.scanner.blocker(NAMES[2]) == (
        "not on the shortlist of UP/USDT@sim, WILD/USDT@sim"
    )


def test_the_list_stands_for_half_an_hour() -> None:
    market = Market()
    market.play(80)

    times = [each.until_ns for each in market.told]

    assert len(times) == 2
    assert times[1] - times[0] >= 30 * MINUTE_NS


@pytest.mark.parametrize(
    ("scan", "out"),
    [
        ({"volume_min_quote": 1e9}, "traded, want"),
        ({"atr_fraction_min": 0.03}, "a range of"),
        ({"atr_fraction_max": 0.03}, "a range of"),
        ({"tick_fraction_max": 0.00001}, "a tick of"),
    ],
)
def test_each_filter_leaves_out_and_says_why(scan: dict[str, Any], out: str) -> None:
    market = Market(**scan)

    market.play(30)

    assert any(out in each for each in market.told[-1].out.values())


def test_a_wide_spread_leaves_out() -> None:
    market = Market()
    market.play(20)
    market._take(Quote(NAMES[0], START_NS + 20 * MINUTE_NS, bid=100.0, ask=102.0))

    market.play(5)

    assert "a spread of" in market.told[-1].out[NAMES[0]]


def test_allow_and_deny_are_kept_to() -> None:
    denied = Market(deny=("UP/USDT",))
    allowed = Market(allow=("DOWN/USDT",))

    denied.play(30)
    allowed.play(30)

    assert "UP/USDT@sim" not in denied.told[-1].instruments
    assert allowed.told[-1].instruments == ("DOWN/USDT@sim",)


def test_where_nothing_passes_nothing_may_be_entered() -> None:
    market = Market(volume_min_quote=1e12)
    market.play(30)

    assert market.told[-1].instruments == ()
    assert market.scanner.blocker(NAMES[0]) == "not on the shortlist of nothing"


@RESTARTS
def test_the_shortlist_and_what_is_measured_survive_a_restart(
    restart: Callable[[Market], Engine],
) -> None:
    market = Market()
    market.play(30)

    engine = restart(market)

    scanner = engine.account.scanner
    assert scanner is not None
    assert scanner.save() == market.scanner.save()


@RESTARTS
def test_after_a_restart_the_next_selection_is_that_of_a_run_that_never_stopped(
    restart: Callable[[Market], Engine],
) -> None:
    """Measured anew, the list of before would stand for a day; the market of a day is another."""
    market = Market()
    market.play(45)
    after = market.restarted(restart(market))
    market.told.clear()

    market.play(25)
    after.play(25)

    assert len(after.told) == 1
    assert after.told == market.told


@RESTARTS
def test_a_window_has_no_more_bars_than_its_time_has(restart: Callable[[Market], Engine]) -> None:
    """What nobody saw while the bot was down is not made up by older bars."""
    market = Market(window_bars=20)
    market.play(30)
    after = market.restarted(restart(market))
    after.minute += 5

    after.play(1)
    known = [len(each["bars"]) for each in after.scanner.save()["meters"].values()]
    after.play(30)

    assert known == [21 - 5 + 1] * 4
    assert [len(each["bars"]) for each in after.scanner.save()["meters"].values()] == [21] * 4


@RESTARTS
def test_after_a_longer_rest_than_the_window_nothing_old_is_measured(
    restart: Callable[[Market], Engine],
) -> None:
    market = Market()
    market.play(30)
    after, fresh = market.restarted(restart(market)), Market()
    after.minute += 500
    fresh.minute = after.minute

    after.play(40)
    fresh.play(40)

    assert after.scanner.save()["meters"] == fresh.scanner.save()["meters"]


@RESTARTS
def test_a_warm_up_closes_the_gap_of_a_restart_and_counts_no_bar_twice(
    restart: Callable[[Market], Engine],
) -> None:
    """The venue is asked for the whole window, also for what is known."""
    market = Market()
    market.play(45)
    after = market.restarted(restart(market))
    market.play(5)
    after._take(Condition(event_ns=START_NS, cause="recovering", mode=TradingMode.RECOVERING))

    for name in NAMES:
        for minute in range(20, 50):
            after.engine.routes[name].warm(bar_of(name, minute))

    assert after.scanner.save()["meters"] == market.scanner.save()["meters"]


@RESTARTS
@pytest.mark.parametrize(
    ("scan", "kept"), [({"timeframe": "5m"}, 0), ({"atr_bars": 7}, 0), ({"window_bars": 10}, 11)]
)
def test_what_was_measured_in_another_way_is_not_gone_on_with(
    scan: dict[str, Any], kept: int, restart: Callable[..., Engine]
) -> None:
    """Five bars of a minute are no window of an hour; rows have the bars, and any length fits."""
    market = Market()
    market.play(30)

    scanner = restart(market, **scan).account.scanner

    assert scanner is not None
    found = {len(each["bars"]) for each in scanner.save()["meters"].values()}
    assert found == ({21} if restart is by_rows and "atr_bars" in scan else {kept})


def test_a_warm_up_is_as_long_as_what_is_measured() -> None:
    scanner = Market(timeframe="5m", window_bars=20, atr_bars=14).scanner

    assert scanner.past_ns(NAMES[0]) == 22 * 5 * MINUTE_NS
    assert scanner.past_ns(InstrumentId("NEW/USDT@sim")) == 0


def test_where_a_tape_brings_every_bar_again_none_is_journaled() -> None:
    """A paper run is made again from its tape; its rows stay what they were."""
    market = Market()
    market.engine = Engine(replace(setup(), folds=False))

    market.play(30)

    assert "scanned" not in {each.kind for each in market.rows.rows}
    assert len(market.told) == 1


def test_bars_of_a_warm_up_select_nothing() -> None:
    """They are shown to indicators; what is chosen is chosen while it trades."""
    market = Market()
    recovering = Condition(event_ns=START_NS, cause="recovering", mode=TradingMode.RECOVERING)
    market._take(recovering)
    for minute in range(40):
        bar = Bar(
            NAMES[0],
            MINUTE_NS,
            START_NS - (40 - minute) * MINUTE_NS,
            open=100.0,
            high=101.0,
            low=99.0,
            close=100.0,
            volume=1000.0,
        )
        market.engine.routes[NAMES[0]].warm(bar)

    assert market.scanner.shortlist is None


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        ({"top": 0}, "want top >= 1"),
        ({"return_weight": 0.9}, "want three weights that sum to 1"),
        ({"atr_fraction_min": 0.2}, "want 0 <= atr_fraction_min < atr_fraction_max"),
        ({"every_min": 0.0}, "want every_min > 0"),
    ],
)
def test_a_scan_that_ranks_nothing_is_refused(scan: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        Scan(**scan)


def test_without_a_scanner_everything_may_be_entered() -> None:
    names: Sequence[InstrumentId] = NAMES
    given = setup()
    engine = Engine(
        EngineSetup(
            instruments=given.instruments,
            strategies=[],
            gate=given.gate,
            capability=given.capability,
            quote="USDT",
        )
    )

    assert [engine.account.universe_blocker(each) for each in names] == [""] * 4
