"""What is still to come is read again a minute and five seconds before, over restarts too."""

from __future__ import annotations

from typing import Any

from argonaut.feeds.announcements.edits import Edit
from argonaut.feeds.events.seen import Seen
from argonaut.feeds.events.upcoming import Upcoming
from tests.feeds.events.parts import NOW_NS, SECOND_NS, event

LIVE_NS = NOW_NS + 3600 * SECOND_NS
TITLE = "Binance Will List Example (EXM)"


def listing(*, code: str = "c0de", go_live_ns: int = LIVE_NS, **fields: Any) -> Any:
    payload = {"code": code, "go_live_ns": str(go_live_ns), "assets": "EXM", "market": "spot"}
    payload = {name: said for name, said in payload.items() if said}
    return event(code or "hash", kind="listing", title=TITLE, payload=payload, **fields)


def before(second: float) -> int:
    return LIVE_NS - int(second * SECOND_NS)


def due(upcoming: Upcoming, second: float) -> list[str]:
    """What is due so many seconds before go-live."""
    return [each.code or each.title for each in upcoming.due(before(second))]


def waiting(**fields: Any) -> Upcoming:
    upcoming = Upcoming()
    upcoming.add([listing(**fields)], NOW_NS)
    return upcoming


def read_well(upcoming: Upcoming, second: float) -> None:
    (awaited,) = upcoming
    upcoming.note(awaited, None, alarms=(), now_ns=before(second))


def test_a_text_is_due_a_minute_and_five_seconds_before_and_then_no_more() -> None:
    upcoming = waiting()
    told = []

    for second in (3000, 61, 60, 59, 6, 5, 4, -60):
        if due(upcoming, second):
            told.append(second)
            read_well(upcoming, second)

    assert told == [60, 5]
    assert list(upcoming) == []


def test_what_was_announced_within_the_last_minute_is_due_once() -> None:
    upcoming = Upcoming()
    upcoming.add([listing()], before(30))

    assert (due(upcoming, 6), due(upcoming, 5)) == ([], ["c0de"])


def test_a_reading_that_failed_is_tried_again_until_it_is_too_late() -> None:
    upcoming = waiting()

    told = [second for second in range(60, -20, -1) if due(upcoming, second)]

    assert told == list(range(60, -11, -5))
    assert list(upcoming) == []


def test_what_has_no_time_or_is_over_or_is_no_listing_is_not_waited_for() -> None:
    upcoming = Upcoming()

    upcoming.add(
        [
            event("a", kind="listing"),
            listing(go_live_ns=NOW_NS - SECOND_NS),
            listing(go_live_ns=NOW_NS + 4 * SECOND_NS),
            event("b", kind="listing_edit", payload={"go_live_ns": str(LIVE_NS)}),
        ],
        NOW_NS,
    )

    assert list(upcoming) == []


def test_a_push_and_the_list_are_one_and_the_code_is_learnt() -> None:
    """A push has no code, and without one there is no article to read."""
    upcoming = waiting(code="")
    upcoming.add([listing(code="c0de", age_s=60)], NOW_NS)
    upcoming.learn("c0de", TITLE, NOW_NS, NOW_NS)

    (awaited,) = upcoming
    assert awaited.code == "c0de"


def test_the_same_title_of_another_day_is_another_announcement() -> None:
    upcoming = waiting(code="")

    upcoming.learn("old", TITLE, NOW_NS - 86_400 * SECOND_NS, NOW_NS)

    (awaited,) = upcoming
    assert awaited.code == ""


def test_another_title_in_the_list_is_looked_into_at_once_and_once() -> None:
    upcoming = waiting()

    upcoming.learn("c0de", f"Postponed: {TITLE}", NOW_NS, before(3000))
    first = due(upcoming, 3000)
    read_well(upcoming, 3000)
    upcoming.learn("c0de", f"Postponed: {TITLE}", NOW_NS, before(2900))

    (awaited,) = upcoming
    assert (first, due(upcoming, 2900)) == (["c0de"], [])
    assert awaited.title_now == f"Postponed: {TITLE}"


def test_a_moved_listing_is_read_again_before_its_new_time() -> None:
    upcoming = waiting()
    (awaited,) = upcoming.due(before(60))

    later_ns = LIVE_NS + 3600 * SECOND_NS
    upcoming.note(awaited, Edit(go_live_ns=later_ns), alarms=("It is later.",), now_ns=before(60))

    assert (awaited.due_ns, awaited.edits) == (later_ns - 60 * SECOND_NS, 1)
    assert awaited.alarms == ("It is later.",)


def test_what_is_called_off_is_waited_for_no_more() -> None:
    upcoming = waiting()
    (awaited,) = upcoming

    upcoming.note(awaited, Edit(called_off="it says so"), alarms=(), now_ns=before(60))

    assert list(upcoming) == []


def test_it_is_known_over_a_restart() -> None:
    seen = Seen(None)
    first = Upcoming(seen)
    first.add([listing()], NOW_NS)
    first.learn("c0de", f"Updated: {TITLE}", NOW_NS, NOW_NS)

    after = Upcoming(seen)

    assert list(after) == list(first)
    assert [each.code for each in after.due(before(60))] == ["c0de"]


def test_what_another_version_kept_is_let_go_of() -> None:
    seen = Seen(None)
    seen.keep("upcoming/", b'[{"name": 1}]')

    assert list(Upcoming(seen)) == []


def test_no_more_than_a_hundred_are_waited_for() -> None:
    upcoming = Upcoming()

    upcoming.add([listing(code=f"c{number}") for number in range(150)], NOW_NS)

    assert [each.code for each in upcoming] == [f"c{number}" for number in range(50, 150)]
