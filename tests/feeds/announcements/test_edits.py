"""A text that was edited: the listing comes later, or not at all, or nothing has changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.feeds.announcements.edits import Edit, alarms_in, edit_of

SECOND_NS = 1_000_000_000
TITLE = "Binance Will List Example (EXM)"
TEN_NS = 1_767_348_000 * SECOND_NS  # 2026-01-02 10:00 UTC
NOON_NS = TEN_NS + 2 * 3600 * SECOND_NS


def body(clock: str = "10:00", *more: str) -> str:
    opens = f"Binance will list Example (EXM) and open trading at 2026-01-02 {clock} (UTC)."
    return "\n".join((opens, *more))


def edited(text: str, title: str = TITLE, alarms: tuple[str, ...] = ()) -> Edit | None:
    """What has changed since a listing for ten o'clock was announced."""
    return edit_of(
        title_before=TITLE,
        assets=("EXM",),
        go_live_ns=TEN_NS,
        alarms=alarms,
        title=title,
        body=text,
        published_ns=TEN_NS - 86_400 * SECOND_NS,
    )


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (TITLE, body()),
        (f"Updated: {TITLE}", body()),
        (TITLE, body("10:00", "A new pair was added: EXM/TRY.")),
        (TITLE, body("10:00", "Binance reserves the right to cancel or amend this at any time.")),
        (TITLE, body("10:00", "Withdrawals will open at 2026-01-03 10:00 (UTC).")),
    ],
)
def test_what_still_says_the_same_changes_nothing(title: str, text: str) -> None:
    """Most articles are edited for a typing error; a hunt must not end for that."""
    assert edited(text, title) is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (TITLE, body("12:00")),
        (f"Updated: {TITLE}", body("12:00")),
        (f"Postponed: {TITLE}", body("12:00")),
        (TITLE, body("12:00", "Trading has been postponed due to technical reasons.")),
        (TITLE, body("12:00", "The listing was delayed.")),
    ],
)
def test_another_time_is_another_time(title: str, text: str) -> None:
    assert edited(text, title) == Edit(go_live_ns=NOON_NS)


def test_an_earlier_time_is_another_time_too() -> None:
    assert edited(body("09:00")) == Edit(go_live_ns=TEN_NS - 3600 * SECOND_NS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (body("10:00", "The listing has been cancelled."), "cancelled"),
        (body("12:00", "The listing of EXM was canceled."), "canceled"),
        (body("10:00", "Binance will not list Example (EXM)."), "will not list"),
        (body("10:00", "EXM will no longer be listed."), "no longer"),
        (body("10:00", "The listing is called off."), "called off"),
        (body("10:00", "Trading is postponed until further notice."), "names no later time"),
        (body("09:00", "Trading has been postponed."), "names no later time"),
        ("Binance will list Example (EXM). Time to be announced.", "no certain time any more"),
        (body("10:00 (Mars Time)"), "no certain time any more"),
    ],
)
def test_what_is_cancelled_or_not_clear_any_more_is_called_off(text: str, said: str) -> None:
    """Nobody loses money on a coin that was not bought."""
    found = edited(text)

    assert found is not None
    assert found.go_live_ns is None
    assert said in found.called_off


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Notice of Removal of Example (EXM)", "it reads as delisting now"),
        ("Binance Will Suspend Example (EXM)", "it reads as suspension now"),
        ("Binance Will List Other (OTH)", "it names EXM no more"),
        ("Cancelled: Binance Will List Example (EXM)", "it says: Cancelled"),
    ],
)
def test_a_title_of_something_else_calls_off(title: str, said: str) -> None:
    found = edited(body(), title)

    assert found is not None
    assert said in found.called_off


def test_what_a_text_said_from_the_beginning_is_no_news() -> None:
    """Such as of another coin that was postponed before."""
    text = body("10:00", "The listing of another coin was postponed.")

    assert edited(text) is not None
    assert edited(text, alarms=alarms_in(TITLE, text)) is None


def test_only_what_is_said_to_be_so_is_an_alarm() -> None:
    text = "Trading may be delayed. If it is cancelled, orders are void. It was delayed."

    assert alarms_in(TITLE, text) == ("It was delayed.",)


@given(st.text(), st.text())
def test_any_text_is_read(title: str, text: str) -> None:
    found = edited(text, title)

    assert found is None or bool(found.called_off) is (found.go_live_ns is None)
