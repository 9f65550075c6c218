"""One soak: a venue and a trader as processes, kills and faults, a calm, and what was left behind.

The order of things: trading with kills, while waves of faults come and go; the calm; a second
trader on the same journal; a halt that a kill follows at once; prices held; the last stop.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TextIO

import aiohttp
import msgspec

from argonaut.domain.errors import ArgonautError, RefusedToStartError
from argonaut.domain.mode import TradingMode
from argonaut.domain.number import ZERO
from argonaut.domain.order import OrderStatus
from argonaut.journal.errors import JournalError
from argonaut.journal.reader import JournalReader
from argonaut.ports import Clock
from argonaut.rehearsal.faults import HoldPrices, Knob, SetMaintenance, SetStatus
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault
from argonaut.rehearsal.soak.config import CASH, JOURNAL, KEYS, SYMBOLS, TRADERS, write_config
from argonaut.rehearsal.soak.processes import Child, Nursery
from argonaut.rehearsal.soak.record import Death, SoakPlan, SoakRecord
from argonaut.rehearsal.soak.waves import WAVE_NS, draw_wave, knobs_of
from argonaut.runtime.control import ask, socket_of
from argonaut.runtime.snapshot import RunSnapshot

_START_S = 60.0  # a venue is up within
_FIRST_READY_S = 60.0  # a trader is, on a busy machine too; no later one is given more
# A life that is not ready by then is killed all the same, unless the machine is that slow.
_READY_S = 8.0
_READY_STARTS = 3.0  # times the last start
# So long at most a life lasts after it was ready; each opens three of the connections of which
# a venue allows 300 in five minutes.
_ALIVE_S = 5.0
# Or, now and then, between these: what takes rounds of questions comes to its end.
_LONG_S = (25.0, 35.0)
_TO_BOOK_NS = 18 * SECOND_NS  # what somebody does to the account within a wave is booked by then
_EARLY, _LONG = 0.35, 0.06  # of all lives end before they are ready, or are long
_FRESH = 0.1  # of all lives are started from nothing, the others forked off a loaded program
_READ = 0.25  # of all lives begin while somebody reads the journal
_READ_S = 2.0  # at the most
_RESUME = 0.1  # of all lives have an operator who looks, and says resume to what was frozen
_FAILURES_MOST = 10
_CALM_S = 120.0  # all has to be well by then
_LOOK_S = 1.0
_QUIET_LOOKS = 3  # all has to look well so often, one after the other
_SETTLE_S = 3.0  # what was executed before prices were held is told by then
_STOP_S = 30.0
_READY = "ready after"
_UNANSWERED = (ConnectionError, TimeoutError, RefusedToStartError)
Told = Callable[[int, int], None]


class Controlled(msgspec.Struct, frozen=True):
    """What the venue tells of its faults: the second of the rehearsal, and which knobs acted."""

    at_s: float
    acted: list[str]


class Balances(msgspec.Struct, frozen=True):
    """What of the venue's truth is looked at while a trader settles."""

    balances: dict[str, Decimal]


class SoakError(ArgonautError):
    """A soak could not be carried through: no venue, or none any more, or no trader to kill."""


