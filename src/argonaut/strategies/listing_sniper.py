"""Listing sniper: buy a coin shortly after its first trade, if it has not run away yet.

The idea, its guards and where it fails: docs/explanation/listing-sniper.md. One instance hunts for
every coin: it asks for instruments that are not there yet, and is a guest where they trade.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar, Literal

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent, TimerFired
from argonaut.domain.ids import InstrumentId, StrategyId, venue_of
from argonaut.domain.market import Quote
from argonaut.domain.order import Filled, Order, OrderRole, Side
from argonaut.domain.signal import (
    Enter,
    Note,
    Protection,
    RiskFraction,
    Signal,
    Skip,
    Target,
    Watch,
)
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_ASSET = re.compile(r"[A-Z0-9]{1,12}")
_ENDS_A_HUNT = frozenset({"delisting", "suspension", "contract_change"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Guards and exits of the sniper. Fractions: 0.45 is 45 percent."""

    quote: str = "USDT"  # what a new coin is bought with
    wait_s: float = 12.0  # after go-live, for the first book is nobody's
    give_up_s: float = 180.0  # after go-live
    unknown_wait_s: float = 86_400.0  # after an announcement that names no time
    chase_fraction_max: float = 0.45  # above the price from before the announcement
    spread_fraction_max: float = 0.05  # of the mid price
    quote_age_max_s: float = 5.0
    first_listing: Literal["half", "skip"] = "half"  # a coin that no venue here has a price of
    first_window_s: float = 60.0  # whose mean price is then the one from before
    old_coin_s: float = 60.0  # quoted so long before its go-live, it is no new coin
    price_age_max_s: float = 3600.0  # of another venue's price at the announcement
    at_once_max: int = 3
    risk_fraction: Decimal = Decimal("0.0075")  # of equity lost if the stop is hit
    stop_fraction: float = 0.12
    size_min_quote: Decimal = Decimal(25)
    size_max_quote: Decimal = Decimal(250)
    first_target_fraction: float = 0.5
    second_target_fraction: float = 1.0
    target_share: float = 0.5  # of the position at the first target, the rest at the second
    unfilled_s: float = 60.0  # after which an entry that came to nothing is forgotten

    def __post_init__(self) -> None:
        """Refuse guards that would guard nothing."""
        for name in ("chase_fraction_max", "spread_fraction_max", "stop_fraction", "target_share"):
            value = getattr(self, name)
            if not 0 < value < 1:
                raise InvalidValueError(f"want 0 < {name} < 1 (0.12 is 12 percent), not {value}")
        if not 0 < self.first_target_fraction < self.second_target_fraction < math.inf:
            raise InvalidValueError(
                "want 0 < first_target_fraction < second_target_fraction, not "
                f"{self.first_target_fraction} and {self.second_target_fraction}"
            )
        if not 0 < self.risk_fraction <= Decimal("0.05"):
            raise InvalidValueError(f"want 0 < risk_fraction <= 0.05, not {self.risk_fraction}")
        if not 0 < self.size_min_quote <= self.size_max_quote:
            raise InvalidValueError(
                f"want 0 < size_min_quote <= size_max_quote, not "
                f"{self.size_min_quote} and {self.size_max_quote}"
            )
        for name in ("give_up_s", "unknown_wait_s", "quote_age_max_s", "first_window_s"):
            self._want_positive(name)
        for name in ("price_age_max_s", "at_once_max", "unfilled_s", "old_coin_s"):
            self._want_positive(name)
        if not 0 <= self.wait_s < self.give_up_s:
            raise InvalidValueError(f"want 0 <= wait_s < give_up_s, not {self.wait_s}")
        if self.first_listing not in ("half", "skip"):
            raise InvalidValueError(f"want half or skip, not first_listing {self.first_listing!r}")

    def _want_positive(self, name: str) -> None:
        value = getattr(self, name)
        if not 0 < value < math.inf:
            raise InvalidValueError(f"want {name} > 0, not {value}")


