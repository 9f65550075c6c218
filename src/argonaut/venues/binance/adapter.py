"""Binance spot as a venue: the port's questions and orders, each sent once and judged honestly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import aiohttp
from msgspec.structs import replace

from argonaut.domain.errors import RefusedToStartError
from argonaut.domain.ids import InstrumentId
from argonaut.domain.instrument import Instrument
from argonaut.domain.market import Bar
from argonaut.domain.order import Order, OrderRole, OutcomeUnknown, Rejected, Report
from argonaut.domain.timeframe import HOUR_NS, MINUTE_NS, SECOND_NS, format_timeframe
from argonaut.domain.venue_view import NoAnswer, NotFound, VenueBalances, VenueFill, VenueOrder
from argonaut.ports import (
    MISTIMED,
    NOT_SENT,
    REACHED,
    THROTTLED,
    Clock,
    MarketStream,
    Rng,
    VenueListener,
)
from argonaut.venues.binance.account import Account
from argonaut.venues.binance.capability import VENUE, spot_capability
from argonaut.venues.binance.client import Client, Problem
from argonaut.venues.binance.clockwork import ServerClock
from argonaut.venues.binance.echo import Echo
from argonaut.venues.binance.endpoints import CANCEL, PLACE
from argonaut.venues.binance.errors import (
    CLOCK_CODE,
    RULES_CODES,
    WOULD_TRIGGER,
    Outcome,
    VenueUnreachableError,
)
from argonaut.venues.binance.history import klines
from argonaut.venues.binance.limits import Lane, Limiter
from argonaut.venues.binance.market import INSTRUMENTS_MAX, Market
from argonaut.venues.binance.opening import check_account, learn_clock, learn_rules, learn_usage
from argonaut.venues.binance.parse import bar_of, canceled_of, placed_of
from argonaut.venues.binance.request import parameters_of
from argonaut.venues.binance.rules import SymbolRules
from argonaut.venues.binance.settings import BinanceSettings
from argonaut.venues.binance.streams import Stream, Subscription, tell_fault
from argonaut.venues.binance.strict import WireError
from argonaut.venues.binance.transport import open_session
from argonaut.venues.binance.user import User
from argonaut.venues.binance.wire import decode_order

_STREAMS_TIMEOUT_S = 30.0
_TIME_EVERY_NS = MINUTE_NS
_COARSE_NS = SECOND_NS // 5  # an error from which on the time is asked for more often
_COARSE_TIME_EVERY_NS = 5 * SECOND_NS
_RULES_EVERY_NS = HOUR_NS
_TRADING = "TRADING"
_REFUSED = {Outcome.DEFINITE_REJECT, Outcome.THROTTLED, Outcome.VENUE_STATE}


class BinanceSpot:
    """One account at Binance spot; it can be opened again after it was closed or failed to open.

    `connector` makes what connections go through, REST and WebSocket alike; TCP where left out.
    `market` is what public data to tell.
    """

    settings_type = BinanceSettings
    venue_id = VENUE

    def __init__(
        self,
        settings: BinanceSettings,
        instruments: Sequence[str],
        *,
        clock: Clock,
        rng: Rng,
        connector: Callable[[], aiohttp.BaseConnector] | None = None,
        market: Sequence[MarketStream] = (),
    ) -> None:
        self.capability = spot_capability()
        self.lateness_ns = settings.lateness_ns
        self._settings = settings
        self._instrument_ids = [InstrumentId(each) for each in instruments]
        self._clock, self._rng = clock, rng
        self._connector = connector
        self._wanted = tuple(market)
        self._rules: Mapping[InstrumentId, SymbolRules] = {}
        self._echo = Echo()
        # What was used and learnt before the venue was opened anew still counts.
        self._limiter = Limiter()
        self._server_clock = ServerClock(clock)
        self._session: aiohttp.ClientSession | None = None
        self._streams: asyncio.Task[None] | None = None
        self._up: dict[str, asyncio.Event] = {}
        self._told: list[User | Market] = []
        self._group: asyncio.TaskGroup | None = None  # of the streams, while they run
        self._are_rules_doubted = False

    @property
    def dropped(self) -> int:
        """How many messages were not what the venue documents since it was opened last."""
        return sum(each.dropped for each in self._told)

    @property
    def limits_kept(self) -> tuple[int, int]:
        """How much is remembered of the use of the fullest limit, and how much may be."""
        return self._limiter.fullness

    def keep_silent(self, for_ns: int) -> None:
        """Send nothing for so long."""
        self._limiter.hold_for(for_ns, self._clock.mono_ns())

    async def open(self, listener: VenueListener) -> Sequence[Instrument]:
        """Check the account, learn rules and clock, start the streams; return the instruments.

        Raises:
            RefusedToStartError: A wrong key, one that may withdraw, a wrong host.
            VenueUnreachableError: The venue does not answer; everything is closed again.
        """
        self._settings.check_hosts()
        self._listener = listener
        self._session = open_session(self._connector, self._is_silenced)
        try:
            return await self._open(self._session)
        except BaseException:
            await self.close()
            raise

    def _is_silenced(self) -> bool:
        return self._limiter.is_held(self._clock.mono_ns())

    async def _open(self, session: aiohttp.ClientSession) -> Sequence[Instrument]:
        client = Client(
            self._settings,
            session,
            clock=self._clock,
            rng=self._rng,
            limiter=self._limiter,
            server_clock=self._server_clock,
            on_hint=self._listener.on_hint,
            on_silence=self._listener.on_silence,
        )
        self._client = client
        await learn_clock(client)
        self._take_rules(await learn_rules(client, self._instrument_ids))
        await check_account(client, self._listener.on_hint)
        await learn_usage(client)
        self.capability = spot_capability(each.order_types for each in self._rules.values())
        self._streams = asyncio.create_task(self._run(self._subscriptions(client)))
        await self._until_up()
        return tuple(each.instrument for each in self._rules.values())

    def _subscriptions(self, client: Client) -> list[User | Market]:
        for stream in self._wanted:
            if stream.instrument_id not in self._rules:
                raise RefusedToStartError(
                    f"data of {stream.instrument_id} are wanted, and it is not traded here"
                )
        told = [*dict.fromkeys(stream.instrument_id for stream in self._wanted)]
        self._up = {name: asyncio.Event() for name in ("user", *map(_market, told))}
        found: list[User | Market] = [
            User(
                client,
                booked=self._listener.booked,
                echo=self._echo,
                on_report=self._listener.on_event,
                on_stream=partial(self._on_stream, "user"),
                on_hint=self._listener.on_hint,
            )
        ]
        for first in range(0, len(told), INSTRUMENTS_MAX):
            group = told[first : first + INSTRUMENTS_MAX]
            found.append(
                Market(
                    [self._rules[each] for each in group],
                    [stream for stream in self._wanted if stream.instrument_id in group],
                    client=client,
                    emit=self._listener.on_event,
                    on_stream=self._on_market,
                    on_hint=self._listener.on_hint,
                )
            )
        self._told = found
        return found

    async def _run(self, subscriptions: Sequence[Subscription]) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            for subscription in subscriptions:
                stream = Stream(subscription, clock=self._clock, rng=self._rng)
                group.create_task(stream.run())
            group.create_task(self._keep())

    async def _until_up(self) -> None:
        """Wait until every stream is whole.

        Raises:
            VenueUnreachableError: One is not, in time.
        """
        try:
            async with asyncio.timeout(_STREAMS_TIMEOUT_S):
                for event in self._up.values():
                    await event.wait()
        except TimeoutError:
            missing = ", ".join(name for name, event in self._up.items() if not event.is_set())
            raise VenueUnreachableError(
                f"no {missing} from Binance in {_STREAMS_TIMEOUT_S:.0f} s"
            ) from None

    def _on_stream(self, name: str, is_up: bool, detail: str) -> None:  # noqa: FBT001 - a callback
        event = self._up[name]
        if is_up:
            event.set()
        else:
            event.clear()
        self._listener.on_stream(name, is_up=is_up, detail=detail)

    def _on_market(self, instrument_id: InstrumentId, is_up: bool, detail: str) -> None:  # noqa: FBT001 - a callback
        self._on_stream(_market(instrument_id), is_up, detail)

    async def close(self) -> None:
        """Stop streams and sessions. Orders stay as they are."""
        streams, self._streams, self._group = self._streams, None, None
        if streams is not None:
            streams.cancel()
            await asyncio.wait({streams})
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def submit(self, order: Order, *, forbids: Callable[[], str] = str) -> Sequence[Report]:
        """Send an order whose intent is durable, once and at once, or say that nobody did."""
        rules = self._rules.get(order.instrument_id)
        if rules is None:
            return self._not_sent(order, f"{order.instrument_id} is no instrument of this run")
        parameters = parameters_of(order, rules)
        if isinstance(parameters, str):
            return self._not_sent(order, parameters)
        lane = Lane.ORDINARY if order.role is OrderRole.ENTRY else Lane.RESERVED
        self._echo.begin(order.client_order_id)
        body = await self._client.ask(PLACE, parameters, lane, patience_s=0.0, forbids=forbids)
        if isinstance(body, Problem):
            self._echo.heard(order.client_order_id)
            return self._refused(order, body)
        try:
            told = placed_of(decode_order(body), order, rules.symbol)
        except WireError as error:
            self._echo.heard(order.client_order_id)
            return (self._unknown(order, str(error)),)
        self._echo.acknowledged(order.client_order_id, self._clock.mono_ns())
        if told.hint:
            self._listener.on_hint(told.hint)
        return told.reports

    def _refused(self, order: Order, problem: Problem) -> Sequence[Report]:
        outcome = problem.row.place
        if outcome is Outcome.NOT_SENT:
            return self._not_sent(order, problem.text)
        if outcome not in _REFUSED:
            return (self._unknown(order, problem.why),)
        if problem.code in RULES_CODES:
            self._are_rules_doubted = True
        return (
            Rejected(
                client_order_id=order.client_order_id,
                event_ns=self._server_clock.now_ns(),
                code=_code_of(problem),
                reason=problem.text,
            ),
        )

    def _not_sent(self, order: Order, reason: str) -> Sequence[Report]:
        return (
            Rejected(
                client_order_id=order.client_order_id,
                event_ns=self._server_clock.now_ns(),
                code=NOT_SENT,
                reason=reason,
            ),
        )

    def _unknown(self, order: Order, reason: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            client_order_id=order.client_order_id,
            event_ns=self._server_clock.now_ns(),
            reason=reason,
        )

    async def cancel(self, order: Order) -> Sequence[Report]:
        """Ask for an order to be taken out; nothing to report means: look it up."""
        rules = self._rules.get(order.instrument_id)
        if rules is None:
            return ()
        asked = {"symbol": rules.symbol, "origClientOrderId": order.client_order_id}
        body = await self._client.ask(CANCEL, asked)
        if isinstance(body, Problem):
            return ()
        booked = self._listener.booked(order.client_order_id)
        now = order if booked is None else replace(order, filled=booked)
        try:
            told = canceled_of(decode_order(body), now, rules.symbol)
        except WireError as error:
            self._listener.on_hint(str(error))
            return ()
        if told.hint:
            self._listener.on_hint(told.hint)
        return told.reports

    async def find(self, order: Order) -> VenueOrder | NotFound | NoAnswer:
        """Look one order up, by client id and by venue id."""
        return await self._account.find(order)

    async def open_orders(self) -> Sequence[VenueOrder] | NoAnswer:
        """Every live order of the account at our instruments."""
        return await self._account.open_orders()

    async def fills(
        self, instrument_id: InstrumentId, since_ns: int
    ) -> Sequence[VenueFill] | NoAnswer:
        """Every execution of the account from `since_ns` on, oldest first, all pages."""
        return await self._account.fills(instrument_id, since_ns)

    async def balances(self) -> VenueBalances | NoAnswer:
        """Everything the account has."""
        return await self._account.balances()

    async def bars(
        self, instrument_id: InstrumentId, timeframe_ns: int, since_ns: int
    ) -> Sequence[Bar] | NoAnswer:
        """Completed bars that opened at `since_ns` or later, oldest first."""
        rules = self._rules.get(instrument_id)
        if rules is None:
            return NoAnswer(detail=f"{instrument_id} is no instrument of this run")
        now_ns = self._server_clock.now_ns()
        interval = format_timeframe(timeframe_ns)
        rows = await klines(
            self._client, rules.symbol, interval, since_ns=since_ns, until_ns=now_ns
        )
        if isinstance(rows, Problem):
            return NoAnswer(detail=rows.why)
        try:
            found = [bar_of(row, instrument_id, timeframe_ns) for row in rows]
        except WireError as error:
            return NoAnswer(detail=str(error))
        return tuple(bar for bar in found if bar.close_ns <= now_ns)

    def clock_error_ns(self) -> int | None:
        """Bound on how wrong our idea of the venue's time is; None while it is unknown."""
        return self._server_clock.error_ns()

    async def _keep(self) -> None:
        """Keep the clock and the rules fresh for as long as the venue is open."""
        while True:
            try:
                await self._look_after()
            except Exception as fault:  # noqa: BLE001 - as with a stream
                tell_fault(fault, "the upkeep")

    async def _look_after(self) -> None:
        time_at_ns = rules_at_ns = self._clock.mono_ns()
        while True:
            await asyncio.sleep(1.0)
            mono_ns = self._clock.mono_ns()
            if mono_ns - time_at_ns >= self._time_every_ns():
                time_at_ns = mono_ns
                await self._client.learn_time()
            if mono_ns - rules_at_ns >= _RULES_EVERY_NS or self._are_rules_doubted:
                rules_at_ns, self._are_rules_doubted = mono_ns, False
                await self._refresh_rules()

    def _time_every_ns(self) -> int:
        """Return how long the venue's time is good for: not long when it was had over a slow line.

        An error of half a second keeps entries back (F05), and the line may be quick again.
        """
        error_ns = self.clock_error_ns()
        if error_ns is None:
            return 0
        return _TIME_EVERY_NS if error_ns <= _COARSE_NS else _COARSE_TIME_EVERY_NS

    async def _refresh_rules(self) -> None:
        """Read the rules anew, and tell what has changed."""
        try:
            fresh = await learn_rules(self._client, self._instrument_ids)
        except (RefusedToStartError, VenueUnreachableError) as error:
            self._listener.on_hint(f"the rules cannot be read anew: {error}")
            return
        for instrument_id, rules in fresh.items():
            before = self._rules[instrument_id]
            if before.status != rules.status:
                self._listener.on_hint(f"{rules.symbol} was {before.status}, is {rules.status}")
            if before.instrument != rules.instrument:
                self._listener.on_hint(f"the rules of {rules.symbol} have changed")
        self._take_rules(fresh)

    async def learn(
        self, instrument_id: InstrumentId, *, is_held: bool = False
    ) -> Instrument | NotFound | NoAnswer:
        """Learn the rules of one instrument, once it trades or where something of it `is_held`."""
        known = self._rules.get(instrument_id)
        if known is None:
            try:
                fresh = await learn_rules(self._client, [instrument_id])
            except RefusedToStartError as error:
                return NotFound(detail=str(error))
            except VenueUnreachableError as error:
                return NoAnswer(detail=str(error))
            known = fresh[instrument_id]
            if known.status != _TRADING and not is_held:
                return NotFound(detail=f"{known.symbol} is {known.status}")
            self._instrument_ids.append(instrument_id)
            self._take_rules({**self._rules, **fresh})
        return known.instrument

    def tell(self, instrument_id: InstrumentId) -> None:
        """Tell the quotes of an instrument that was learnt, from now on, on a stream of its own."""
        name = _market(instrument_id)
        if name in self._up or self._group is None:
            return
        self._up[name] = asyncio.Event()
        market = Market(
            [self._rules[instrument_id]],
            [MarketStream(instrument_id=instrument_id, kind="quotes")],
            client=self._client,
            emit=self._listener.on_event,
            on_stream=self._on_market,
            on_hint=self._listener.on_hint,
        )
        self._told.append(market)
        stream = Stream(market, clock=self._clock, rng=self._rng)
        self._group.create_task(stream.run())

    def _take_rules(self, rules: Mapping[InstrumentId, SymbolRules]) -> None:
        self._rules = rules
        self._account = Account(self._client, rules)
        self._client.rules = {each.symbol: each for each in rules.values()}


def _market(instrument_id: InstrumentId) -> str:
    return f"market {instrument_id}"


def _code_of(problem: Problem) -> str:
    """Return what the engine goes by where it matters, else the venue's own code."""
    if problem.text == WOULD_TRIGGER:
        return REACHED
    if problem.code == CLOCK_CODE:
        return MISTIMED
    return THROTTLED if problem.row.place is Outcome.THROTTLED else problem.name
