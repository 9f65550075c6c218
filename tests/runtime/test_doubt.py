"""When an order of a dead process had left at the latest; `test_recovery` lives through it."""

from __future__ import annotations

import msgspec
import pytest

from argonaut.domain.ids import ClientOrderId
from argonaut.journal.row import Row
from argonaut.runtime.doubt import KIND, Doubt, left_by_ns

S = 1_000_000_000
NAME = ClientOrderId("trend-qz1-1-e")
NOW_NS, MONO_NS = 1_000 * S, 500 * S


def row(event_s: float, mono_s: float | None, *, kind: str = KIND) -> Row:
    """What a start has written of one order."""
    return Row(
        seq=1,
        event_seq=0,
        event_ns=int(event_s * S),
        kind=kind,
        subject="qz2",
        payload=msgspec.json.encode(Doubt(orders=(NAME,))),
        prev_hash=b"",
        hash=b"",
        mono_ns=None if mono_s is None else int(mono_s * S),
    )


def left(*rows: Row) -> dict[ClientOrderId, int]:
    return left_by_ns(rows, now_ns=NOW_NS, mono_ns=MONO_NS)


def test_the_first_start_that_told_of_an_order_counts() -> None:
    """Its sender was dead by then."""
    assert left(row(900, 400), row(950, 450)) == {NAME: 900 * S}


@pytest.mark.parametrize(
    ("event_s", "mono_s", "known_s"),
    [
        (900, 400, 900),  # both clocks agree
        (300, 400, 900),  # that start's clock was ten minutes slow: the steady one knows better
        (980, 400, 980),  # or fast: the later time is the safe one
        (1_500, 400, 1_000),  # but never after now
        (900, 700, 1_000),  # another boot: nothing is known of the time between
        (900, None, 1_000),  # a journal without stamps
    ],
)
def test_of_what_two_clocks_say_the_safe_one_counts(
    event_s: float, mono_s: float | None, known_s: float
) -> None:
    """R2: an order called absent too early may still arrive, and is bought twice."""
    assert left(row(event_s, mono_s)) == {NAME: known_s * S}


def test_rows_of_other_kinds_tell_nothing() -> None:
    assert left(row(900, 400, kind="lease")) == {}
