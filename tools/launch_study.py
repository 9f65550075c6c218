"""What the sniper's rule made of real launches, beside buying the first minute.

Run it as `PYTHONPATH=src .venv/bin/python -m tools.launch_study`; it wants the recordings at
../shared (or $ARGONAUT_SHARED), prints the tables of docs/explanation/listing-sniper.md, and draws
their picture where there is Chromium. Each launch goes through engine, gate and simulated venue.
Its minutes become quotes (open, low, high, close, with a stated spread): nobody recorded its books.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import mean, median
from typing import Any

import plotly.graph_objects as go
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from argonaut.domain.event import Deposited, ExternalEvent
from argonaut.domain.ids import InstrumentId, StrategyId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Quote
from argonaut.domain.order import Filled
from argonaut.domain.record import Decision
from argonaut.domain.signal import Enter
from argonaut.engine.core import Engine
from argonaut.engine.listings import ListingRule
from argonaut.engine.setup import EngineSetup
from argonaut.journal.memory import MemoryJournal
from argonaut.risk.gate import Gate
from argonaut.risk.registry import default_checks
from argonaut.strategies.listing_sniper import ListingSniper, Params
from argonaut.venues.sim import NoLatency, NoSlippage, SimVenue
from argonaut.venues.sim.late import LateListings
from argonaut.venues.sim.session import Session
from tools.make_plots import BROWSERS, DOWN, FAST, IMAGES, NOTE, SHARED, draw

SPREAD = 0.002  # of the mid price; half of it is paid at each trade
FEE = 0.001  # of each trade
EQUITY = Decimal(10_000)
STOP, TARGETS = 0.12, (0.5, 1.0)
SECOND_NS = 1_000_000_000
HOME = InstrumentId("BTC/USDT@sim")
NAME = StrategyId("sniper")
PATH_S = (1.0, 20.0, 40.0, 59.0)  # of open, low, high and close in their minute
Minute = tuple[int, float, float, float, float]  # open_ns, open, high, low, close


@dataclass(frozen=True)
class Launch:
    """One coin and the minutes of its first hours."""

    symbol: str
    minutes: Sequence[Minute]


@dataclass(frozen=True)
class Result:
    """What a rule made of one launch: a return on what it spent, None where it bought nothing."""

    symbol: str
    gain: float | None
    why: str = ""


def launches(shared: Path) -> list[Launch]:
    """Return every recorded launch."""
    told = (shared / "data/events/launches_binance_usdm.jsonl").read_text().splitlines()
    bars = pl.read_parquet(shared / "data/klines/binance_usdm_LAUNCHES_1m_first4h.parquet")
    found = []
    for symbol in (json.loads(line)["symbol"] for line in told):
        rows = bars.filter(pl.col("symbol") == symbol).sort("ts")
        columns = rows.select("ts", "open", "high", "low", "close").rows()
        found.append(Launch(symbol, [tuple(row) for row in columns]))
    return found


def new_coins(found: Sequence[Launch]) -> list[Launch]:
    """Return the launches in USDT; those in USDC were of coins that had long been traded."""
    return [each for each in found if each.symbol.endswith("USDT")]


# the sniper, through the whole funnel


def snipe(launch: Launch, **params: Any) -> Result:
    """Return what the sniper makes of a launch; what is still held at the end is valued there."""
    coin = _instrument(launch)
    venue = SimVenue(
        [_home(), coin], balances={"USDT": EQUITY}, slippage=NoSlippage(), latency=NoLatency()
    )
    strategy = ListingSniper(NAME, HOME, Params(**params))
    engine = Engine(
        EngineSetup(
            instruments=[_home()],
            strategies=(strategy,),
            gate=Gate(default_checks()),
            capability=venue.capability,
            quote="USDT",
            listings=ListingRule(
                venue_id=VenueId("sim"), quotes=frozenset({"USDT"}), instruments_max=1
            ),
        )
    )
    spent: list[float] = []
    entry_ids: set[str] = set()

    def see(seq: int, now_ns: int, record: Any) -> None:
        del seq, now_ns
        body = record.body
        if isinstance(body, Decision) and isinstance(body.signal, Enter):
            entry_ids.update(each.client_order_id for each in body.orders)
        elif isinstance(body, Filled) and body.client_order_id in entry_ids:
            spent.append(float(body.quantity * body.price))

    session = Session(engine, venue, MemoryJournal(), durable_sends=False, observers=(see,))
    tape = LateListings(session, [coin])
    begin_ns = launch.minutes[0][0]
    session.feed(Deposited(event_ns=begin_ns - 7_200 * SECOND_NS, asset="USDT", amount=EQUITY))
    session.feed(_announcement(coin.base, begin_ns))
    for quote in quotes(launch, coin.instrument_id):
        tape.quote(quote)
    if not spent:
        return Result(launch.symbol, None, strategy.explain())
    rest = float(venue.balances.get(coin.base, Decimal(0)))
    worth = float(venue.balances["USDT"]) + rest * _sold_at(launch.minutes[-1][4])
    return Result(launch.symbol, (worth - float(EQUITY)) / sum(spent))


def _sold_at(price: float) -> float:
    return price * (1 - SPREAD / 2) * (1 - FEE)


def _home() -> Instrument:
    return _made(HOME, "BTC", "0.01")


def _instrument(launch: Launch) -> Instrument:
    base = launch.symbol.removesuffix("USDT").removesuffix("USDC")
    tick = "0.00000001" if launch.minutes[0][1] < 1 else "0.0001"
    return _made(InstrumentId(f"{base}/USDT@sim"), base, tick)


def _made(name: InstrumentId, base: str, tick: str) -> Instrument:
    return Instrument(
        instrument_id=name,
        base=base,
        quote="USDT",
        tick_size=Decimal(tick),
        lot_size=Decimal("0.0001"),
    )


def _announcement(base: str, begin_ns: int) -> ExternalEvent:
    return ExternalEvent(
        event_ns=begin_ns - 3_600 * SECOND_NS,
        event_id=base,
        source="file",
        kind="listing",
        symbols=(base,),
        payload={"market": "spot", "go_live_ns": str(begin_ns)},
    )


def quotes(launch: Launch, name: InstrumentId) -> Iterator[Quote]:
    """Yield the path of each minute as a book; the low comes first, which is the worse for us."""
    for open_ns, opened, high, low, close in launch.minutes:
        at_s = PATH_S if open_ns > launch.minutes[0][0] else (0.0, *PATH_S[1:])
        for second, price in zip(at_s, (opened, low, high, close), strict=True):
            half = price * SPREAD / 2
            yield Quote(
                name,
                open_ns + int(second * SECOND_NS),
                bid=price - half,
                ask=price + half,
                bid_quantity=1e12,
                ask_quantity=1e12,
            )


# the baseline: buy the first minute, whatever it is


def buy(launch: Launch, *, at_close: bool, has_exits: bool) -> Result:
    """Buy the first minute, at its open or its close; hold to the end, or leave as the sniper does.

    In a minute that reaches both, the stop counts.
    """
    first = launch.minutes[0]
    paid = (first[4] if at_close else first[1]) * (1 + SPREAD / 2)
    left, got = 1.0, 0.0
    following = launch.minutes[1:] if at_close else launch.minutes
    for _, opened, high, low, _close in following if has_exits else ():
        if low <= paid * (1 - STOP):
            got += left * _sold_at(min(opened, paid * (1 - STOP)))
            left = 0.0
            break
        for target, share in zip(TARGETS, (1.0, 0.5), strict=True):
            if left == share and high >= paid * (1 + target):
                got += 0.5 * paid * (1 + target) * (1 - FEE)
                left -= 0.5
    got += left * _sold_at(launch.minutes[-1][4])
    return Result(launch.symbol, got / (paid * (1 + FEE)) - 1)


# the table and the picture


def study(found: Sequence[Launch]) -> dict[str, list[Result]]:
    """Return what each rule made of every launch."""
    return {
        "sniper": [snipe(each) for each in found],
        "first minute, bought at its open": [
            buy(each, at_close=False, has_exits=False) for each in found
        ],
        "first minute, bought at its close": [
            buy(each, at_close=True, has_exits=False) for each in found
        ],
        "first minute at its close, the sniper's exits": [
            buy(each, at_close=True, has_exits=True) for each in found
        ],
    }


def table(results: dict[str, list[Result]]) -> list[str]:
    """Return the lines of the table in the docs."""
    lines = [
        "| rule | bought | won | mean | median | best | worst | sum |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for rule, each in results.items():
        gains = gains_of(each)
        won = sum(gain > 0 for gain in gains) / len(gains)
        shown = [mean(gains), median(gains), max(gains), min(gains), sum(gains)]
        cells = " | ".join(f"{value:+.1%}" for value in shown)
        lines.append(f"| {rule} | {len(gains)} of {len(each)} | {won:.0%} | {cells} |")
    return lines


def gains_of(results: Sequence[Result]) -> list[float]:
    """Return the returns of what was bought."""
    return [each.gain for each in results if each.gain is not None]


def picture(results: dict[str, list[Result]]) -> go.Figure:
    """Draw the returns of each rule, sorted: how often it wins, and what its ends are."""
    figure = go.Figure()
    colors = (FAST, DOWN, NOTE, "#d08a2e")
    for (rule, each), color in zip(results.items(), colors, strict=True):
        gains = sorted(gains_of(each))
        share = [100 * (number + 0.5) / len(gains) for number in range(len(gains))]
        figure.add_scatter(
            x=share,
            y=[100 * gain for gain in gains],
            name=rule,
            mode="lines+markers",
            line={"color": color, "width": 1.5},
            marker={"size": 4},
        )
    figure.add_hline(y=0, line={"color": "#24292f", "width": 1})
    figure.update_layout(
        title="92 launches, four hours each: return of each rule, sorted",
        template="plotly_white",
        legend={"orientation": "h", "y": -0.18},
    )
    figure.update_xaxes(title="percent of the coins bought, from the worst to the best")
    figure.update_yaxes(title="return on what was spent, %")
    return figure


def main() -> int:
    """Print the table, and draw the picture where a browser is here."""
    if not (SHARED / "data").is_dir():
        print(f"launch_study: no recordings at {SHARED} (set ARGONAUT_SHARED)")
        return 1
    found = launches(SHARED)
    results = study(found)
    print("\n".join([*table(results), "", *table(study(new_coins(found)))]))
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print(f"launch_study: no picture: no Chromium, want one of {', '.join(BROWSERS)}")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        target = IMAGES / "listing-sniper-launches.png"
        draw(picture(results), target, browser=browser, folder=Path(folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
