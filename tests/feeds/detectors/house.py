"""A house with a real door: the intake over a trader that takes whatever it is fed and notes it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from argonaut.domain.command import Record
from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId
from argonaut.domain.record import DetectorAnswer
from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.dead_letters import DeadLetters
from argonaut.feeds.detectors.door import Door
from argonaut.feeds.detectors.envelope import seal
from argonaut.feeds.detectors.fates import Fates
from argonaut.feeds.detectors.intake import Intake
from argonaut.feeds.detectors.source import Source, Sources
from argonaut.feeds.detectors.spelling import Spellings
from argonaut.runtime.clock import SystemClock

BTC = InstrumentId("BTC/USDT@sim")
SECRETS = {"k-old": "first-secret-of-32-characters-00", "k-new": "second-secret-of-32-characters-0"}
SCANNER = Source(
    name="scanner",
    secrets={key_id: Secret(secret) for key_id, secret in SECRETS.items()},
    per_second_max=100_000.0,
)
WITHIN_S = 180.0
_nonces = count()


class StandInTrader:
    """Takes every signal, remembers what it has seen, and can lose its disk."""

    def __init__(self, fates: Fates) -> None:
        self.is_ready = True
        self.is_durable = True
        self.tape_row: int | None = None
        self.fixed_ns: int | None = None
        self.taken: list[DetectorSignal] = []
        self.seen: dict[tuple[str, str], None] = {}
        self.prices: dict[str, float] = {BTC: 50_000.0}
        self.held: dict[tuple[str, str], Decimal] = {}  # what a (instrument, side) would close
        self._fates = fates

    def now_ns(self) -> int:
        return SystemClock().wall_ns() if self.fixed_ns is None else self.fixed_ns

    def price(self, instrument_id: InstrumentId) -> float | None:
        return self.prices.get(instrument_id)

    def equity(self) -> Decimal | None:
        return Decimal(10_000)

    def opposed(self, signal: DetectorSignal) -> Decimal:
        return self.held.get((signal.instrument_id, signal.side), Decimal(0))

    def has_seen(self, source: str, signal_id: str) -> bool:
        return (source, signal_id) in self.seen

    def order(self, client_order_id: str) -> None:
        return None

    def take(self, signals: Sequence[DetectorSignal]) -> bool:
        if not self.is_durable:
            return False
        for signal in signals:
            assert not self.has_seen(signal.source, signal.signal_id), "an effect twice"
            self.seen[signal.source, str(signal.signal_id)] = None
            self.taken.append(signal)
            answer = DetectorAnswer(signal=signal, answer="accepted")
            self._fates(len(self.taken), signal.event_ns, Record("signal", "", answer))
        return True


class Watching:
    """Notes every answer, and lets a test wait for them."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, Answer]] = []
        self.states: list[tuple[str, bool]] = []
        self._changed = asyncio.Event()

    def on_answer(self, transport: str, answer: Answer) -> None:
        self.answers.append((transport, answer))
        self._changed.set()

    def on_letter_lost(self, why: str) -> None:
        raise AssertionError(why)

    def on_transport(self, name: str, *, is_up: bool, detail: str) -> None:
        self.states.append((name, is_up))
        self._changed.set()

    @property
    def codes(self) -> Counter[str]:
        """How often each code was answered; an answer without one counts as itself."""
        return Counter(answer.code or answer.answer for _, answer in self.answers)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so, and fail loudly when it never is."""
        async with asyncio.timeout(WITHIN_S):
            while not is_so():
                self._changed.clear()
                await self._changed.wait()


class House:
    """Everything behind the transports."""

    def __init__(self, *sources: Source, queue_max: int = 4096, clock: Any = None) -> None:
        clock = clock or SystemClock()
        self.fates = Fates()
        self.trader = StandInTrader(self.fates)
        self.watching = Watching()
        self.letters = DeadLetters(None, self.watching)
        self.door = Door(
            Sources(sources or (SCANNER,)), Spellings([BTC], ["binance"]), self.trader, clock
        )
        self.intake = Intake(
            self.door,
            self.trader,
            self.fates,
            self.letters,
            clock,
            self.watching,
            queue_max=queue_max,
        )

    @property
    def taken(self) -> list[str]:
        return [str(signal.signal_id) for signal in self.trader.taken]

    async def until_answered(self, number: int) -> None:
        """Wait until so many answers were given."""
        await self.watching.until(lambda: len(self.watching.answers) >= number)

    async def until_taken(self, number: int) -> None:
        """Wait until so many signals had their effect."""
        await self.watching.until(lambda: len(self.taken) >= number)


def said(signal_id: str = "s-1", **fields: Any) -> bytes:
    """The JSON of a sound signal, with fields changed."""
    given = {"id": signal_id, "instrument": "BTC/USDT", "side": "buy", "notional": "100"}
    return json.dumps(given | fields).encode()


def sealed(
    body: bytes, *, key_id: str = "k-new", age_s: float = 0.0, nonce: str = "", secret: str = ""
) -> bytes:
    """The envelope of a body, sent `age_s` ago."""
    return seal(
        body,
        key_id=key_id,
        secret=(secret or SECRETS[key_id]).encode(),
        sent_ns=SystemClock().wall_ns() - int(age_s * 1e9),
        nonce=nonce or f"nonce-{next(_nonces):08d}",
    )
