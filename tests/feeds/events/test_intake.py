"""Every event once: a second effect of one announcement is a second position."""

import pytest

from argonaut.feeds.events.seen import Seen
from tests.feeds.events.parts import NOW_NS, SECOND_NS, Bench, event


def take(bench, *events, **options):
    return bench.intake.take("feed", events, seen_ns=bench.clock.wall_ns(), **options)


def begun(**settings):
    """Return a bench whose source has been read before."""
    bench = Bench(**settings)
    take(bench)
    return bench


def test_what_comes_again_has_no_second_effect():
    bench = begun()

    take(bench, event("a"), event("b"))
    take(bench, event("b"), event("c"), event("a"))

    assert bench.taken == ["a", "b", "c"]
    assert [result for result, _ in bench.book.items] == [
        "taken", "taken", "duplicate", "taken", "duplicate",
    ]  # fmt: skip


def test_on_the_first_start_ever_history_is_seen_and_never_acted_on():
    bench = Bench(first_late_s=60.0)

    take(bench, event("old", age_s=61.0), event("young", age_s=59.0), event("x", published_ns=None))
    take(bench, event("old", age_s=61.0), event("late news", age_s=5_000.0))

    assert bench.taken == ["young", "late news"]
    assert bench.book.items[0] == ("history", "old")


def test_a_push_has_no_history():
    bench = Bench()

    take(bench, event("pushed", published_ns=None), is_news=True)
    take(bench, event("old page", age_s=9_000.0))

    assert bench.taken == ["pushed"]


def test_a_crash_between_journal_and_seen_has_no_second_effect(tmp_path):
    """kill -9 after the order, before the mark: the journal turns the event away."""
    bench = begun(seen=Seen(tmp_path / "run.seen"))
    bench.intake._seen.commit = lambda: False  # the process dies here
    take(bench, event("a"))

    after = Bench(seen=Seen(tmp_path / "run.seen"))
    after.trader.journal += bench.trader.journal
    take(after, event("a"), event("b"))

    assert after.taken == ["a", "b"]


def test_a_restart_remembers_what_it_took_and_what_it_passed_over(tmp_path):
    bench = Bench(seen=Seen(tmp_path / "run.seen"))
    take(bench, event("old", age_s=1e6), event("new"))
    bench.seen.close()

    after = Bench(seen=Seen(tmp_path / "run.seen"))
    take(after, event("old", age_s=1e6), event("new"), event("newer"))

    assert after.taken == ["newer"]


def test_what_could_not_be_made_durable_is_asked_for_again():
    bench = begun()
    bench.trader.is_durable = False
    assert not take(bench, event("a"), event("b"))

    bench.trader.is_durable = True
    assert take(bench, event("a"), event("b"))

    assert bench.taken == ["a", "b"]
    assert bench.book.items[0] == ("lost", "a")


def test_a_run_that_is_not_ready_takes_nothing_and_marks_nothing():
    bench = Bench()
    bench.trader.is_ready = False
    assert not take(bench, event("a"))

    bench.trader.is_ready = True
    assert take(bench, event("a"))

    assert bench.taken == ["a"]


def test_sources_of_a_family_know_each_others_items():
    bench = begun()
    bench.intake.take("list", (), seen_ns=NOW_NS)

    def keys(each):
        return (each.title,), (each.title,)

    take(bench, event("push-1", title="Will List X (X)"), family="venue", keys=keys)
    bench.intake.take(
        "list", [event("code-1", title="Will List X (X)")],
        seen_ns=NOW_NS, family="venue", keys=keys,
    )  # fmt: skip

    assert bench.taken == ["push-1"]


def test_an_event_is_cleaned_resolved_and_stamped_with_its_place():
    bench = begun(names=["BTC/USDT@sim"])
    bench.trader.tape_row = 42
    bench.clock.turn(2.0)

    take(bench, event("a", symbols=("BTC",), title="<i>x</i>"))

    (taken,) = bench.trader.journal
    assert (taken.title, taken.tape_row) == ("x", 42)
    assert taken.event_ns == NOW_NS + 2 * SECOND_NS
    assert taken.payload["instruments"] == "BTC/USDT@sim"


def test_on_a_tape_times_move_with_it():
    bench = begun()
    bench.trader.is_recorded, bench.trader.shift_ns = True, -1_000 * SECOND_NS

    take(bench, event("a", age_s=4.0))

    (taken,) = bench.trader.journal
    assert taken.event_ns - taken.published_ns == 4 * SECOND_NS


def test_the_stopwatch_runs_from_published_to_taken():
    bench = begun()

    take(bench, event("a", age_s=1.5), event("b", published_ns=None), parse_s=0.25)

    assert [each.published_to_seen_s for each in bench.book.stages] == [1.5, None]
    assert bench.book.stages[0].seen_to_parsed_s == pytest.approx(0.25)
    assert bench.book.stages[0].parsed_to_taken_s == 0.0
