"""Every kind of fault a plan can hold: which row of the failure model it is, and its ranges.

A row says what `target` and `amount` mean for its kind, and from where to where a swarm draws. How
a kind is brought about stands in `inject.py`, under the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from argonaut.rehearsal.simulation.mistakes import MISTAKES

Part = Literal["host", "disk", "clock", "net", "wire", "venue", "operator"]

ORDERS = "POST /api/v3/order"
CANCELS = "DELETE /api/v3/order"
QUESTIONS = "GET *"
ANY_REQUEST = "* *"
USER_STREAM, MARKET_STREAM = "user", "market"
SHAPES = ("text", "nan", "negative", "zero", "huge", "crossed")  # of garbled frames
STREAMS = (USER_STREAM, MARKET_STREAM)
REQUESTS = (ORDERS, ORDERS, CANCELS, QUESTIONS, ANY_REQUEST)  # what places is drawn twice as often


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind: the ids it stands for in the failure model, and the ranges of its fields.

    `for_s` in seconds, `count` in times, both from least to most. `weight` is how often a swarm
    takes it up, against 1.
    """

    ids: tuple[str, ...]
    part: Part
    says: str
    targets: tuple[str, ...] = ("",)
    for_s: tuple[float, float] = (0.0, 0.0)
    count: tuple[int, int] = (1, 1)
    amount: tuple[float, float] = (0.0, 0.0)
    most: int = 3  # of them in one run
    weight: float = 1.0


