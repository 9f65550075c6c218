"""Envelopes that should not pass: `python -m benchmarks.envelopes`, a million of them.

Sound envelopes are changed as an attacker or a broken program would: bits and bytes of head and
body, keys, times, nonces, fields, types, numbers, nesting, spliced halves of two envelopes,
replays, and bodies that are signed well and say nonsense. Each goes to the real door. An oracle
that knows what was changed says whether it may pass; nothing else may, and nothing may raise.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from argonaut.domain.event import DetectorSignal
from argonaut.domain.ids import InstrumentId
from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.answer import Answer
from argonaut.feeds.detectors.door import Arrival, Door
from argonaut.feeds.detectors.envelope import seal
from argonaut.feeds.detectors.source import Source, Sources
from argonaut.feeds.detectors.spelling import Spellings

CASES: Final = 1_000_000
NOW_NS: Final = 1_767_323_045_000_000_000
SECRETS: Final = {"k1": b"the-first-secret-of-the-bench", "k2": b"the-other-secret-of-the-bench"}
OF_NOBODY: Final = b"a-secret-that-no-source-has-000"
GOOD: Final[dict[str, Any]] = {"instrument": "BTC/USDT", "side": "buy", "notional": "100"}
NONSENSE: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1e308, -1e308, "", "NaN", "Infinity", "-5", "1e30", "9" * 5_000,
    "\x00", "\ud83d", [], {}, [[[]]], {"a": {"b": {}}}, "BTC/USDT\n", "ETH/USDT", float("nan"),
    float("inf"), 10**40, "'; DROP TABLE", "<script>", "../../etc/passwd",
)  # fmt: skip
FIELDS: Final = (
    "id", "source", "instrument", "symbol", "side", "intent", "quantity", "size", "notional",
    "quote", "fraction", "confidence", "order_type", "limit_price", "stop_price", "take_profit",
    "expected_price", "leverage", "ttl_s", "dry_run", "strategy", "user_id", "tag", "ts_ns",
    "secret", "metadata", "unknown",
)  # fmt: skip
Case = tuple[bytes, bool]  # an envelope, and whether it may pass


class StillClock:
    """A moment that does not pass; monotonic time goes on, so that no rate is met."""

    def __init__(self) -> None:
        self._mono_ns = 0

    def wall_ns(self) -> int:
        """The moment."""
        return NOW_NS

    def mono_ns(self) -> int:
        """A millisecond later each time."""
        self._mono_ns += 1_000_000
        return self._mono_ns


class EmptyMarket:
    """A run that has seen nothing and holds nothing."""

    def price(self, instrument_id: InstrumentId) -> float | None:
        """A price."""
        del instrument_id
        return 50_000.0

    def equity(self) -> Decimal | None:
        """An equity."""
        return Decimal(10_000)

    def opposed(self, signal: DetectorSignal) -> Decimal:
        """Nothing is held."""
        del signal
        return Decimal(0)

    def has_seen(self, source: str, signal_id: str) -> bool:
        """Nothing was seen."""
        del source, signal_id
        return False


class Fuzz:
    """Makes envelopes from a seed."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._number = 0
        self._last = b"v1="  # nothing was sent yet
        self._kinds: tuple[Callable[[], Case], ...] = (
            self._sound,
            self._bit,
            self._cut,
            self._noise,
            self._spliced,
            self._stranger,
            self._other_key,
            self._late,
            self._replayed,
            self._nonsense,
            self._unsigned,
            self._oversized,
            self._nested,
        )

    def case(self) -> tuple[str, Case]:
        """Return the next one and what kind it is."""
        kind = self._dice.choice(self._kinds)
        return kind.__name__.removeprefix("_"), kind()

    def _body(self, **changes: Any) -> bytes:
        self._number += 1
        return json.dumps({"id": f"f-{self._number}", **GOOD, **changes}).encode()

    def _sealed(self, body: bytes, *, secret: bytes = SECRETS["k1"], late_ns: int = 0) -> bytes:
        self._number += 1
        nonce = f"nonce-{self._number:012d}"
        return seal(body, key_id="k1", secret=secret, sent_ns=NOW_NS - late_ns, nonce=nonce)

    def _good(self) -> bytes:
        return self._sealed(self._body())

    def _sound(self) -> Case:
        self._last = self._good()
        return self._last, True

    def _bit(self) -> Case:
        text = self._good()
        changed = bytearray(text)
        for _ in range(self._dice.randint(1, 3)):
            changed[self._dice.randrange(len(changed))] ^= 1 << self._dice.randrange(8)
        return bytes(changed), changed == text  # two flips may undo each other

    def _cut(self) -> Case:
        text = self._good()
        at, length = self._dice.randrange(len(text)), self._dice.randint(1, 20)
        return text[:at] + text[at + length :], False

    def _noise(self) -> Case:
        text = self._good()
        at = self._dice.randrange(len(text) + 1)
        return text[:at] + self._dice.randbytes(self._dice.randint(1, 40)) + text[at:], False

    def _spliced(self) -> Case:
        head, _, _ = self._good().partition(b" ")
        _, _, body = self._good().partition(b" ")
        return head + b" " + body, False

    def _stranger(self) -> Case:
        secret = self._dice.choice((OF_NOBODY, b"", SECRETS["k2"]))
        return self._sealed(self._body(), secret=secret or b"\x00"), False

    def _other_key(self) -> Case:
        return self._good().replace(b"key=k1", self._dice.choice((b"key=k2", b"key=k3"))), False

    def _late(self) -> Case:
        off_ns = self._dice.choice((-1, 1)) * self._dice.randint(5_001, 10**9) * 1_000_000
        return self._sealed(self._body(), late_ns=off_ns), False

    def _replayed(self) -> Case:
        return self._last, False  # the sound one before it has used its nonce

    def _nonsense(self) -> Case:
        """Sign well what a signal cannot be; some of it happens to be sound, which is no fault."""
        field, value = self._dice.choice(FIELDS), self._dice.choice(NONSENSE)
        envelope = self._sealed(self._body(**{field: value}))
        return envelope, _is_sound(field, value)

    def _unsigned(self) -> Case:
        return self._body(source=self._dice.choice(("one", "two", "nobody"))), False

    def _oversized(self) -> Case:
        return self._sealed(self._body(tag="x" * self._dice.randint(65_536, 80_000))), False

    def _nested(self) -> Case:
        depth = self._dice.choice((10, 1_000, 20_000))
        opening, closing = self._dice.choice(((b"[", b"]"), (b'{"a":', b"}")))
        body = b'{"id":"x","metadata":' + opening * depth + b"1" + closing * depth + b"}"
        return self._sealed(body[:65_000]), False


