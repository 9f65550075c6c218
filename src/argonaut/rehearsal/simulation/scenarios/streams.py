"""F06 to F09 and F24: streams that are silent, lose, repeat, mix up or make up what they tell."""

from __future__ import annotations

from argonaut.rehearsal.simulation.kinds import MARKET_STREAM, USER_STREAM
from argonaut.rehearsal.simulation.scenarios.scenario import (
    Scenario,
    buy,
    enters_at_all,
    enters_once,
    fault,
    plan,
    scenario,
    sell,
)

_EACH_FRAME_S = (9.99, 10.05, 10.5, 20.0, 20.1)  # around a buy, its stop and its sale

STREAMS: tuple[Scenario, ...] = (
    scenario(
        "F06",
        "A stream says nothing while its connection stands",
        [
            plan(
                buy(10),
                buy(30, "later"),
                sell(45),
                fault("stream_stall", at_s, for_s, link),
                trade_s=60,
            )
            for link in ("/stream", "/ws-api")
            for at_s in (5, 10.01, 20)
            for for_s in (8, 40)
        ]
        + [
            plan(buy(10), sell(20), fault("stream_ended", 9, target=name))
            for name in (USER_STREAM, MARKET_STREAM)
        ],
        enters_at_all,
        enters_once,
        core=4,
    ),
    scenario(
        "F07",
        "One frame of the user stream is missing",
        [
            plan(buy(10), sell(20), fault("frame_lost", at_s, target=USER_STREAM, count=count))
            for at_s in _EACH_FRAME_S
            for count in (1, 2, 4)
        ],
        enters_at_all,
        enters_once,
    ),
    scenario(
        "F08",
        "Frames come twice or in the wrong order",
        [
            plan(buy(10), sell(20), fault(kind, at_s, target=USER_STREAM, count=count))
            for kind in ("frame_doubled", "frames_swapped")
            for at_s in _EACH_FRAME_S
            for count in (1, 5)
        ],
        enters_at_all,
        enters_once,
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
    ),
)
