"""Events from a file drive tests and replays, so no line may be lost or read twice."""

import asyncio
import io
import json
import subprocess

import pytest

from argonaut.feeds.events.file import FileFeed, Params
from tests.feeds.events.parts import NOW_NS, Bench, until


def line(event_id, **fields):
    given = {"id": event_id, "source": "desk", "kind": "news", "published_ns": NOW_NS}
    return json.dumps(given | fields) + "\n"


def feed_of(bench, path, **params):
    return FileFeed(bench.wiring(params=Params(path=str(path), **params), interval_s=0.01))


def test_a_file_is_followed_as_it_grows(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(line("a"))
    bench = Bench()
    feed = feed_of(bench, path)

    feed.look()
    with path.open("a") as file:
        file.write(line("b") + line("c")[:10])
        file.flush()
        feed.look()
        file.write(line("c")[10:])
    feed.look()

    assert bench.taken == ["a", "b", "c"]


def test_files_of_a_folder_are_read_by_name_and_others_left_alone(tmp_path):
    (tmp_path / "2.jsonl").write_text(line("b"))
    (tmp_path / "1.json").write_text(line("a"))
    (tmp_path / "notes.txt").write_text("no event\n")
    bench = Bench()

    feed_of(bench, tmp_path).look()

    assert bench.taken == ["a", "b"]


def test_a_line_that_is_no_event_is_counted_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(line("a") + "{broken\n\n" + line("b", priority="high") + line("c"))
    bench = Bench()

    feed_of(bench, path).look()

    assert bench.taken == ["a", "c"]
    assert bench.book.answers == ["ok", "unreadable", "unreadable", "ok"]


def test_what_a_file_held_before_is_history_unless_replay_is_wanted(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(line("old", published_ns=1))
    bench, replaying = Bench(), Bench()

    feed_of(bench, path).look()
    feed_of(replaying, path, replay=True).look()

    assert bench.taken == []
    assert replaying.taken == ["old"]


def test_a_run_that_is_not_ready_gets_the_lines_again(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(line("a") + line("b"))
    bench = Bench()
    feed = feed_of(bench, path)
    bench.trader.is_ready = False
    feed.look()

    bench.trader.is_ready = True
    feed.look()

    assert bench.taken == ["a", "b"]


def test_a_file_that_came_anew_is_read_anew_and_old_lines_stay_old(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text(line("a") + line("b"))
    bench = Bench()
    feed = feed_of(bench, path)
    feed.look()

    (tmp_path / "new").write_text(line("a") + line("c"))
    (tmp_path / "new").replace(path)
    feed.look()

    assert bench.taken == ["a", "b", "c"]


def test_a_path_that_is_not_there_yet_is_counted_and_tried_again(tmp_path):
    path = tmp_path / "events.jsonl"
    bench = Bench()
    feed = feed_of(bench, path)

    feed.look()
    path.write_text(line("a"))
    feed.look()

    assert bench.book.answers == ["unreachable", "ok"]
    assert bench.taken == ["a"]
    assert bench.health.failures == 0


def test_a_line_without_end_is_passed_over(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("x" * 200_000)
    bench = Bench()
    feed = feed_of(bench, path)
    feed.look()

    with path.open("a") as file:
        file.write("\n" + line("a"))
    feed.look()

    assert bench.taken == ["a"]
    assert bench.book.answers.count("unreadable") == 1


def test_it_looks_again_and_again(tmp_path):
    path = tmp_path / "events.jsonl"
    path.write_text("")
    bench = Bench()

    async def story():
        task = asyncio.create_task(feed_of(bench, path).run())
        await asyncio.sleep(0)
        path.write_text(line("a"))
        await until(lambda: bench.taken == ["a"])
        task.cancel()

    asyncio.run(story())


STDIN = (line("a") + "nonsense\n" + "x" * 400_000 + "\n" + line("b")).encode()


def read_stdin(stdin, monkeypatch):
    bench = Bench()
    monkeypatch.setattr("sys.stdin", stdin)
    asyncio.run(asyncio.wait_for(feed_of(bench, "-").run(), 60))
    return bench


def test_a_pipe_is_read_to_its_end(monkeypatch, tmp_path):
    (tmp_path / "lines").write_bytes(STDIN)
    with subprocess.Popen(["cat", tmp_path / "lines"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        bench = read_stdin(io.TextIOWrapper(process.stdout), monkeypatch)

    assert bench.taken == ["a", "b"]
    assert bench.book.answers[0] == bench.book.answers[-1] == "ok"
    assert "unreadable" in bench.book.answers


def test_a_file_as_standard_input_is_read_to_its_end(monkeypatch, tmp_path):
    (tmp_path / "lines").write_bytes(STDIN)
    with (tmp_path / "lines").open() as stdin:
        bench = read_stdin(stdin, monkeypatch)

    assert bench.taken == ["a", "b"]


def test_a_feed_without_a_path_is_refused():
    with pytest.raises(ValueError, match="want a path"):
        Params(path="")
