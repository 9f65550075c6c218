"""When equity is marked: at the end of an instant, before what the instant leads to."""

from decimal import Decimal

from argonaut.domain.event import Deposited
from argonaut.domain.ids import InstrumentId, VenueId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar
from argonaut.engine.core import Engine
from argonaut.engine.setup import EngineSetup
from argonaut.risk.gate import Gate
from argonaut.venues.sim.capability import sim_capability
from tests.stories.stage import MINUTE_NS, START_NS, Scripted, Stage, enter, flat


def test_a_sample_has_the_close_of_every_instrument() -> None:
    """Half of it marked a bar late would show drawdowns and a Sharpe ratio nobody had."""
    names = [InstrumentId(f"{base}/USDT@sim") for base in ("BTC", "ETH")]
    samples: list[tuple[int, float]] = []
    engine = Engine(
        EngineSetup(
            instruments=[
                Instrument(
                    instrument_id=name,
                    base=name[:3],
                    quote="USDT",
                    tick_size=Decimal("0.01"),
                    lot_size=Decimal("0.01"),
                )
                for name in names
            ],
            strategies=[],
            gate=Gate(()),
            capability=sim_capability(VenueId("sim"), allows_short=False),
            quote="USDT",
            on_sample=lambda event_ns, equity: samples.append((event_ns, equity)),
        )
    )
    for name in names:
        engine.step(Deposited(event_ns=0, asset=name[:3], amount=Decimal(1)))

    for minute, closes in enumerate(((100.0, 10.0), (90.0, 20.0), (80.0, 30.0))):
        for name, close in zip(names, closes, strict=True):
            engine.step(Bar(name, MINUTE_NS, minute * MINUTE_NS, close=close))
    engine.close()

    assert samples == [(MINUTE_NS, 110.0), (2 * MINUTE_NS, 110.0), (3 * MINUTE_NS, 110.0)]


def test_a_sample_knows_nothing_of_the_open_that_follows_it() -> None:
    """A fill at the open would be marked at a close from before it was bought."""
    stage = Stage(Scripted({0: (enter("1000"),)}))
    samples: list[tuple[int, float]] = []
    stage.engine._on_sample = lambda event_ns, equity: samples.append((event_ns, equity))

    stage.bars(flat(100), (120, 120, 120, 120), flat(120))
    stage.engine.close()

    assert stage.holding.average_price == 120
    assert [equity for _, equity in samples] == [10_000.0] * 3
    assert [event_ns - START_NS for event_ns, _ in samples] == [
        minutes * MINUTE_NS for minutes in (1, 2, 3)
    ]


def test_a_run_that_only_holds_cash_has_a_first_and_a_last_sample() -> None:
    """Without them it would have no equity, no days and no return to report."""
    stage = Stage(Scripted({}))
    samples: list[tuple[int, float]] = []
    stage.engine._on_sample = lambda event_ns, equity: samples.append((event_ns, equity))

    stage.bars(*[flat(100)] * 5)
    stage.engine.close()

    assert samples == [
        (START_NS + MINUTE_NS, 10_000.0),
        (START_NS + 5 * MINUTE_NS, 10_000.0),
    ]


def test_a_deposit_while_all_is_cash_shows_in_the_next_sample() -> None:
    stage = Stage(Scripted({}))
    samples: list[float] = []
    stage.engine._on_sample = lambda _, equity: samples.append(equity)
    stage.bars(flat(100), flat(100))

    stage.feed(Deposited(event_ns=stage.engine.now_ns, asset="USDT", amount=Decimal(500)))
    stage.bars(flat(100), flat(100))

    assert samples[-1] == 10_500.0