KINDS: Mapping[str, Kind] = {
    # the machine the trader runs on
    "crash": Kind(
        ids=("F01",),
        part="host",
        says="the process dies at `at_ns` and is started again after `for_ns`",
        for_s=(0.5, 20),
        weight=2.0,
    ),
    "crash_at_point": Kind(
        ids=("F01", "F16"),
        part="host",
        says="the process dies at crash point `count` of life `target` (or any), for `for_ns`",
        for_s=(0.5, 5),
        count=(1, 400),
        weight=2.0,
    ),
    "power_cut": Kind(
        ids=("F02",),
        part="host",
        says="as a crash, and the disk loses what was not synced",
        for_s=(1, 20),
    ),
    "power_cut_at_point": Kind(
        ids=("F02",),
        part="host",
        says="as a crash at a point, and the disk loses what was not synced",
        for_s=(1, 5),
        count=(1, 400),
    ),
    "restart": Kind(
        ids=("F16",),
        part="host",
        says="the trader is stopped in order, and started again after `for_ns`",
        for_s=(0.5, 20),
    ),
    "loop_stall": Kind(
        ids=("F28",), part="host", says="nothing of the trader runs for `for_ns`", for_s=(0.3, 8)
    ),
    "second_instance": Kind(
        ids=("F30",),
        part="host",
        says="another trader runs on the same `target` for `for_ns`; at `amount` 1 it gets signals",
        targets=("disk", "venue"),
        for_s=(5, 30),
        most=1,
        weight=0.3,
    ),
    # its disk
    "disk_full": Kind(
        ids=("F03",),
        part="disk",
        says="no room for `amount` operations, from the `count`th after `at_ns` on",
        count=(1, 60),
        amount=(1, 40),
        most=1,
        weight=0.5,
    ),
    "disk_error": Kind(
        ids=("F03",),
        part="disk",
        says="I/O errors in `amount` operations, from the `count`th after `at_ns` on",
        count=(1, 60),
        amount=(1, 40),
        most=1,
        weight=0.5,
    ),
    "disk_slow": Kind(
        ids=("F03",),
        part="disk",
        says="syncs among `amount` operations take `for_ns`, from the `count`th after `at_ns` on",
        for_s=(0.01, 1.5),
        count=(1, 60),
        amount=(1, 40),
        weight=0.5,
    ),
    # its clock
    "clock_step": Kind(
        ids=("F05",),
        part="clock",
        says="the wall clock jumps by `amount` seconds",
        amount=(-3_600, 3_600),
    ),
    "clock_drift": Kind(
        ids=("F05",),
        part="clock",
        says="the wall clock runs `amount` parts in a million too fast for `for_ns`",
        for_s=(20, 120),
        amount=(-5_000, 5_000),
    ),
    # the network
    "disconnect": Kind(
        ids=("F06", "F14"),
        part="net",
        says="every connection to `target` is reset, new ones are refused for `for_ns`",
        targets=("/api", "/stream", "/ws-api", ""),
        for_s=(0, 20),
        weight=1.5,
    ),
    "stream_stall": Kind(
        ids=("F06",),
        part="net",
        says="the stream `target` stays connected and says nothing for `for_ns`",
        targets=("/stream", "/ws-api"),
        for_s=(5, 60),
        weight=1.5,
    ),
    "slow_net": Kind(
        ids=("F12", "F14"),
        part="net",
        says="bytes to and from `target` take `amount` seconds more, for `for_ns`",
        targets=("/api", "/stream", "/ws-api", ""),
        for_s=(5, 60),
        amount=(0.1, 12),
    ),
    "drip": Kind(
        ids=("F12",),
        part="net",
        says="answers of `target` arrive byte by byte for `for_ns`",
        targets=("/api",),
        for_s=(1, 10),
        weight=0.3,
    ),
    # frames of a stream
    "frame_lost": Kind(
        ids=("F07",),
        part="wire",
        says="the next `count` frames of `target` are never sent",
        targets=STREAMS,
        count=(1, 3),
        weight=1.5,
    ),
    "frame_doubled": Kind(
        ids=("F08",),
        part="wire",
        says="the next `count` frames of `target` are sent twice",
        targets=STREAMS,
        count=(1, 10),
    ),
    "frames_swapped": Kind(
        ids=("F08", "F15"),
        part="wire",
        says="the next `count` frames of `target` come after the frame that follows them",
        targets=STREAMS,
        count=(1, 10),
    ),
    "frames_garbled": Kind(
        ids=("F24",),
        part="wire",
        says="the next `count` frames of `target` are no JSON, or hold prices that cannot be",
        targets=(*(f"{MARKET_STREAM} {shape}" for shape in SHAPES), f"{USER_STREAM} text"),
        count=(1, 40),
    ),
    "frames_replayed": Kind(
        ids=("F08",),
        part="wire",
        says="the next `count` subscriptions to the user stream begin with its last frames again",
        count=(1, 3),
        weight=0.5,
    ),
    "stream_ended": Kind(
        ids=("F06",),
        part="wire",
        says="the venue closes the stream `target` with a notice, as after 24 hours",
        targets=STREAMS,
    ),
    # answers to requests
    "reply_lost": Kind(
        ids=("F10", "F11"),
        part="wire",
        says="the next `count` requests of `target` are executed and never answered",
        targets=REQUESTS,
        count=(1, 3),
        weight=2.0,
    ),
    "reply_late": Kind(
        ids=("F10",),
        part="wire",
        says="the next `count` requests of `target` are answered `for_ns` late",
        targets=REQUESTS,
        for_s=(0.5, 70),
        count=(1, 3),
        weight=2.0,
    ),
    "request_lost": Kind(
        ids=("F11",),
        part="wire",
        says="the next `count` requests of `target` never reach the matching engine, no answer",
        targets=REQUESTS,
        count=(1, 3),
        weight=2.0,
    ),
    "request_late": Kind(
        ids=("F10", "F11"),
        part="wire",
        says="the next `count` requests of `target` reach the matching engine `for_ns` late",
        targets=(ORDERS, CANCELS),
        for_s=(0.5, 12),
        count=(1, 2),
        weight=1.5,
    ),
    "server_error": Kind(
        ids=("F12",),
        part="wire",
        says="the next `count` requests of `target` are executed and answered with 503",
        targets=REQUESTS,
        count=(1, 3),
        weight=1.5,
    ),
    "server_busy": Kind(
        ids=("F12",),
        part="wire",
        says="the next `count` requests of `target` are not executed and answered with 502",
        targets=REQUESTS,
        count=(1, 3),
    ),
    "unknown_answer": Kind(
        ids=("F10", "F12"),
        part="wire",
        says="the next `count` requests of `target` are executed and answered with -1007",
        targets=REQUESTS,
        count=(1, 3),
    ),
    "half_body": Kind(
        ids=("F12",),
        part="wire",
        says="the next `count` answers of `target` break off in the middle",
        targets=REQUESTS,
        count=(1, 3),
    ),
    "html_body": Kind(
        ids=("F12",),
        part="wire",
        says="the next `count` answers of `target` are a web page",
        targets=REQUESTS,
        count=(1, 3),
    ),
    **{
        name: Kind(
            ids=("F12",),
            part="wire",
            says=f"the next `count` requests of `target` are executed, and the answer is {what}",
            targets=REQUESTS,
            weight=weight,
        )
        for name, what, weight in (
            ("empty_body", "empty", 0.3),
            ("text_body", "plain text", 0.3),
            ("array_body", "an empty list", 0.3),
            ("nan_body", "JSON with NaN and Infinity", 0.3),
            ("bomb_body", "64 MB of blanks, packed into a few KB", 0.3),
        )
    },
    "throttled": Kind(
        ids=("F13",),
        part="wire",
        says="requests of `target` are answered with 429 for `for_ns`",
        targets=REQUESTS,
        for_s=(1, 20),
    ),
    "banned": Kind(
        ids=("F13",), part="wire", says="every request is answered 418 for `for_ns`", for_s=(5, 40)
    ),
    # what the venue does, or lies about
    "maintenance": Kind(
        ids=("F12",),
        part="venue",
        says="the venue takes no request for `for_ns`",
        for_s=(5, 40),
        most=1,
        weight=0.5,
    ),
    "halted": Kind(
        ids=("F12", "F36"),
        part="venue",
        says="the symbol `target` takes cancels and nothing else for `for_ns`",
        targets=("BTC/USDT", "ETH/USDT"),
        for_s=(5, 60),
        weight=0.5,
    ),
    "order_invisible": Kind(
        ids=("F36",),
        part="venue",
        says="for `for_ns` orders younger than `amount` seconds are found by no question",
        for_s=(10, 60),
        amount=(3, 60),
    ),
    "stale_reads": Kind(
        ids=("F36",),
        part="venue",
        says="for `for_ns` questions are answered with the state of `amount` seconds ago",
        for_s=(5, 40),
        amount=(1, 10),
    ),
    "orders_truncated": Kind(
        ids=("F36",),
        part="venue",
        says="for `for_ns` the list of open orders shows only the first one",
        for_s=(5, 40),
    ),
    "wrong_cum_qty": Kind(
        ids=("F36",),
        part="venue",
        says="for `for_ns` questions show less filled than there is",
        for_s=(5, 40),
    ),
    "hand_cancel": Kind(
        ids=("F16", "F31"),
        part="venue",
        says="somebody takes out every open order at `target` by hand, the stops too",
        targets=("BTC/USDT", "ETH/USDT"),
        weight=0.5,
    ),
    "hand_trade": Kind(
        ids=("F31",),
        part="venue",
        says="somebody buys (or sells) for `amount` quote units by hand, at `target`",
        targets=("BTC/USDT", "ETH/USDT"),
        amount=(50, 500),
        weight=0.7,
    ),
    "hand_order": Kind(
        ids=("F16", "F31"),
        part="venue",
        says="somebody rests a limit order far from the price by hand, at `target`",
        targets=("BTC/USDT", "ETH/USDT"),
        weight=0.7,
    ),
    "transfer": Kind(
        ids=("F31",),
        part="venue",
        says="`amount` of the asset `target` is paid in, or out when negative",
        targets=("USDT",),
        amount=(-500, 500),
        weight=0.7,
    ),
    # a person
    "operator": Kind(
        ids=("F46",),
        part="operator",
        says="a person gives the command `target`",
        targets=("halt", "pause", "flatten", "resume"),
        most=2,
    ),
    "misconfigured": Kind(
        ids=("F38",),
        part="operator",
        says="whoever starts the trader in `for_ns` makes the mistake `target`",
        targets=MISTAKES,
        for_s=(2, 20),
        most=1,
        weight=0.3,
    ),
}
