"""What can go wrong at a venue, as knobs: each a frozen value, each deterministic given its seed.

A knob says what happens, and `when`: from and until a second of the rehearsal, after `skip` chances
it let pass, at most `times`, each with a `chance`. The app asks `Faults` at every request and every
frame. How to add one: `docs/howto/rehearse-your-bot.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.number import ONE
from argonaut.rehearsal.dice import Dice

SECOND_NS = 1_000_000_000


class When(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a knob acts; seconds count from the start of the rehearsal."""

    from_s: float = 0.0
    until_s: float | None = None
    skip: int = 0
    times: int | None = None
    chance: float = 1.0

    def __post_init__(self) -> None:
        """Refuse a chance that is none."""
        if not 0.0 <= self.chance <= 1.0:
            raise InvalidValueError(f"want 0 <= chance <= 1, not {self.chance}")

    def holds(self, at_s: float) -> bool:
        """Whether the time is one at which it may act."""
        return self.from_s <= at_s and (self.until_s is None or at_s < self.until_s)


class RequestFault(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fault"
):
    """Something that happens to a request. `method` and `path` are exact; "*" is any."""

    when: When = When()
    method: str = "POST"
    path: str = "/api/v3/order"


class DropRequest(RequestFault, frozen=True, kw_only=True, tag="drop_request"):
    """The connection dies before the venue has read anything: nothing happened."""


class DropReply(RequestFault, frozen=True, kw_only=True, tag="drop_reply"):
    """The connection dies after the venue has done what was asked."""


class DelayRequest(RequestFault, frozen=True, kw_only=True, tag="delay_request"):
    """The request travels so long before the venue sees it."""

    seconds: float


class DelayMatching(RequestFault, frozen=True, kw_only=True, tag="delay_matching"):
    """The request waits between the door and the matching engine, which asks for its time again."""

    seconds: float


class DelayReply(RequestFault, frozen=True, kw_only=True, tag="delay_reply"):
    """The answer travels so long after everything was done."""

    seconds: float


class FailReply(RequestFault, frozen=True, kw_only=True, tag="fail_reply"):
    """The answer is an error; whether the request was executed is another matter."""

    executes: bool = True
    status: int = 503
    code: int = -1007
    msg: str = (
        "Timeout waiting for response from backend server. "
        "Send status unknown; execution status unknown."
    )


class Throttle(RequestFault, frozen=True, kw_only=True, tag="throttle"):
    """Nothing is done: 429, or with `is_ban` the address is shut out, 418 until the ban is over."""

    retry_after_s: int = 10
    is_ban: bool = False


Shape = Literal["half", "html", "empty", "text", "array", "infinite", "bomb", "drip"]


class GarbleReply(RequestFault, frozen=True, kw_only=True, tag="garble_reply"):
    """The request is done, but its answer cannot be read."""

    shape: Shape = "html"


class StreamFault(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fault"
):
    """Something that happens to a frame. `stream` is user or market; `name` is part of its name.

    Names are those of streams (btcusdt@trade) and of user events (executionReport).
    """

    when: When = When()
    stream: Literal["user", "market"] = "user"
    name: str = ""


class DropFrame(StreamFault, frozen=True, kw_only=True, tag="drop_frame"):
    """The frame never arrives; the stream goes on. Over a stretch of time it is a silent stall."""


class DuplicateFrame(StreamFault, frozen=True, kw_only=True, tag="duplicate_frame"):
    """The frame arrives twice."""


class SwapFrames(StreamFault, frozen=True, kw_only=True, tag="swap_frames"):
    """The frame arrives after the one that follows it."""


FrameShape = Literal["text", "nan", "negative", "zero", "huge", "crossed"]


class GarbleFrame(StreamFault, frozen=True, kw_only=True, tag="garble_frame"):
    """The frame's prices are such as cannot be, or it is no JSON at all."""

    shape: FrameShape = "text"


class ReplayFrames(StreamFault, frozen=True, kw_only=True, tag="replay_frames"):
    """A new subscription to the user stream begins with the last frames of the old one."""

    count: int = 10


class CutStream(StreamFault, frozen=True, kw_only=True, tag="cut_stream"):
    """The connection dies instead of bringing the frame."""


class ShutDownStream(StreamFault, frozen=True, kw_only=True, tag="shut_down_stream"):
    """`serverShutdown` is told instead of the frame, and the connection closed after a while."""

    grace_s: float = 5.0


