"""The door for signals from outside: who sent it, when, about what, and may they?

It comes before the queue and the engine, and what it turns away leaves no trace in the journal:
a stranger can neither fill it nor use up the id of somebody else's signal. What passes is asked
once more by the engine, which remembers every (source, id) for ever.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

import msgspec

from argonaut.domain.event import DetectorSignal, signal_fault
from argonaut.domain.ids import InstrumentId
from argonaut.domain.number import to_decimal
from argonaut.feeds.detectors.answer import Answer, duplicate, refused
from argonaut.feeds.detectors.envelope import Head, is_genuine, open_envelope, read_head
from argonaut.feeds.detectors.source import Source, Sources
from argonaut.feeds.detectors.spelling import Spellings
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.signals import SIGNAL_BYTES_MAX, SignalBody, read_body
from argonaut.ports import Clock

WINDOW_NS = 5_000_000_000  # how far a push may be from now, in both directions
_NONCE_KEPT_NS = 2 * WINDOW_NS + 1_000_000_000  # from now until the latest window has passed
_NOBODY = bytes(32)  # the secret of keys that do not exist, so that looking takes as long
_SECOND_NS = 1_000_000_000
Reader = Callable[[bytes], SignalBody]


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One message as a transport took it in, nothing in it believed yet."""

    transport: str  # its name in the config
    body: bytes  # the signal alone
    head: bytes = b""  # of the envelope; empty where the source does not sign
    peer: str = ""  # IP address of the sender, where there is one
    is_push: bool = False  # sent now, so the window of 5 s and the nonce count
    fallback_id: str = ""  # the idempotency key, or the transport's own offset
    read: Reader = read_body  # the shape of the body

    @classmethod
    def of(cls, envelope: bytes, transport: str, **more: str | bool) -> Arrival:
        """Return the arrival of a whole envelope."""
        head, body = open_envelope(envelope)
        return cls(transport=transport, body=body, head=head, **more)  # type: ignore[arg-type]


class Market(Protocol):
    """What the door has to know of the run."""

    def price(self, instrument_id: InstrumentId) -> float | None:
        """The last price, quote per base."""

    def equity(self) -> Decimal | None:
        """Of the account, in quote units."""

    def opposed(self, signal: DetectorSignal) -> Decimal:
        """How much of what is held or being bought the signal's side would close, base units."""

    def has_seen(self, source: str, signal_id: str) -> bool:
        """Whether the engine has taken a signal of this source and id."""


class Passed(msgspec.Struct, frozen=True):
    """A signal that may go on. Its `sent_ns` is the sender's time, `event_ns` is not set yet."""

    signal: DetectorSignal
    source: Source
    is_exit: bool  # whether it may reduce a holding, and is never shed