class Hunt(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One coin, from its announcement to the end of the position. Times are UTC nanoseconds."""

    asset: str
    event_id: str
    seen_ns: int
    published_ns: int | None
    parsed_ns: int | None
    go_live_ns: int | None  # as announced; where that is unknown, when its first quote came
    before: float | None  # price from before the announcement, or of the first minute
    is_first: bool  # no other venue here has a price of it
    quoted_ns: int | None = None  # first two-sided book
    mids: float = 0.0  # of the quotes in the first minute: their sum
    quotes: int = 0
    ordered_ns: int | None = None
    bid: float = 0.0
    ask: float = 0.0
    last_ns: int = 0  # of bid and ask


class ListingSniper(Strategy):
    """Long only, market orders, each coin once for ever. A state machine on quotes and timers."""

    roams: ClassVar[bool] = True
    saved = ("_hunts", "_taken")

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self._venue = venue_of(instrument_id)
        self._hunts: dict[InstrumentId, Hunt] = {}
        self._taken: dict[str, int] = {}  # coins ever hunted or left for good, and when
        self._holdings: dict[InstrumentId, Holding] = {}  # the book's own, as they were met
        self._reason = ""

    # announcements

    def on_event(self, event: ExternalEvent, holding: Holding) -> Signals:
        """Begin a hunt for every coin of a listing; end one where something stands against it."""
        del holding
        if event.kind in _ENDS_A_HUNT:
            return self._call_off(event)
        if event.kind == "listing_edit":
            return self._take_edit(event)
        return self._judge_event(event) if event.kind == "listing" else None

    def _judge_event(self, event: ExternalEvent) -> Iterator[Signal]:
        fault = self._fault_of(event)
        if fault:
            yield self._skip(self.instrument_id, f"{event.title or event.event_id}, but {fault}")
            return
        for asset in _coins(event):
            yield self._begin(event, asset)

    def _fault_of(self, event: ExternalEvent) -> str:
        payload = event.payload
        market = payload.get("market", "")
        venue = payload.get("venue", self._venue)
        if self._venue not in (venue, "sim"):
            return f"it is of {venue}, and this is {self._venue}"
        if market != "spot":
            return f"it is of the market {market or 'unknown'}, want spot"
        if payload.get("faults"):
            return f"it could not be read for certain: {payload['faults']}"
        return "" if _coins(event) else "it names no coin"

    def _begin(self, event: ExternalEvent, asset: str) -> Signal:
        name = self._name_of(asset)
        go_live_ns = _time(event.payload, "go_live_ns")
        hunt = self._hunts.get(name)
        if hunt is not None and self._is_moved(hunt, go_live_ns):
            assert go_live_ns is not None, "it is another one"
            hunt.go_live_ns = go_live_ns
            return self._watch(name, hunt, f"{asset}: its go-live is another now")
        blocker = self._about_coin(event, asset, name, go_live_ns)
        if blocker:
            return self._skip(name, f"listing of {asset!a} by {event.source}, but {blocker}")
        self._taken[asset] = event.event_ns
        before = self.market.price_of(
            asset, age_max_ns=int(self.params.price_age_max_s * _SECOND_NS)
        )
        hunt = Hunt(
            asset=asset,
            event_id=event.event_id,
            seen_ns=event.event_ns,
            published_ns=event.published_ns,
            parsed_ns=_time(event.payload, "parsed_ns"),
            go_live_ns=go_live_ns,
            before=before,
            is_first=before is None,
        )
        if hunt.is_first and self.params.first_listing == "skip":
            return self._skip(name, f"listing of {asset}, but nobody here has a price of it")
        self._hunts[name] = hunt
        return self._watch(name, hunt, f"listing of {asset} by {event.source}: {event.title}")

    def _is_moved(self, hunt: Hunt, go_live_ns: int | None) -> bool:
        """Whether an edited announcement moves a go-live that is still awaited."""
        return hunt.quoted_ns is None and go_live_ns not in (None, hunt.go_live_ns)

    def _take_edit(self, event: ExternalEvent) -> Iterator[Signal]:
        """Move or end the hunts of an announcement whose text was read again; begin none."""
        if self._venue not in (event.payload.get("venue", self._venue), "sim"):
            return
        called_off = event.payload.get("called_off", "")
        go_live_ns = _time(event.payload, "go_live_ns")
        for asset in _coins(event):
            name = self._name_of(asset)
            hunt = self._hunts.get(name)
            if hunt is None or hunt.ordered_ns is not None:
                continue
            if called_off:
                yield self._end(name, f"its announcement was edited, {called_off}")
            elif go_live_ns is not None and self._is_moved(hunt, go_live_ns):
                hunt.go_live_ns = go_live_ns
                yield self._watch(name, hunt, f"{asset}: its go-live is another now")

    def _about_coin(
        self, event: ExternalEvent, asset: str, name: InstrumentId, go_live_ns: int | None
    ) -> str:
        params = self.params
        if not _ASSET.fullmatch(asset):
            return "its name is not plain letters and digits"
        if asset in self._taken:
            return "it was taken up before, and each coin is once for ever"
        if self.market.is_known(name):
            return "it trades here already"
        if go_live_ns is not None:
            late_s = (event.event_ns - go_live_ns) / _SECOND_NS
            if late_s > params.give_up_s:
                return f"it went live {late_s:.0f} s ago, want at most {params.give_up_s:g}"
        if len(self._hunts) >= params.at_once_max:
            return f"{len(self._hunts)} are hunted or held, {params.at_once_max} are allowed"
        return ""

    def _call_off(self, event: ExternalEvent) -> Iterator[Signal]:
        """End the hunts for coins that are suspended, postponed or taken off."""
        for name, hunt in list(self._hunts.items()):
            if hunt.asset in event.symbols and hunt.ordered_ns is None:
                yield self._end(name, f"{event.kind} of it was announced: {event.title}")

    # the market of a coin

    def on_quote(self, quote: Quote, holding: Holding) -> Signals:
        """Follow the book of a coin that is hunted, and buy when its time has come."""
        hunt = self._hunts.get(quote.instrument_id)
        if hunt is None:
            return None
        self._holdings[quote.instrument_id] = holding
        if hunt.ordered_ns is not None:
            return None
        now_ns = quote.event_ns
        if self._is_old(hunt, now_ns):
            return (self._end(quote.instrument_id, "it traded before: no new coin"),)
        if hunt.go_live_ns is None:
            hunt.go_live_ns = now_ns
        if now_ns < hunt.go_live_ns:
            return None  # what is quoted before is not for us
        if hunt.quoted_ns is None:
            hunt.quoted_ns = now_ns
        hunt.bid, hunt.ask, hunt.last_ns = quote.bid, quote.ask, now_ns
        if hunt.is_first and now_ns < hunt.quoted_ns + self._ns(self.params.first_window_s):
            hunt.mids += (quote.bid + quote.ask) / 2
            hunt.quotes += 1
        return tuple(self._look(quote.instrument_id, hunt, now_ns))

    def _is_old(self, hunt: Hunt, now_ns: int) -> bool:
        """Whether a first quote comes too soon for a coin that is new."""
        if hunt.quoted_ns is not None:
            return False
        slack_ns = self._ns(self.params.old_coin_s)
        if hunt.go_live_ns is None:
            return now_ns < hunt.seen_ns + slack_ns
        return now_ns < hunt.go_live_ns - slack_ns

    def _look(self, name: InstrumentId, hunt: Hunt, now_ns: int) -> Iterator[Signal]:
        """Wait, buy or give up."""
        params = self.params
        go_live_ns = hunt.go_live_ns
        if go_live_ns is None:
            if now_ns >= hunt.seen_ns + self._ns(params.unknown_wait_s):
                yield self._end(name, f"no book in {params.unknown_wait_s:g} s")
            return
        if now_ns >= go_live_ns + self._ns(params.give_up_s):
            why = "no two-sided book" if hunt.quoted_ns is None else "no fresh quote"
            yield self._end(name, f"{why} in {params.give_up_s:g} s after go-live")
            return
        ready_ns = self._ready_ns(hunt)
        if ready_ns is None or now_ns < ready_ns:
            return
        if now_ns - hunt.last_ns > self._ns(params.quote_age_max_s):
            return  # the next quote may be better
        if hunt.before is None:
            hunt.before = hunt.mids / hunt.quotes
        blocker = self._about_market(hunt) or self._about_holding(name)
        if blocker:
            yield self._end(name, blocker)
            return
        hunt.ordered_ns = now_ns
        yield self._entry(name, hunt)

    def _ready_ns(self, hunt: Hunt) -> int | None:
        """Return when it may be bought; None while nobody has quoted it."""
        if hunt.quoted_ns is None or hunt.go_live_ns is None:
            return None
        ready_ns = hunt.go_live_ns + self._ns(self.params.wait_s)
        if hunt.is_first:
            ready_ns = max(ready_ns, hunt.quoted_ns + self._ns(self.params.first_window_s))
        return ready_ns

    def _about_market(self, hunt: Hunt) -> str:
        params = self.params
        spread = (hunt.ask - hunt.bid) / ((hunt.ask + hunt.bid) / 2)
        if spread > params.spread_fraction_max:
            return f"a spread of {spread:.2%}, want at most {params.spread_fraction_max:.0%}"
        assert hunt.before is not None, "the caller has made sure"
        chase = hunt.ask / hunt.before - 1
        if chase > params.chase_fraction_max:
            most = params.chase_fraction_max
            return f"the price is {chase:.1%} above {hunt.before:g}, want at most {most:.0%}"
        return ""

    def _about_holding(self, name: InstrumentId) -> str:
        """A restart may have lost the row that says it was bought: the book has not."""
        holding = self._holdings.get(name)
        if holding is not None and not holding.is_idle:
            return "something is held or on its way"
        return ""

    def _entry(self, name: InstrumentId, hunt: Hunt) -> Enter:
        params = self.params
        part = 2 if hunt.is_first else 1
        least = params.size_min_quote
        share = params.target_share
        stages = ", ".join(f"{stage} {ns / 1e9:.3f} s" for stage, ns in _stages(hunt).items())
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=name,
            side=Side.BUY,
            size=RiskFraction(
                params.risk_fraction / part, least, max(params.size_max_quote / part, least)
            ),
            protection=Protection(
                stop_fraction=params.stop_fraction,
                targets=(
                    Target(fraction=params.first_target_fraction, share=share),
                    Target(fraction=params.second_target_fraction, share=1 - share),
                ),
            ),
            tag="listing_sniper",
            source="listing",
            reason=f"listing of {hunt.asset}, {hunt.ask / (hunt.before or 1) - 1:+.1%} from "
            f"{hunt.before:g}"
            + (", a first listing: half the size" if part == 2 else "")
            + f"; {stages}",
        )

    # what became of it

    def on_fill(self, fill: Filled, holding: Holding) -> None:
        """Let a coin go when nothing is left of it."""
        del fill
        name = holding.instrument_id
        self._holdings[name] = holding
        if holding.is_idle:
            self._hunts.pop(name, None)

    def on_end(self, order: Order, holding: Holding) -> Iterator[Signal]:
        """Tell the operator what was bought, and what guards it."""
        name = holding.instrument_id
        hunt = self._hunts.get(name)
        if order.role is not OrderRole.ENTRY or hunt is None:
            return
        self._holdings[name] = holding
        if not order.filled:
            yield self._end(name, f"the entry ended {order.status.name.lower()}, nothing filled")
            return
        price = float(holding.average_price or 0)
        params = self.params
        stop = price * (1 - params.stop_fraction)
        targets = " and ".join(
            f"{price * (1 + each):.6g}"
            for each in (params.first_target_fraction, params.second_target_fraction)
        )
        yield Note(
            strategy_id=self.strategy_id,
            instrument_id=name,
            reason=f"bought {order.filled:f} {hunt.asset} at {price:.6g}, stop {stop:.6g}, "
            f"targets {targets}",
            stages=_stages(hunt),
        )

    # time

    def wake_at(self) -> int | None:
        """When a coin is looked at next, whatever its market does."""
        return min((self._due_ns(each) for each in self._hunts.values()), default=None)

    def _due_ns(self, hunt: Hunt) -> int:
        params = self.params
        if hunt.ordered_ns is not None:
            return hunt.ordered_ns + self._ns(params.unfilled_s)
        if hunt.go_live_ns is None:
            return hunt.seen_ns + self._ns(params.unknown_wait_s)
        ready_ns = self._ready_ns(hunt)
        if ready_ns is not None and hunt.last_ns < ready_ns:
            return ready_ns
        return hunt.go_live_ns + self._ns(params.give_up_s)

    def on_timer(self, timer: TimerFired, holding: Holding) -> Iterator[Signal]:
        """Look at every coin whose time has come."""
        del holding
        for name, hunt in list(self._hunts.items()):
            if hunt.ordered_ns is None:
                yield from self._look(name, hunt, timer.event_ns)
            elif timer.event_ns >= self._due_ns(hunt):
                held = self._holdings.get(name)
                if held is not None and held.is_idle:
                    yield self._end(name, "the entry came to nothing")

    # how

    def explain(self) -> str:
        """Say what is hunted, or what stood against the last coin."""
        if self._hunts:
            return "hunts " + ", ".join(each.asset for each in self._hunts.values())
        return self._reason

    def save(self) -> dict[str, Any]:
        """Return the hunts and what was ever taken up."""
        state: dict[str, Any] = msgspec.to_builtins({"_hunts": self._hunts, "_taken": self._taken})
        return state

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned."""
        super().load(state)
        self._hunts = msgspec.convert(state["_hunts"], dict[InstrumentId, Hunt])
        self._taken = dict(state["_taken"])

    def _name_of(self, asset: str) -> InstrumentId:
        return InstrumentId(f"{asset}/{self.params.quote}@{self._venue}")

    def _watch(self, name: InstrumentId, hunt: Hunt, reason: str) -> Watch:
        expected_ns = hunt.go_live_ns
        wait_s = self.params.unknown_wait_s if expected_ns is None else self.params.give_up_s
        from_ns = hunt.seen_ns if expected_ns is None else expected_ns
        return Watch(
            strategy_id=self.strategy_id,
            instrument_id=name,
            reason=reason,
            from_ns=from_ns,
            until_ns=from_ns + self._ns(wait_s),
        )

    def _end(self, name: InstrumentId, reason: str) -> Skip:
        hunt = self._hunts.pop(name)
        return self._skip(name, f"listing of {hunt.asset} left: {reason}")

    def _skip(self, name: InstrumentId, reason: str) -> Skip:
        self._reason = reason
        return Skip(strategy_id=self.strategy_id, instrument_id=name, reason=reason)

    def _ns(self, seconds: float) -> int:
        return int(seconds * _SECOND_NS)


def _coins(event: ExternalEvent) -> tuple[str, ...]:
    """Return the coins an event names, each once; the bases of pairs are old coins."""
    payload = event.payload
    if payload.get("assets") or payload.get("pairs"):
        named = [each for each in payload.get("assets", "").split(",") if each]
    else:
        named = list(event.symbols)
    return tuple(dict.fromkeys(named))


def _stages(hunt: Hunt) -> dict[str, int]:
    """Return the stopwatch of a hunt: nanoseconds from each stage to the next that is known."""
    marks = (
        ("published", hunt.published_ns),
        ("seen", hunt.seen_ns),
        ("parsed", hunt.parsed_ns),
        ("quoted", hunt.quoted_ns),
        ("ordered", hunt.ordered_ns),
    )
    known = [(name, at_ns) for name, at_ns in marks if at_ns is not None]
    return {
        f"{name}_to_{after}": after_ns - at_ns
        for (name, at_ns), (after, after_ns) in pairwise(known)
    }


def _time(payload: Mapping[str, str], name: str) -> int | None:
    """Return UTC nanoseconds that an event names; None when it does not."""
    said = payload.get(name, "")
    return int(said) if said.isdecimal() else None