def _is_sound(field: str, value: Any) -> bool:
    """Whether a good signal with this one field changed is still one a detector may mean."""
    is_text = isinstance(value, str) and value.isprintable() and "\ud83d" not in value
    if field in ("id", "user_id", "tag", "strategy"):
        is_optional = value is None and field == "strategy"
        return is_optional or (is_text and len(value) <= 64 and (field != "id" or value != ""))
    if field == "secret":
        return isinstance(value, str) and "\ud83d" not in value
    if field in ("source", "symbol"):
        return value == ""
    if field == "dry_run":
        return isinstance(value, bool)
    if field == "metadata":
        return value == {}
    if field == "confidence":
        return type(value) is int and value == 0
    if field == "ts_ns":
        return value is None or (type(value) is int and value == 0)
    return value is None and field in (
        "quantity", "size", "quote", "fraction", "limit_price", "stop_price", "take_profit",
        "expected_price", "leverage", "ttl_s",
    )  # fmt: skip


def door() -> Door:
    """Return a door with two sources."""
    sources = [
        Source(name=name, secrets={key_id: Secret(SECRETS[key_id].decode())}, per_second_max=1e9)
        for name, key_id in (("one", "k1"), ("two", "k2"))
    ]
    spellings = Spellings([InstrumentId("BTC/USDT@sim")])
    return Door(Sources(sources), spellings, EmptyMarket(), StillClock())


def measure(cases: int, seed: int) -> dict[str, Any]:
    """Return what passed, what was refused and why, and everything that was wrong."""
    fuzz, judge = Fuzz(seed), door()
    codes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    wrong: list[str] = []
    began = time.perf_counter()
    for _ in range(cases):
        kind, (envelope, may_pass) = fuzz.case()
        kinds[kind] += 1
        try:
            judged = judge.check(Arrival.of(envelope, "http", peer="192.0.2.1", is_push=True))
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            wrong.append(f"{kind} raised {error!r}: {envelope[:200]!r}")
            continue
        code = judged.code if isinstance(judged, Answer) else "passed"
        codes[code] += 1
        if (code == "passed") != may_pass:
            wrong.append(f"{kind}: {code}: {envelope[:200]!r}")
    took_s = time.perf_counter() - began
    return {
        "cases": cases,
        "seed": seed,
        "kinds": dict(kinds.most_common()),
        "answers": dict(codes.most_common()),
        "wrong": len(wrong),
        "examples": wrong[:10],
        "us_per_case": round(took_s / cases * 1e6, 1),
    }


def main(arguments: list[str] | None = None) -> int:
    """Judge them all; return 1 when one was judged wrongly."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.envelopes", description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    figures = measure(options.cases, options.seed)
    print(json.dumps(figures, indent=1))
    return 1 if figures["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
