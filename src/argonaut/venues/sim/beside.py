"""Two sessions on one tape: that of the account, and beside it a shadow that no order ever leaves.

The account goes first and never learns of the shadow: with or without it, its rows are the same.
The shadow is shown the same market data, and then what else the account was told of in that step.
One thing goes the other way, where a config says so: a strategy that lives on what others wish
(`Combined`) hears those on trial, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from argonaut.domain.command import WatchInstrument
from argonaut.domain.event import Event
from argonaut.domain.ids import InstrumentId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.signal import Overheard
from argonaut.venues.sim.mirror import Mirror
from argonaut.venues.sim.session import Session


class Beside:
    """Implements `feeds.tape.player.Listener` over both.

    Args:
        account: The session that `mirror` observes.
        shadow: The other one.
        mirror: What the shadow is told besides market data.
        begin: Wakes the shadow; called here with the first signal it takes, if not before.
    """

    def __init__(
        self, account: Session, shadow: Session, mirror: Mirror, *, begin: Callable[[], None]
    ) -> None:
        self._account = account
        self._shadow = shadow
        self._mirror = mirror
        self._waiting = mirror.waiting
        self._begin = begin
        self._overheard: deque[Overheard] = deque()  # in the shadow, for those of the account
        self.working = account.working
        self.beside = shadow.working

    def begin(self) -> None:
        """Wake the shadow: it starts from what the account has now."""
        self._begin()
        self._pass_on()

    def open(self, instrument_id: InstrumentId, open_ns: int, price: float) -> None:
        """Let orders that wait for a bar's open meet it, each at its own venue."""
        if instrument_id in self._account.working:
            self._account.open(instrument_id, open_ns, price)
        if instrument_id in self._shadow.working:
            self._shadow.open(instrument_id, open_ns, price)
        if self._waiting or self._overheard:
            self._pass_on()

    def bar(self, bar: Bar) -> None:
        """A bar is complete."""
        self._account.bar(bar)
        if self._mirror.is_awake:
            self._shadow.bar(bar)
        if self._waiting or self._overheard:
            self._pass_on()

    def trade(self, trade: Trade) -> None:
        """Somebody traded."""
        self._account.trade(trade)
        if self._mirror.is_awake:
            self._shadow.trade(trade)
        if self._waiting or self._overheard:
            self._pass_on()

    def quote(self, quote: Quote) -> None:
        """The best bid or offer changed."""
        self._account.quote(quote)
        if self._mirror.is_awake:
            self._shadow.quote(quote)
        if self._waiting or self._overheard:
            self._pass_on()

    def feed(self, event: Event) -> None:
        """Step an input from outside; what of it concerns the shadow, the mirror says."""
        self._account.feed(event)
        self._pass_on()

    @property
    def on_watch(self) -> Callable[[WatchInstrument], None]:
        """Who lists what either waits for."""
        return self._account.on_watch

    @on_watch.setter
    def on_watch(self, lister: Callable[[WatchInstrument], None]) -> None:
        self._account.on_watch = self._shadow.on_watch = lister

    def hear(self, overheard: Overheard) -> None:
        """Note a wish on trial that somebody of the account listens to, by config."""
        self._overheard.append(overheard)

    def _pass_on(self) -> None:
        while self._waiting or self._overheard:
            if not self._waiting:
                self._account.feed(self._overheard.popleft())
                continue
            if not self._mirror.is_awake:
                self._begin()
            self._shadow.feed(self._waiting.popleft())