class Door:
    """Judges arrivals. Owned by one event loop; it never waits."""

    def __init__(
        self, sources: Sources, spellings: Spellings, market: Market, clock: Clock
    ) -> None:
        self._sources = sources
        self._spellings = spellings
        self._market = market
        self._clock = clock
        self._nonces: OrderedDict[tuple[str, str], int] = OrderedDict()  # until when, monotonic
        self._buckets: dict[tuple[str, bool], _Bucket] = {}

    def check(self, arrival: Arrival) -> Passed | Answer:
        """Return the signal, or the answer to what is turned away."""
        if len(arrival.body) > SIGNAL_BYTES_MAX:
            return refused("too_large", value=str(len(arrival.body)), limit=str(SIGNAL_BYTES_MAX))
        if not arrival.head:
            return self._check_unsigned(arrival)
        found = self.identify(arrival)
        if isinstance(found, Answer):
            return found
        source, head = found
        try:
            body = arrival.read(arrival.body)
        except BadDataError as error:
            return refused("bad_signal", str(error), source=source.name)
        if body.source not in ("", source.name):
            said = f"the key {head.key_id} is of {source.name}, the signal says {body.source}"
            return refused("forbidden", said, signal_id=body.id, source=source.name)
        return self._check_signal(arrival, source, body, head)

    def identify(self, arrival: Arrival) -> tuple[Source, Head] | Answer:
        """Return who has signed these bytes, and the head, or why nobody has."""
        try:
            head = read_head(arrival.head)
        except BadDataError as error:
            return refused("bad_envelope", str(error))
        found = self._sources.of_key(head.key_id)
        secret = _NOBODY if found is None else found[1]
        if not is_genuine(head, arrival.body, secret) or found is None:
            return refused("bad_signature")
        source = found[0]
        age_ns = self._clock.wall_ns() - head.sent_ns
        if arrival.is_push and not -WINDOW_NS <= age_ns <= WINDOW_NS:
            return refused(
                "outside_window",
                source=source.name,
                value=f"{age_ns / _SECOND_NS:.3f}",
                limit=f"{WINDOW_NS / _SECOND_NS:g}",
            )
        return source, head

    def reader(self, arrival: Arrival, source_name: str) -> Source | Answer:
        """Return the source that may ask for what became of its signals, or why it may not."""
        if arrival.head:
            found = self.identify(arrival)
            if isinstance(found, Answer):
                return found
            source = found[0]
        else:
            known = self._sources.by_name.get(source_name)
            if known is None or known.auth != "loopback":
                return refused("bad_envelope", "want an X-Sig over `GET` and the path")
            source = known
        return source if source.allows_peer(arrival.peer) else refused("forbidden")

    def _check_unsigned(self, arrival: Arrival) -> Passed | Answer:
        """Check a signal without an envelope: only some sources may, and a secret may be asked."""
        try:
            body = arrival.read(arrival.body)
        except BadDataError as error:
            return refused("bad_signal", str(error))
        source = self._sources.by_name.get(body.source)
        if source is None or source.auth == "hmac":
            return refused("bad_envelope", "want the head of an envelope: this source has to sign")
        if source.auth == "body_secret":
            wanted = self._sources.body_secret(source)
            if not hmac.compare_digest(body.secret.encode(errors="replace"), wanted):
                return refused("bad_signature", "want the secret of this source in the body")
        return self._check_signal(arrival, source, body, None)

    def _check_signal(
        self, arrival: Arrival, source: Source, body: SignalBody, head: Head | None
    ) -> Passed | Answer:
        """Check what a known source says."""
        name, signal_id = source.name, body.id or arrival.fallback_id
        if not source.allows_peer(arrival.peer) or not source.allows_transport(arrival.transport):
            said = f"{name} may not send over {arrival.transport} from {arrival.peer or 'there'}"
            return refused("forbidden", said, signal_id=signal_id, source=name)
        if not signal_id:
            return refused("no_id", source=name)
        if self._market.has_seen(name, signal_id):
            return duplicate(name, signal_id)
        instrument_id = self._spellings.find(body.place)
        if instrument_id is None:
            said = f"unknown instrument {body.place}"
            return refused("unknown_instrument", said, signal_id=signal_id, source=name)
        if source.instruments and instrument_id not in source.instruments:
            said = f"{name} may not send signals for {instrument_id}"
            return refused("not_allowed", said, signal_id=signal_id, source=name)
        sent_ns = head.sent_ns if head is not None and body.ts_ns is None else body.ts_ns
        signal = _signal(body, source, signal_id, instrument_id, sent_ns)
        fault = signal_fault(signal)
        if fault:
            return refused("bad_signal", fault, signal_id=signal_id, source=name)
        opposed = self._market.opposed(signal) if signal.intent == "auto" else Decimal(0)
        is_exit = signal.intent == "exit" or opposed > 0
        refusal = self._cap_refusal(signal, source, opposed) or self._flow_refusal(
            signal, source, head if arrival.is_push else None, is_exit=is_exit
        )
        return refusal or Passed(signal, source, is_exit)

    # how much

    def _cap_refusal(
        self, signal: DetectorSignal, source: Source, opposed: Decimal
    ) -> Answer | None:
        """Refuse an entry worth more than the source may ask for; what it closes is free."""
        most = source.notional_max
        if most is None or signal.intent == "exit":
            return None
        price = self._market.price(signal.instrument_id)
        worth = self._worth(signal, price)
        if worth is None:
            return refused("no_price", signal_id=signal.signal_id, source=source.name)
        if opposed and price is not None:
            worth -= opposed * to_decimal(price)
        if worth <= most:
            return None
        return refused(
            "over_cap",
            signal_id=signal.signal_id,
            source=source.name,
            value=f"{worth:f}",
            limit=f"{most:f}",
        )

    def _worth(self, signal: DetectorSignal, price: float | None) -> Decimal | None:
        """Return what a signal asks for in quote units; None when nobody knows."""
        if signal.notional is not None:
            return signal.notional
        if signal.quantity is not None:
            return None if price is None else signal.quantity * to_decimal(price)
        equity = self._market.equity()
        return None if equity is None or signal.fraction is None else signal.fraction * equity

    # how often

    def _flow_refusal(
        self, signal: DetectorSignal, source: Source, head: Head | None, *, is_exit: bool
    ) -> Answer | None:
        """Refuse what comes too fast or twice; exits have a bucket of their own."""
        now_ns = self._clock.mono_ns()
        bucket = self._buckets.setdefault(
            (source.name, is_exit), _Bucket(source.per_second_max, now_ns)
        )
        key = None if head is None else (head.key_id, head.nonce)
        if key is not None and self._is_used(key, now_ns):
            return refused("replayed", signal_id=signal.signal_id, source=source.name)
        if not bucket.take(now_ns):
            return refused(
                "rate",
                signal_id=signal.signal_id,
                source=source.name,
                limit=f"{source.per_second_max:g}",
            )
        if key is not None:  # as many as the rates of all sources let in within 11 s
            self._nonces[key] = now_ns + _NONCE_KEPT_NS
        return None

    def _is_used(self, key: tuple[str, str], now_ns: int) -> bool:
        """Whether a nonce was used within its window."""
        nonces = self._nonces
        while nonces and next(iter(nonces.values())) < now_ns:
            nonces.popitem(last=False)
        return key in nonces


class _Bucket:
    """Lets one second's worth through at once, and then so many a second."""

    def __init__(self, per_second_max: float, now_ns: int) -> None:
        self._rate = per_second_max
        self._most = max(per_second_max, 1.0)
        self._tokens = self._most
        self._at_ns = now_ns

    def take(self, now_ns: int) -> bool:
        """Take one, if there is one."""
        self._tokens = min(
            self._most, self._tokens + (now_ns - self._at_ns) / _SECOND_NS * self._rate
        )
        self._at_ns = now_ns
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def _signal(
    body: SignalBody,
    source: Source,
    signal_id: str,
    instrument_id: InstrumentId,
    sent_ns: int | None,
) -> DetectorSignal:
    """Return the signal with what its source adds: a time to live, and that it is on trial."""
    signal = body.signal(
        event_ns=0,
        signal_id=signal_id,
        source=source.name,
        instrument_id=instrument_id,
        sent_ns=sent_ns,
    )
    if signal.ttl_s is not None and not (source.dry_run and not signal.dry_run):
        return signal
    return msgspec.structs.replace(
        signal,
        ttl_s=source.ttl_s if signal.ttl_s is None else signal.ttl_s,
        dry_run=signal.dry_run or source.dry_run,
    )
