"""What a source knew before a restart."""

import pytest

from argonaut.feeds.social.figures import Heuristic
from argonaut.feeds.social.history import WINDOW_NS
from argonaut.feeds.social.listener import Listener
from argonaut.feeds.social.lunarcrush import Lunarcrush
from argonaut.feeds.social.memory import Diary, Saved
from tests.feeds.social.shelf import Shelf
from tests.feeds.social.talk import START_NS, WATCH, window


def at(windows: float) -> int:
    return START_NS + int(windows * WINDOW_NS)


def test_after_a_restart_velocity_is_known_at_once() -> None:
    shelf = Shelf()
    before = Listener("x", WATCH, Heuristic(), Diary(shelf, "x"))
    for n in range(13):
        before.live(window(n, 4), since_ns=at(n), until_ns=at(n + 1))
    after = Listener("x", WATCH, Heuristic(), Diary(shelf, "x"))
    (event,) = after.live(window(14, 12), since_ns=at(14), until_ns=at(14.99))

    assert event.velocity == pytest.approx(3.0)


def test_without_a_memory_it_takes_two_hours() -> None:
    after = Listener("x", WATCH, Heuristic())
    (event,) = after.live(window(14, 12), since_ns=at(14), until_ns=at(14.99))

    assert event.velocity is None


def test_it_is_written_once_a_window() -> None:
    shelf = Shelf()
    listener = Listener("x", WATCH, Heuristic(), Diary(shelf, "x"))
    for n in range(100):
        listener.live([], since_ns=at(n / 50), until_ns=at((n + 1) / 50))

    assert shelf.writes == 3


def test_a_source_that_counts_itself_is_remembered_too() -> None:
    shelf = Shelf()
    body = b'{"data": [{"symbol": "DOGE", "social_volume_24h": %d}]}'
    before = Lunarcrush(WATCH, Heuristic(), Diary(shelf, "moon"))
    for n in range(12):
        before.read(body % (400 + n % 2), at(n))
    (event,) = Lunarcrush(WATCH, Heuristic(), Diary(shelf, "moon")).read(body % 801, at(12))

    assert event.velocity == pytest.approx(2.0)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"usual": 3}', b"[]"])
def test_what_cannot_be_read_any_more_is_nothing(body: bytes) -> None:
    shelf = Shelf()
    shelf.kept["x"] = body

    assert Diary(shelf, "x").read() == Saved()


def test_two_sources_do_not_share_a_page() -> None:
    shelf = Shelf()
    Diary(shelf, "a").write(Saved(usual={"DOGE": {1: 2.0}}), at(0))

    assert Diary(shelf, "b").read() == Saved()
    assert Diary(shelf, "a").read().usual == {"DOGE": {1: 2.0}}