class TerminateStream(StreamFault, frozen=True, kw_only=True, tag="terminate_stream"):
    """`eventStreamTerminated` takes the place of the frame and of all that follow."""


class RefuseStream(StreamFault, frozen=True, kw_only=True, tag="refuse_stream"):
    """A new connection is refused."""


class Lie(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fault"):
    """Something that answers get wrong; `path` "*" is every question."""

    when: When = When()
    path: str = "*"


class HideOrders(Lie, frozen=True, kw_only=True, tag="hide_orders"):
    """Orders younger than that are not found, nor their executions."""

    seconds: float


class StaleReads(Lie, frozen=True, kw_only=True, tag="stale_reads"):
    """Orders and executions are told as they were so long ago, with `balances` those, too."""

    seconds: float
    balances: bool = False


class ShortOpenOrders(Lie, frozen=True, kw_only=True, tag="short_open_orders"):
    """At most so many open orders are listed."""

    most: int


class WrongFilled(Lie, frozen=True, kw_only=True, tag="wrong_filled"):
    """Only this share of what an order executed is told."""

    share: Decimal = Decimal("0.5")


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="fault"):
    """Something that happens once, at a second of the rehearsal."""

    at_s: float


class HandTrade(Act, frozen=True, kw_only=True, tag="hand_trade"):
    """A person trades on the web page; with a price the order may rest."""

    symbol: str
    side: Literal["BUY", "SELL"]
    quantity: Decimal
    price: Decimal | None = None


class HandCancel(Act, frozen=True, kw_only=True, tag="hand_cancel"):
    """A person takes out every open order of a symbol."""

    symbol: str


class Transfer(Act, frozen=True, kw_only=True, tag="transfer"):
    """A deposit, or with a negative amount a withdrawal."""

    asset: str
    amount: Decimal


class SetStatus(Act, frozen=True, kw_only=True, tag="set_status"):
    """A symbol halts, may only be cancelled, or trades again."""

    symbol: str
    status: Literal["TRADING", "HALT", "BREAK", "CANCEL_ONLY", "END_OF_DAY"]


class ChangeRules(Act, frozen=True, kw_only=True, tag="change_rules"):
    """A symbol comes under new rules: field names of `Symbol` and their values as text."""

    symbol: str
    rules: dict[str, str]


class SetMaintenance(Act, frozen=True, kw_only=True, tag="set_maintenance"):
    """Maintenance begins or ends: everything but system/status answers 503, streams are cut."""

    is_on: bool


class HoldPrices(Act, frozen=True, kw_only=True, tag="hold_prices"):
    """Every market stands still, or moves on: no order that rests is reached meanwhile."""

    is_on: bool


Knob = (
    DropRequest
    | DropReply
    | DelayRequest
    | DelayMatching
    | DelayReply
    | FailReply
    | Throttle
    | GarbleReply
    | DropFrame
    | DuplicateFrame
    | SwapFrames
    | GarbleFrame
    | ReplayFrames
    | CutStream
    | ShutDownStream
    | TerminateStream
    | RefuseStream
    | HideOrders
    | StaleReads
    | ShortOpenOrders
    | WrongFilled
    | HandTrade
    | HandCancel
    | Transfer
    | SetStatus
    | ChangeRules
    | SetMaintenance
    | HoldPrices
)


class _Armed:
    """One knob with its own dice and its count of chances."""

    def __init__(self, knob: Knob, dice: Dice) -> None:
        self.knob = knob
        self._dice = dice
        self._chances = 0
        self._acted = 0

    def acts(self, when: When, at_s: float) -> bool:
        """Whether it acts on this chance; asking is what counts it."""
        if not when.holds(at_s):
            return False
        self._chances += 1
        if self._chances <= when.skip or (when.times is not None and self._acted >= when.times):
            return False
        if when.chance < ONE and self._dice.random() >= when.chance:
            return False
        self._acted += 1
        return True


