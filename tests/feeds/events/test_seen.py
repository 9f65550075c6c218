"""What was acted on once must never be news again, whatever happens to the process."""

import sqlite3

import pytest

from argonaut.feeds.events.seen import Seen, SeenError


def test_a_key_is_remembered_over_a_restart(tmp_path):
    seen = Seen(tmp_path / "run.seen")
    seen.mark("binance", ["code-1", "title-1"])
    seen.begin("binance_cms")
    seen.close()

    again = Seen(tmp_path / "run.seen")

    assert again.has("binance", ["title-1"])
    assert again.has("binance", ["new", "code-1"])
    assert not again.has("bybit", ["code-1"])
    assert again.has_begun("binance_cms")
    assert not again.has_begun("bybit")
    again.close()


def test_what_was_committed_survives_a_process_that_is_killed(tmp_path):
    seen = Seen(tmp_path / "run.seen")
    seen.mark("feed", ["kept"])
    assert seen.commit()
    seen.mark("feed", ["lost"])

    again = Seen(tmp_path / "run.seen")  # the first one is never closed

    assert again.has("feed", ["kept"])
    assert not again.has("feed", ["lost"])


def test_a_mark_counts_before_it_is_durable_and_twice_is_once():
    seen = Seen(None)

    seen.mark("feed", ["a", "a"])
    seen.mark("feed", ["a"])

    assert seen.has("feed", ["a"])


def test_a_file_of_another_kind_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "run.seen").write_bytes(b"no database, but long enough to be looked at" * 50)

    with pytest.raises(SeenError, match="move it aside"):
        Seen(tmp_path / "run.seen")


def test_a_disk_that_takes_nothing_is_told_and_tried_again(tmp_path):
    seen = Seen(tmp_path / "run.seen")
    other = sqlite3.connect(tmp_path / "run.seen", timeout=0)
    other.execute("BEGIN IMMEDIATE")
    seen._database.execute("PRAGMA busy_timeout=0")
    seen.mark("feed", ["a"])

    assert not seen.commit()
    assert seen.has("feed", ["a"])
    other.rollback()
    assert seen.commit()


def test_what_a_source_keeps_for_itself_survives_a_kill(tmp_path):
    seen = Seen(tmp_path / "run.seen")
    seen.keep("reddit", b"first")
    seen.keep("reddit", b"second")

    again = Seen(tmp_path / "run.seen")  # the first one is never closed

    assert again.recall("reddit") == b"second"
    assert again.recall("x") == b""


def test_a_disk_that_takes_nothing_makes_a_source_forget_and_no_more(tmp_path):
    seen = Seen(tmp_path / "run.seen")
    seen.keep("reddit", b"first")
    seen._database.execute("PRAGMA query_only=ON")

    seen.keep("reddit", b"second")

    assert seen.recall("reddit") == b"first"
