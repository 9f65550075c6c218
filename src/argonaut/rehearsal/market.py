"""Where a rehearsed venue's prices come from: moves of the book, one at a time, in time order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.rehearsal.dice import Dice

NEVER_NS = 2**63 - 1
_JUMP_ONE_IN = 97  # steps between jumps, on average
_MINUTE_NS = 60_000_000_000


class Level(NamedTuple):
    """Base units offered or wanted at one price."""

    price: Decimal
    quantity: Decimal


class Print(NamedTuple):
    """One public trade; the buyer rested in the book when `is_buyer_maker`."""

    price: Decimal
    quantity: Decimal
    is_buyer_maker: bool


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """The market of `symbol` at `event_ns`: its book, best first, and what was traded on the way.

    `symbol` is the venue's own spelling, such as BTCUSDT.
    """

    symbol: str
    event_ns: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    prints: tuple[Print, ...] = ()


class PastBar(NamedTuple):
    """One minute before the rehearsal began: prices quote per base, volume base units."""

    open_ns: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


class PriceSource(Protocol):
    """Tells how prices go. Each move is told once."""

    @property
    def next_ns(self) -> int:
        """When the next move is due, NEVER_NS after the last."""

    def take(self) -> Move:
        """Return the next move."""

    def past(self, symbol: str, until_ns: int, minutes: int) -> Sequence[PastBar]:
        """Return the minutes before `until_ns`, oldest first; none where nothing is known."""


class WalkMarket(msgspec.Struct, frozen=True, kw_only=True):
    """How one market walks: sizes in ticks and lots, so that every number is whole inside."""

    symbol: str
    start: Decimal
    tick: Decimal
    lot: Decimal
    step_ticks: int = 40  # the price moves by at most so much a step
    spread_ticks: int = 2
    depth: int = 5
    level_lots: int = 20_000  # at each level at most

    def __post_init__(self) -> None:
        """Refuse a market that could not move or be bought from."""
        for name in ("start", "tick", "lot"):
            value = getattr(self, name)
            if not (value.is_finite() and value > 0):
                raise InvalidValueError(f"{self.symbol}: want {name} > 0, not {value}")
        for name in ("spread_ticks", "depth", "level_lots"):
            if getattr(self, name) < 1:
                raise InvalidValueError(
                    f"{self.symbol}: want {name} >= 1, not {getattr(self, name)}"
                )


class PriceWalk:
    """A seeded random walk of every market: each moves once every `step_ns`, from `start_ns` on.

    One step in about a hundred is a jump ten times as wide, so that stops are reached.
    """

    def __init__(
        self, markets: Sequence[WalkMarket], *, seed: int, start_ns: int, step_ns: int
    ) -> None:
        if not markets:
            raise InvalidValueError("want at least one market to walk, not none")
        if step_ns < len(markets):
            raise InvalidValueError(f"want step_ns >= {len(markets)}, one a market, not {step_ns}")
        dice = Dice(seed)
        self._markets = tuple(markets)
        self._dice = [dice.fork(each.symbol) for each in markets]
        self._ticks = [int(each.start / each.tick) for each in markets]
        self._floor = [max(int(each.start / each.tick) // 10, 100) for each in markets]
        self._start_ns = start_ns
        self._step_ns = step_ns
        self._taken = 0
        self._seed = seed
        self.next_ns = start_ns

    def _due_ns(self) -> int:
        """When the next market moves; they take turns within a step."""
        turn, index = divmod(self._taken, len(self._markets))
        apart_ns = self._step_ns // len(self._markets)
        return self._start_ns + turn * self._step_ns + index * apart_ns

    def take(self) -> Move:
        """Move one market by a step."""
        event_ns = self.next_ns
        index = self._taken % len(self._markets)
        self._taken += 1
        self.next_ns = self._due_ns()
        market, dice = self._markets[index], self._dice[index]
        ticks = max(self._ticks[index] + _step(market, dice), self._floor[index])
        self._ticks[index] = ticks
        ask_ticks = ticks + dice.between(1, market.spread_ticks)
        is_sell = dice.bits() % 2 == 0
        traded = Print(
            market.tick * (ticks if is_sell else ask_ticks),
            market.lot * dice.between(1, market.level_lots),
            is_sell,
        )
        return Move(
            symbol=market.symbol,
            event_ns=event_ns,
            bids=_levels(market, dice, ticks, -1),
            asks=_levels(market, dice, ask_ticks, 1),
            prints=(traded,),
        )

    def past(self, symbol: str, until_ns: int, minutes: int) -> Sequence[PastBar]:
        """Walk backwards from the start price, so that the past ends where the walk begins."""
        market = next(each for each in self._markets if each.symbol == symbol)
        dice = Dice(self._seed).fork(f"past {symbol}")
        close = int(market.start / market.tick)
        floor = max(close // 10, 100)
        last_ns = until_ns // _MINUTE_NS * _MINUTE_NS
        bars: list[PastBar] = []
        for back in range(1, minutes + 1):
            start = max(close + 4 * _step(market, dice), floor)
            wick = market.step_ticks
            bars.append(
                PastBar(
                    last_ns - back * _MINUTE_NS,
                    market.tick * start,
                    market.tick * (max(start, close) + dice.between(0, wick)),
                    market.tick * (min(start, close) - dice.between(0, min(wick, floor - 1))),
                    market.tick * close,
                    market.lot * dice.between(1, 60 * market.level_lots),
                )
            )
            close = start
        return bars[::-1]


def _step(market: WalkMarket, dice: Dice) -> int:
    step = dice.between(-market.step_ticks, market.step_ticks)
    return step * 10 if dice.bits() % _JUMP_ONE_IN == 0 else step


def _levels(market: WalkMarket, dice: Dice, best: int, away: int) -> tuple[Level, ...]:
    """Return one side of the book: a level every few ticks, each of its own size."""
    tick, lot, most, bits = market.tick, market.lot, market.level_lots, dice.bits
    least = 1 + most // 10
    span = most - least + 1
    return tuple(
        [
            Level(tick * (best + away * 3 * rank), lot * (least + bits() % span))
            for rank in range(market.depth)
        ]
    )


class ScriptedPrices:
    """Moves written down beforehand, in time order; a test says exactly what the market does."""

    def __init__(self, moves: Sequence[Move] = ()) -> None:
        self._moves = tuple(moves)
        self._taken = 0
        for earlier, later in zip(self._moves, self._moves[1:], strict=False):
            if later.event_ns < earlier.event_ns:
                raise InvalidValueError(
                    f"want moves in time order, not {later.event_ns} after {earlier.event_ns}"
                )

    @property
    def next_ns(self) -> int:
        """When the next move is due."""
        return self._moves[self._taken].event_ns if self._taken < len(self._moves) else NEVER_NS

    def take(self) -> Move:
        """Return the next move."""
        self._taken += 1
        return self._moves[self._taken - 1]

    def past(self, symbol: str, until_ns: int, minutes: int) -> Sequence[PastBar]:
        """Return nothing: a script has no past."""
        del symbol, until_ns, minutes
        return ()
