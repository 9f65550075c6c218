"""F06 to F09 and F24: streams that are silent, lose, repeat, mix up or make up what they tell."""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.kinds import MARKET_STREAM, SHAPES, USER_STREAM
from argonaut.rehearsal.simulation.scenarios.expect import (
    ends_flat,
    ends_holding,
    enters_at_all,
    enters_once,
    fills_become_known,
    leaves_when_told,
    limits,
    says,
)
from argonaut.rehearsal.simulation.scenarios.scenario import (
    BOOK_MARKET,
    LIVELY_MARKET,
    QUIET_MARKET,
    Scenario,
    buy,
    fault,
    plan,
    scenario,
    sell,
)

_EACH_FRAME_S = (9.99, 10.05, 10.5, 19.99, 20.01)  # around a buy, its stop and its sale
_RESTING = -0.00002  # such a limit is filled by the market, so that only the stream tells


def _books_are_renewed(case: Case) -> Iterator[str]:
    """A book with a gap is asked for anew."""
    asked = sum(each.path == "/api/v3/depth" for each in case.evidence.sent)
    if asked < 2:
        yield f"want the book asked for again, found {asked} times asked"


def _garbage_is_dropped(case: Case) -> Iterator[str]:
    """What cannot be is refused and counted."""
    if not case.evidence.dropped:
        yield "want messages dropped and counted, found none"


STREAMS: tuple[Scenario, ...] = (
    scenario(
        "F06",
        "The market's stream says nothing while its connection stands",
        [
            plan(
                buy(10),
                buy(30, "later"),
                sell(45),
                fault("stream_stall", at_s, for_s, "/stream"),
                trade_s=60,
            )
            for at_s in (5, 10.01, 20)
            for for_s in (12, 40)
        ],
        limits("market stream"),
        enters_at_all,
        enters_once,
        ends_flat,
        core=4,
    ),
    scenario(
        "F06-user",
        "The user stream says nothing while its connection stands, or is ended",
        [
            plan(
                buy(10, limit_offset=_RESTING),
                sell(45),
                fault("stream_stall", at_s, for_s, "/ws-api"),
                trade_s=60,
                market=LIVELY_MARKET,
            )
            for at_s in (9, 10.1)
            for for_s in (20, 40)
        ]
        + [
            plan(buy(10), sell(20), fault("stream_ended", 9, target=name))
            for name in (USER_STREAM, MARKET_STREAM)
        ],
        fills_become_known,
        enters_at_all,
        enters_once,
        ends_flat,
    ),
    scenario(
        "F07",
        "Frames of the user stream are missing, and nothing else",
        [
            plan(
                buy(10, limit_offset=offset),
                sell(40),
                fault("frame_lost", at_s, target=USER_STREAM, count=count),
                trade_s=50,
                market=market,
            )
            for offset, market in ((None, QUIET_MARKET), (_RESTING, LIVELY_MARKET))
            for at_s in (9.99, 10.5, 39.99)
            for count in (1, 2, 4)
            if offset or at_s != 10.5  # a market order has nothing to tell half a second later
        ],
        fills_become_known,
        enters_at_all,
        enters_once,
        leaves_when_told,
        core=1,
    ),
    scenario(
        "F08",
        "Frames come twice, in the wrong order, or again after a reconnect",
        [
            plan(buy(10), sell(20), fault(kind, at_s, target=USER_STREAM, count=count))
            for kind in ("frame_doubled", "frames_swapped")
            for at_s in _EACH_FRAME_S
            for count in (1, 5)
            if at_s != 10.5
        ]
        + [
            plan(
                buy(10),
                sell(25),
                fault("disconnect", at_s, 1, "/ws-api"),
                fault("frames_replayed", 10, count=5),
            )
            for at_s in (10.02, 12, 25.02)
        ],
        fills_become_known,
        enters_at_all,
        enters_once,
        ends_flat,
    ),
    scenario(
        "F09",
        "The market stream has gaps, repeats and jumps back",
        [
            plan(buy(10), sell(20), fault(kind, at_s, target=MARKET_STREAM, count=count))
            for kind in ("frame_lost", "frame_doubled", "frames_swapped")
            for at_s in (5, 9.9)
            for count in (1, 10, 60)
        ],
        enters_once,
        ends_flat,
    ),
    scenario(
        "F09-book",
        "Changes of an order book are missing",
        [
            plan(
                buy(10),
                buy(20, "later"),
                sell(30),
                fault("frame_lost", at_s, target=MARKET_STREAM, count=count),
                trade_s=40,
                market=BOOK_MARKET,
            )
            for at_s in (5, 9.8, 15)
            for count in (1, 3, 12)
        ],
        says("the book has a gap"),
        _books_are_renewed,
        enters_at_all,
        enters_once,
        ends_flat,
    ),
    scenario(
        "F24",
        "Prices that cannot be, and text that is no JSON",
        [
            plan(
                buy(10, target_fraction=0.01),
                fault("frames_garbled", at_s, target=f"{MARKET_STREAM} {shape}", count=count),
                market=market,
            )
            for market in (QUIET_MARKET, BOOK_MARKET)
            for shape in SHAPES
            for at_s, count in ((5, 12), (12, 40))
            if not (shape == "crossed" and market is BOOK_MARKET)  # a change has no best prices
        ]
        + [plan(buy(10), fault("frames_garbled", 9.9, target=f"{USER_STREAM} text", count=3))],
        _garbage_is_dropped,
        fills_become_known,
        enters_at_all,
        enters_once,
        ends_holding,
        core=1,
    ),
)