class Soak:
    """Carries one soak out in `folder`; `told` hears of each kill."""

    def __init__(
        self, plan: SoakPlan, folder: Path, clock: Clock, told: Told | None = None
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._clock = clock
        self._told = told
        self._dice = Dice(plan.seed, "kills")
        self._readings = Dice(plan.seed, "readings")
        self._record = SoakRecord(seed=plan.seed, began_ns=clock.wall_ns())
        self._environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
        self._start_s: float | None = None  # how long the last start took
        self._lives_until_ns = 0  # by the steady clock, the life that is lived now
        self._config = folder / "config.yaml"
        self._http: aiohttp.ClientSession
        self._traders: deque[Child] = deque(maxlen=2)  # never more are alive
        self._nursery: Nursery | None = None
        self._root = ""
        self._log: TextIO

    async def run(self) -> SoakRecord:
        """Carry it out and return what was seen; everything it started has ended by then.

        Raises:
            SoakError: The venue could not be started, or ended; or no trader lives or is ready.
        """
        with (
            _written(self._folder / TRADERS) as self._log,
            _written(self._folder / "venue.log") as venue_log,
        ):
            venue = await self._serve(venue_log)
            try:
                async with aiohttp.ClientSession() as self._http:
                    await self._trade(venue)
            finally:
                try:
                    await self._kill_traders()
                finally:
                    await venue.stop(within_s=_STOP_S)
        return self._record

    # the venue

    async def _serve(self, log: TextIO) -> Child:
        """Start the venue and write the config of its trader."""
        options = {
            "--port": "0",
            "--symbols": ",".join(SYMBOLS),
            "--seed": str(self._plan.seed),
            "--speed": str(self._plan.speed),
            "--balance": f"USDT={CASH}",
            "--keys": str(self._folder / KEYS),
        }
        words = [word for option in options.items() for word in option]
        command = ("rehearse", "serve", "--control", "--json", *words)
        venue = await Child.start(*command, environment=self._environment, log=log)
        is_up = False
        try:
            is_up = await venue.says("truth_url", within_s=_START_S)
            is_up = is_up and await venue.says("}", within_s=_START_S)
        finally:  # Ctrl-C may come just now
            if not is_up:
                await venue.kill()
        if not is_up:
            raise SoakError(f"the venue did not start: {''.join(venue.errors).strip()}")
        self._root = msgspec.json.decode("".join(venue.out))["rest_url"]
        self._config = write_config(self._folder, self._root)
        return venue

    async def _control(self, method: str, *knobs: Knob) -> Controlled:
        body = msgspec.json.encode(knobs) if method == "POST" else None
        url = f"{self._root}/rehearsal/faults"
        async with self._http.request(method, url, data=body) as answer:
            if answer.status != 200:
                raise SoakError(f"the venue takes no faults: {await answer.text()}")
            return msgspec.json.decode(await answer.read(), type=Controlled)

    async def _truth(self) -> bytes:
        async with self._http.get(f"{self._root}/rehearsal/truth") as answer:
            return await answer.read()

    # trading

    async def _trade(self, venue: Child) -> None:
        told = await self._control("GET")
        self._record.epoch_ns = self._clock.wall_ns() - round(told.at_s * SECOND_NS)
        if Nursery.is_possible():
            self._nursery = await Nursery.open(environment=self._environment, log=self._log)
        waves = asyncio.create_task(self._waves())
        try:
            await self._lives(venue)
        finally:
            waves.cancel()
            await asyncio.wait([waves])
            await self._kill_traders()  # of their ends the nursery tells
            if self._nursery is not None:
                await self._nursery.close()
        if not waves.cancelled():
            waves.result()  # it ended by an error
        await self._heal()
        await self._calm()

    async def _waves(self) -> None:
        """Let faults come and go; each wave ends before the next one begins."""
        dice = Dice(self._plan.seed, "faults")
        while True:
            now_ns = self._clock.wall_ns() - self._record.epoch_ns
            left_ns = self._lives_until_ns - self._clock.mono_ns()
            faults = draw_wave(dice, now_ns, is_with_account=left_ns > _TO_BOOK_NS)
            self._record.faults += faults
            await self._control("POST", *knobs_of(faults))
            self._log.write(f"wave at {now_ns / SECOND_NS:.1f} s: {_kinds(faults)}\n")
            await asyncio.sleep(WAVE_NS / SECOND_NS)
            await self._control("DELETE")

    async def _lives(self, venue: Child) -> None:
        """Start the trader and kill it, until there were kills and minutes enough."""
        plan, deaths = self._plan, self._record.deaths
        end_ns = self._clock.mono_ns() + round(plan.minutes * 60 * SECOND_NS)
        while len(deaths) < plan.kills or self._clock.mono_ns() < end_ns:
            if venue.is_over:
                raise SoakError(f"the venue ended: {''.join(venue.errors)[-2_000:]}")
            death = await self._life()
            if death is None:
                self._require_lives()
                continue
            deaths.append(death)
            if self._told is not None:
                self._told(len(deaths), max(plan.kills, len(deaths)))

    def _require_lives(self) -> None:
        """Give up where trader after trader ends by itself: no kill would ever be counted."""
        failures = self._record.failures
        if len(failures) >= _FAILURES_MOST:
            raise SoakError(
                f"{len(failures)} traders ended by themselves; the last with {failures[-1]}"
            )

    async def _life(self) -> Death | None:
        """Live one life and end it at a drawn moment; None when it ended by itself."""
        dice, began_ns = self._dice, self._clock.mono_ns()
        is_early, is_long = dice.chance(_EARLY), dice.chance(_LONG)
        is_looked_at, is_fresh = dice.chance(_RESUME), dice.chance(_FRESH)
        least_s, most_s = _LONG_S if is_long else (0.0, _ALIVE_S)
        lasts_s = least_s + dice.random() * (most_s - least_s)
        if is_early:
            lasts_s = dice.random() * (self._start_s or 1.0)
        reading = asyncio.create_task(self._read())
        await asyncio.sleep(0)  # the reader comes first
        trader = await (self._trader() if is_fresh else self._forked())
        ready_ns: int | None = None
        if not is_early and await trader.says(_READY, within_s=self._ready_within_s):
            ready_ns = self._clock.mono_ns()
            self._start_s = (ready_ns - began_ns) / SECOND_NS
            self._lives_until_ns = ready_ns + round(lasts_s * SECOND_NS)
            if is_looked_at:
                await self._command("resume")
        is_alive = await trader.lasts(lasts_s)
        code = await trader.kill()
        is_read = await reading
        if not is_alive:
            self._record.failures.append(f"code {code}: {''.join(trader.errors).strip()[-2_000:]}")
            return None
        if self._start_s is None and not is_early:
            log = self._folder / TRADERS
            raise SoakError(f"no trader was ready within {_FIRST_READY_S:g} s; see {log}")
        ended_ns = self._clock.mono_ns()
        return Death(
            after_s=(ended_ns - began_ns) / SECOND_NS,
            ready_s=None if ready_ns is None else (ready_ns - began_ns) / SECOND_NS,
            is_fresh=is_fresh,
            is_read=is_read,
        )

    @property
    def _ready_within_s(self) -> float:
        if self._start_s is None:
            return _FIRST_READY_S
        return min(_FIRST_READY_S, max(_READY_S, _READY_STARTS * self._start_s))

    async def _read(self) -> bool:
        """Have the journal open for a moment, now and then, as `argonaut status` does."""
        if not self._readings.chance(_READ):
            return False
        try:
            with JournalReader(self._folder / JOURNAL):
                await asyncio.sleep(self._readings.random() * _READ_S)
        except JournalError:
            return False  # no trader has lived long enough to make it
        return True

    async def _trader(self) -> Child:
        """Start a trader from nothing."""
        trader = await Child.start(
            *self._command_line, environment=self._environment, log=self._log
        )
        self._traders.append(trader)
        return trader

    async def _forked(self) -> Child:
        """Start a trader off a program that is loaded already, where the system can."""
        if self._nursery is None:
            return await self._trader()
        trader = await self._nursery.start(*self._command_line, log=self._log)
        self._traders.append(trader)
        return trader

    async def _kill_traders(self) -> None:
        """Kill whom an error, Ctrl-C or SIGTERM left alive."""
        for each in self._traders:
            await each.kill()

    @property
    def _command_line(self) -> tuple[str, ...]:
        return ("run", str(self._config), "--json")

    # the calm

    async def _heal(self) -> None:
        """Have no fault from now on."""
        await self._control("DELETE")
        await self._control(
            "POST",
            SetMaintenance(at_s=0, is_on=False),
            *(SetStatus(at_s=0, symbol=each, status="TRADING") for each in SYMBOLS),
        )
        record = self._record
        record.calm_ns = self._clock.wall_ns() - record.epoch_ns

    async def _calm(self) -> None:
        """Let all become well, then see who may start, what a halt is worth, and how it ends."""
        record = self._record
        trader = await self._trader()
        if not await trader.says(_READY, within_s=_CALM_S):
            record.failures.append(f"not ready in the calm: {''.join(trader.errors)[-2_000:]}")
        await self._settle(trader)
        second = await self._trader()
        record.second_code = await second.ends(within_s=_STOP_S)
        await second.kill()
        await self._halt()
        await trader.kill()
        trader = await self._trader()
        if not await trader.says(_READY, within_s=_CALM_S):
            record.failures.append(f"not ready after a halt: {''.join(trader.errors)[-2_000:]}")
        await self._settle(trader)
        await self._control("POST", HoldPrices(at_s=0, is_on=True))
        await asyncio.sleep(_SETTLE_S)
        record.last_code = await trader.stop(within_s=_STOP_S)
        record.last_words = "".join(trader.out)
        if record.last_code is None or record.last_code != 0:
            record.failures.append(f"the last stop: {''.join(trader.errors)[-2_000:]}")
        truth = await self._truth()
        (self._folder / "truth.json").write_bytes(truth)
        record.acted = (await self._control("GET")).acted
        record.ended_ns = self._clock.wall_ns()

    async def _settle(self, trader: Child) -> None:
        """Wait until all looks well for a while; no longer than a calm may take."""
        end_ns = self._clock.mono_ns() + round(_CALM_S * SECOND_NS)
        looks = 0
        while looks < _QUIET_LOOKS and self._clock.mono_ns() < end_ns:
            if not await trader.lasts(_LOOK_S):
                return
            looks = looks + 1 if await self._looks_well() else 0

    async def _looks_well(self) -> bool:
        """Whether the trader doubts nothing and its balances are those of the venue."""
        status = await self._status()
        if status is None:
            return False
        self._record.calm_mode = status.mode
        if any(order.status == OrderStatus.UNKNOWN.value for order in status.orders):
            return False
        if status.mode not in (TradingMode.ACTIVE.name, TradingMode.KILLED.name):
            return False
        truth = msgspec.json.decode(await self._truth(), type=Balances)
        return all(
            status.balances.get(asset, ZERO) + status.dust.get(asset, ZERO) == amount
            for asset, amount in truth.balances.items()
        )

    async def _halt(self) -> None:
        """Press halt; the kill comes with the answer."""
        self._record.mode_before_halt = self._record.calm_mode
        if not await self._command("halt"):
            self._record.failures.append("halt was not answered")

    async def _command(self, verb: str) -> bool:
        """Do what an operator does; return whether the trader has done it."""
        body = {"verb": verb, "who": "soak", "reason": "a person was here"}
        try:
            await ask(socket_of(self._folder / JOURNAL), "/command", body=body)
        except _UNANSWERED as error:
            self._log.write(f"{verb} was not answered: {error}\n")
            return False
        return True

    async def _status(self) -> RunSnapshot | None:
        try:
            told = await ask(socket_of(self._folder / JOURNAL), "/status")
        except _UNANSWERED as error:
            self._log.write(f"status was not answered: {error}\n")
            return None
        return msgspec.convert(told, RunSnapshot)


def _written(log: Path) -> TextIO:
    """Open a log that can be followed: a line is there as soon as it was said."""
    return log.open("w", buffering=1, encoding="utf-8")


def _kinds(faults: tuple[Fault, ...]) -> str:
    return ", ".join(each.kind for each in faults) or "none"
