"""Airdrop and promotion: trade a required volume when the reward is worth more than it costs.

The idea, its guards and where it fails: docs/explanation/airdrop-promo.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent, TimerFired
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Quote
from argonaut.domain.order import Filled, Side
from argonaut.domain.signal import Enter, Exit, Notional, Protection, Signal, Skip
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_KINDS = frozenset({"promo", "airdrop"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Guards of the promotion strategy. Quote units are taken for US dollars."""

    priority_min: float = 0.7
    reward_min_quote: float = 8.0
    spread_fraction_max: float = 0.04  # of the mid price
    quote_age_max_s: float = 30.0
    size_min_quote: float = 25.0
    size_max_quote: float = 300.0
    participants: float = 10_000.0  # who share a pool, where the event does not say
    fee_fraction: float = 0.001  # of each trade
    slippage_fraction: float = 0.0005  # of each trade, beyond half the spread
    volume_max_quote: float = 5_000.0  # a requirement above that is not met
    leg_gap_s: float = 5.0  # between a fill and the next trade
    stop_fraction: float = 0.05  # of what is held meanwhile
    cooldown_s: float = 7200.0  # between two promotions

    def __post_init__(self) -> None:
        """Refuse guards that would guard nothing."""
        if not 0 <= self.priority_min <= 1:
            raise InvalidValueError(f"want 0 <= priority_min <= 1, not {self.priority_min}")
        for name in ("spread_fraction_max", "stop_fraction"):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.04 is four percent), not {value}")
        for name in (
            "reward_min_quote",
            "quote_age_max_s",
            "size_min_quote",
            "participants",
            "volume_max_quote",
            "leg_gap_s",
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidValueError(f"want {name} > 0, not {value}")
        for name in ("fee_fraction", "slippage_fraction", "cooldown_s"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise InvalidValueError(f"want {name} >= 0, not {value}")
        if not self.size_min_quote <= self.size_max_quote:
            raise InvalidValueError(
                f"want size_min_quote <= size_max_quote, not "
                f"{self.size_min_quote} and {self.size_max_quote}"
            )


class AirdropPromo(Strategy):
    """One promotion at a time: buy and sell until the volume is there, and end flat."""

    saved = ("_event_id", "_required", "_traded", "_ends_ns", "_joined_ns", "_due_ns", "_reason")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.asset = instrument_id.partition("/")[0]
        self._bid = self._ask = 0.0
        self._quoted_ns: int | None = None
        self._event_id = ""  # the promotion that is taken part in
        self._required = 0.0  # quote units to trade, both sides counted
        self._traded = 0.0
        self._ends_ns: int | None = None
        self._joined_ns: int | None = None
        self._due_ns: int | None = None  # when the next trade is looked at
        self._reason = ""

    def on_quote(self, quote: Quote, holding: Holding) -> None:
        """Remember what a trade would cost."""
        del holding
        self._bid, self._ask, self._quoted_ns = quote.bid, quote.ask, quote.event_ns

    def explain(self) -> str:
        """Say how far a promotion is, or what stood against the last one."""
        if self._event_id:
            return f"{self._event_id}: traded {self._traded:.2f} of {self._required:.2f}"
        return self._reason

    # joining

    def on_event(self, event: ExternalEvent, holding: Holding) -> Signals:
        """Join a promotion of this coin that is worth it; else say why not."""
        if event.kind not in _KINDS or self.asset not in event.symbols:
            return None
        return self._judge(event, holding)

    def _judge(self, event: ExternalEvent, holding: Holding) -> Iterator[Signal]:
        volume = _number(event.payload, "min_volume_quote")
        blocker = (
            self._about_us(event.event_ns, holding)
            or self._about_event(event, volume)
            or self._about_market(event.event_ns)
            or self._about_worth(event, volume or 0.0)
        )
        if blocker:
            self._reason = blocker
            yield self._note(f"promotion {event.event_id}, but {blocker}")
            return
        assert volume is not None, "the guards want a volume"
        self._event_id, self._joined_ns = event.event_id, event.event_ns
        self._required, self._traded = volume, 0.0
        self._ends_ns = _time(event.payload, "ends_ns")
        yield self._buy(f"joins promotion {event.event_id}: {volume:g} to trade")

    def _about_us(self, now_ns: int, holding: Holding) -> str:
        if self._event_id:
            return f"promotion {self._event_id} is not finished"
        if not holding.is_idle:
            return "something is held or on its way"
        joined_ns, cooldown_s = self._joined_ns, self.params.cooldown_s
        if joined_ns is not None and now_ns - joined_ns < cooldown_s * _SECOND_NS:
            return f"cooldown of {cooldown_s:g} s"
        return ""

    def _about_event(self, event: ExternalEvent, volume: float | None) -> str:
        params, payload = self.params, event.payload
        if event.priority < params.priority_min:
            return f"want priority >= {params.priority_min:g}, not {event.priority:g}"
        starts_ns, ends_ns = _time(payload, "starts_ns"), _time(payload, "ends_ns")
        if starts_ns is not None and event.event_ns < starts_ns:
            return "it has not begun"
        if ends_ns is not None and event.event_ns >= ends_ns:
            return "it is over"
        if payload.get("wants_registration", "") not in {"", "0", "false"}:
            return "it wants a person to register"
        if volume is None:
            return "it names no volume to trade"
        if volume > params.volume_max_quote:
            return f"it wants {volume:g} traded, {params.volume_max_quote:g} are allowed"
        return ""

    def _about_market(self, now_ns: int) -> str:
        params, quoted_ns = self.params, self._quoted_ns
        if quoted_ns is None or now_ns - quoted_ns > params.quote_age_max_s * _SECOND_NS:
            return f"no quote of the last {params.quote_age_max_s:g} s"
        spread = self._spread()
        if spread > params.spread_fraction_max:
            return f"a spread of {spread:.2%}, want at most {params.spread_fraction_max:.2%}"
        return ""

    def _about_worth(self, event: ExternalEvent, volume: float) -> str:
        reward, cost = self._reward(event.payload), self._cost(volume)
        if reward < self.params.reward_min_quote:
            return f"want a reward of {self.params.reward_min_quote:g}, not {reward:.2f}"
        if reward <= cost:
            return f"a reward of {reward:.2f} does not pay for a cost of {cost:.2f}"
        return ""

    def _reward(self, payload: Mapping[str, str]) -> float:
        """Return what may be expected: an equal share up to the cap, nothing of a ranking."""
        pool, cap = _number(payload, "pool_quote"), _number(payload, "cap_quote")
        if payload.get("mode", "shared") == "ranked":
            return 0.0
        sharing = _number(payload, "participants") or self.params.participants
        share = None if pool is None else pool / sharing
        return min((each for each in (share, cap) if each is not None), default=0.0)

    def _cost(self, volume: float) -> float:
        """Return fees, half the spread and slippage of so many quote units traded."""
        params = self.params
        return volume * (params.fee_fraction + self._spread() / 2 + params.slippage_fraction)

    def _spread(self) -> float:
        return (self._ask - self._bid) / ((self._ask + self._bid) * 0.5)

    # trading the volume

    def on_fill(self, fill: Filled, holding: Holding) -> None:
        """Count what was traded, and look again in a moment."""
        del holding
        if self._event_id:
            self._traded += float(fill.quantity * fill.price)
            self._due_ns = fill.event_ns + int(self.params.leg_gap_s * _SECOND_NS)

    def wake_at(self) -> int | None:
        """When the next trade is looked at."""
        return self._due_ns

    def on_timer(self, timer: TimerFired, holding: Holding) -> Iterator[Signal]:
        """Take the next step: sell what was bought, buy again, or end."""
        self._due_ns = None
        if not self._event_id:
            return
        if holding.is_long and not holding.exiting:
            yield self._sell()
        elif not holding.is_idle:
            self._due_ns = timer.event_ns + int(self.params.leg_gap_s * _SECOND_NS)
        elif self._is_over(timer.event_ns):
            yield self._end()
        else:
            blocker = self._about_market(timer.event_ns)
            if blocker:
                self._due_ns = timer.event_ns + int(self.params.leg_gap_s * _SECOND_NS)
                return
            yield self._buy(f"{self._traded:.2f} of {self._required:.2f} traded")

    def _is_over(self, now_ns: int) -> bool:
        if self._traded >= self._required:
            return True
        return self._ends_ns is not None and now_ns >= self._ends_ns

    def _buy(self, reason: str) -> Enter:
        """Buy half of what is missing, for the sale counts as well, within the bounds of a size."""
        params = self.params
        half = (self._required - self._traded) / 2
        size = min(max(half, params.size_min_quote), params.size_max_quote)
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY,
            size=Notional(Decimal(repr(round(size, 2)))),
            protection=Protection(stop_fraction=params.stop_fraction),
            tag="airdrop_promo",
            reason=reason,
        )

    def _sell(self) -> Exit:
        return Exit(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            tag="airdrop_promo",
            reason=f"{self._traded:.2f} of {self._required:.2f} traded",
        )

    def _end(self) -> Skip:
        """Record the participation, whole or cut short, and be free for another."""
        done = "met" if self._traded >= self._required else "missed, it is over"
        said = (
            f"promotion {self._event_id}: traded {self._traded:.2f} of {self._required:.2f}, {done}"
        )
        self._event_id, self._reason = "", said
        return self._note(said)

    def _note(self, reason: str) -> Skip:
        return Skip(strategy_id=self.strategy_id, instrument_id=self.instrument_id, reason=reason)


def _number(payload: Mapping[str, str], name: str) -> float | None:
    """Return a number above zero that an event names; None when it does not."""
    try:
        value = float(payload.get(name, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _time(payload: Mapping[str, str], name: str) -> int | None:
    """Return UTC nanoseconds that an event names, to the last of them; None when it does not."""
    said = payload.get(name, "")
    return int(said) if said.isdecimal() else None