class Faults:
    """The knobs of one rehearsal, and what they have done. Knobs may be added as it runs."""

    def __init__(self, knobs: Sequence[Knob] = (), *, seed: int = 0, start_ns: int) -> None:
        self._dice = Dice(seed).fork("faults")
        self._start_ns = start_ns
        self._armed: list[_Armed] = []
        self._acts: list[Act] = []
        self._added = 0
        self.struck: list[msgspec.Struct] = []  # in the order they acted, at most ACTED_KEPT
        self.failed: list[str] = []  # acts that the venue refused, and why
        for knob in knobs:
            self.add(knob)

    def add(self, knob: Knob) -> None:
        """Arm one more knob."""
        self._added += 1
        if isinstance(knob, Act):
            self._acts.append(knob)
            self._acts.sort(key=lambda act: act.at_s)
        else:
            self._armed.append(_Armed(knob, self._dice.fork(f"knob {self._added}")))

    def clear(self) -> None:
        """Let the venue be well from now on; what was arranged for later is off, too."""
        self._armed.clear()
        self._acts.clear()

    @property
    def knobs(self) -> list[Knob]:
        """Every knob that is armed."""
        return [each.knob for each in self._armed]

    @property
    def acted(self) -> list[str]:
        """The tags of what acted, in order."""
        return [str(each.__struct_config__.tag) for each in self.struck]

    def at_s(self, now_ns: int) -> float:
        """Return the second of the rehearsal."""
        return (now_ns - self._start_ns) / SECOND_NS

    def on_request(self, method: str, path: str, now_ns: int) -> list[RequestFault]:
        """Return what happens to a request, in the order of the knobs."""
        return [
            knob
            for armed in self._armed
            if isinstance(knob := armed.knob, RequestFault)
            and knob.method in ("*", method)
            and knob.path in ("*", path)
            and self._acts_now(armed, knob.when, now_ns)
        ]

    def on_frame(self, stream: str, name: str, now_ns: int) -> StreamFault | None:
        """Return what happens to a frame, None when nothing does."""
        for armed in self._armed:
            knob = armed.knob
            if (
                isinstance(knob, StreamFault)
                and not isinstance(knob, RefuseStream | ReplayFrames)
                and knob.stream == stream
                and knob.name in name
                and self._acts_now(armed, knob.when, now_ns)
            ):
                return knob
        return None

    def refuses(self, stream: str, now_ns: int) -> bool:
        """Whether a new connection is refused."""
        return any(
            isinstance(knob := armed.knob, RefuseStream)
            and knob.stream == stream
            and self._acts_now(armed, knob.when, now_ns)
            for armed in self._armed
        )

    def replays(self, now_ns: int) -> int:
        """Return how many old frames a new subscription to the user stream begins with."""
        return max(
            (
                knob.count
                for armed in self._armed
                if isinstance(knob := armed.knob, ReplayFrames)
                and self._acts_now(armed, knob.when, now_ns)
            ),
            default=0,
        )

    def lies(self, path: str, now_ns: int) -> list[Lie]:
        """Return the lies an answer is told."""
        return [
            knob
            for armed in self._armed
            if isinstance(knob := armed.knob, Lie)
            and knob.path in ("*", path)
            and self._acts_now(armed, knob.when, now_ns)
        ]

    def due(self, now_ns: int) -> list[Act]:
        """Return what is to happen by now, once each."""
        at_s = self.at_s(now_ns)
        due = [each for each in self._acts if each.at_s <= at_s]
        del self._acts[: len(due)]
        for each in due:
            self._note(each)
        return due

    @property
    def next_ns(self) -> int | None:
        """When the next act is due."""
        if not self._acts:
            return None
        return self._start_ns + round(self._acts[0].at_s * SECOND_NS)

    def _acts_now(self, armed: _Armed, when: When, now_ns: int) -> bool:
        if not armed.acts(when, self.at_s(now_ns)):
            return False
        self._note(armed.knob)
        return True

    def _note(self, knob: msgspec.Struct) -> None:
        if len(self.struck) < ACTED_KEPT:
            self.struck.append(knob)


ACTED_KEPT = 100_000


def to_knobs(raw: object) -> tuple[Knob, ...]:
    """Return the knobs of a list of plain values, as YAML has them.

    Raises:
        InvalidValueError: It is no such list, or a knob is not known; the message says where.
    """
    try:
        return msgspec.convert(raw, tuple[Knob, ...], strict=False)
    except msgspec.ValidationError as error:
        raise InvalidValueError(f"faults: {error}") from error


def read_faults(text: bytes) -> tuple[Knob, ...]:
    """Return the knobs of a JSON list.

    Raises:
        InvalidValueError: It is no such list, or a knob is not known; the message says where.
    """
    try:
        return msgspec.json.decode(text, type=tuple[Knob, ...])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise InvalidValueError(f"faults: {error}") from error
