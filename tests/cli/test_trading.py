import json
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

from argonaut.cli.trader import read_last_run
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.runtime.control import ask_now, socket_of
from tests.cli.calling import call, complaints, contents, environment, start

SLOW = "--set", "paper.speed=6000"  # a day in 15 s: long enough to be met half-way


def head(path):
    with JournalReader(path) as reader:
        report = reader.verify()
        assert report.ok
        return report.rows, report.head_hash


def wait_for(condition, *, process=None, seconds=60.0):
    """Poll for something another process does; there is no event to wait for.

    A `process` that ends first never will: what it said is shown.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        if process is not None and process.poll() is not None:
            raise AssertionError(f"it ended with {process.returncode}: {process.communicate()}")
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def rows_in(journal: Path) -> int:
    """Rows a running trader has, asked as a person would."""
    answer = call("status", journal, "--json")
    return answer.answer["journal_seq"] if answer.code == 0 and answer.answer["running"] else 0


def test_a_run_trades_to_the_end_of_its_tape_and_reports(paper, tmp_path):
    called = call("run", paper, "--report", tmp_path / "report.html")

    assert called.code == 0
    assert not called.err
    lines = called.out.splitlines()
    assert lines[0] == f"a new run with the journal {tmp_path / 'journal.db'}"
    assert lines[1].startswith("metrics at http://127.0.0.1:")
    assert any("  filled momentum entry buy" in line for line in lines)
    assert any("  closed momentum long" in line for line in lines)
    assert any("refused" in line and "positions would be open" in line for line in lines)
    assert "By strategy" in called.out
    assert lines[-1] == f"report written to {tmp_path / 'report.html'}"
    assert "<html" in (tmp_path / "report.html").read_text()


def test_paper_and_backtest_decide_alike(paper, tmp_path):
    run = call("run", paper, "--json").answer
    backtest = call("backtest", paper, "--json").answer

    assert run["journal_sha256"] == backtest["journal_sha256"]
    assert run["balances"] == backtest["balances"]
    assert head(tmp_path / "journal.db")[1] == run["journal_sha256"]


def test_a_finished_run_makes_way_for_a_new_one(paper, tmp_path):
    first = call("run", paper, "--json").answer
    called = call("run", paper)
    call("run", paper)

    assert f"the journal of an earlier run is now {tmp_path / 'journal-1.db'}" in called.out
    assert "a new run with the journal" in called.out
    assert head(tmp_path / "journal-1.db")[1] == first["journal_sha256"]
    assert {"journal.db", "journal-1.db", "journal-2.db"} <= contents(tmp_path)


def test_logs_are_json_lines_with_documented_names(paper, tmp_path):
    call("run", paper)

    lines = [json.loads(line) for line in (tmp_path / "argonaut.log").read_text().splitlines()]
    events = [line["event"] for line in lines]
    assert events[0] == "run_started"
    assert events[-1] == "run_ended"
    assert {"order_placed", "order_filled", "risk_blocked", "trade_closed"} <= set(events)


def test_a_taken_port_is_told_and_costs_nothing(paper, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        called = call("run", paper, "--set", f"monitoring.prometheus_port={port}")

    assert called.code == 3
    assert f"port {port} for metrics is taken" in called.err
    assert "journal.sock" not in contents(tmp_path)
    assert call("run", paper).code == 0


def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(paper, tmp_path):
    whole = call("backtest", paper, "--json").answer
    process = start("run", paper, *SLOW)
    wait_for(lambda: rows_in(tmp_path / "journal.db") > 20, process=process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 0
    assert not complaints(err)
    assert "stopped before the tape ended; the same command goes on from here" in out
    assert "journal.sock" not in contents(tmp_path)
    rows, _ = head(tmp_path / "journal.db")
    assert rows > 20

    again = call("run", paper)
    assert "continuing from 2021-05-19 " in again.out
    assert f"{rows:,} rows recovered" in again.out
    assert head(tmp_path / "journal.db")[1] == whole["journal_sha256"]


def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_been(paper, tmp_path):
    whole = call("backtest", paper, "--json").answer
    for _ in range(2):
        process = start("run", paper, *SLOW)
        before = wait_for(lambda: rows_in(tmp_path / "journal.db"), process=process)
        wait_for(lambda at=before: rows_in(tmp_path / "journal.db") > at + 5, process=process)
        process.kill()
        process.communicate(timeout=60)

    ended = call("run", paper, "--json").answer
    assert ended["rows_recovered"] > 10
    assert ended["journal_sha256"] == whole["journal_sha256"]
    assert ended["balances"] == whole["balances"]


def test_a_mark_that_lost_its_journal_does_not_end_the_next_run(paper, tmp_path):
    """Whoever deletes journal.db may leave journal.finished; the new run is not over."""
    call("run", paper)
    (tmp_path / "journal.db").unlink()
    process = start("run", paper, *SLOW)
    wait_for(lambda: rows_in(tmp_path / "journal.db"), process=process)
    process.kill()
    process.communicate(timeout=60)

    assert call("run", paper, "--json").answer["rows_recovered"] > 0


def test_a_second_trader_of_one_journal_is_refused(paper, tmp_path):
    process = start("run", paper, *SLOW)
    try:
        wait_for(lambda: rows_in(tmp_path / "journal.db"), process=process)
        second = call("run", paper)
        fresh = call("run", paper, "--fresh")
    finally:
        process.terminate()
        process.communicate(timeout=60)

    for called in (second, fresh):
        assert called.code == 3
        assert "is open in another process" in called.err
    assert process.returncode == 0


def test_another_config_does_not_go_on_with_the_journal(paper, tmp_path):
    process = start("run", paper, *SLOW)
    wait_for(lambda: rows_in(tmp_path / "journal.db"), process=process)
    process.terminate()
    process.communicate(timeout=60)
    other = "--set", "equity_sample_s=60"

    refused = call("run", paper, *other)
    fresh = call("run", paper, *other, "--fresh")

    assert refused.code == 3
    assert "was written with config" in refused.err
    assert "--fresh moves it aside and begins anew" in refused.err
    assert fresh.code == 0
    assert "journal-1.db" in contents(tmp_path)


def test_a_run_that_stays_up_shows_its_metrics_until_it_is_stopped(paper, tmp_path):
    process = start("run", paper, "--forever", "--plain")
    assert process.stdout is not None
    try:
        lines: list[str] = []
        while not lines or "staying up until stopped" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], "the run ended"
        url = next(line for line in lines if line.startswith("metrics at ")).split()[-1]
        with urllib.request.urlopen(url, timeout=10) as answer:
            metrics = answer.read().decode()
        status = call("status", paper, "--json").answer
    finally:
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)

    assert "strategy_ticks_total" in metrics
    assert status["running"]
    assert status["rows_played"] == status["rows_total"]
    assert process.returncode == 0
    assert "stopped before the tape ended" not in out
    assert "journal.finished" in contents(tmp_path)


def test_status_tells_of_feeds_and_signals_while_it_runs_and_afterwards(paper, tmp_path):
    """A feed that is dead looks like a quiet market, but for who can ask."""
    said = tmp_path / "events.jsonl"
    said.write_text('{"id": "n-1", "source": "desk", "kind": "news", "title": "News"}\n')
    source = {"id": "mine", "connector": "file", "params": {"path": str(said), "replay": True}}
    raw = yaml.safe_load(paper.read_text())
    raw["events"] = {"sources": [source]}
    sources = [{"id": "scanner", "auth": "loopback"}]
    raw["detectors"] = {"sources": sources, "server": {"port": 0}}
    paper.write_text(yaml.safe_dump(raw))

    process = start("run", paper, "--forever", "--plain")
    status = "status", paper
    try:
        wait_for(lambda: "1 taken" in call(*status).out, process=process)
        lines = call(*status).out
        found = call(*status, "--json").answer
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)

    assert "    mine (file): ok, answered 20" in lines
    assert "    scanner: heard never" in lines
    assert (found["feeds"][0]["state"], found["feeds"][0]["items"]) == ("ok", {"taken": 1})
    assert "    desk: as the journal tells, brought news 20" in call(*status).out


def test_a_terminal_gets_a_picture_and_is_given_back(paper):
    code, shown = on_a_terminal("run", paper, *SLOW, stop_when=b"approved")

    assert code == 0
    assert "╭─ test-run" in shown
    assert "Last signals and why" in shown
    assert "Positions" in shown
    assert "By strategy" in shown
    assert shown.rstrip().endswith("the same command goes on from here")
    assert "\x1b[?25h" in shown, "the cursor is shown again"


def test_plain_lines_are_printed_on_a_terminal_when_asked(paper):
    code, shown = on_a_terminal("run", paper, "--plain")

    assert code == 0
    assert "╭─ test-run" not in shown
    assert "  filled momentum entry buy" in shown


def test_the_last_run_is_remembered(paper, tmp_path):
    call("run", paper)

    last = read_last_run()
    assert last is not None
    assert last.journal == str(tmp_path / "journal.db")
    assert last.config == str(paper)


def test_an_operator_command_is_in_the_journal_and_is_replayed(paper, tmp_path):
    """What a person did belongs to the truth as much as what the market did."""
    journal = tmp_path / "journal.db"
    process = start("run", paper, *SLOW)
    wait_for(lambda: rows_in(journal) > 10, process=process)
    ask_now(socket_of(journal), "/command", body={"verb": "pause", "who": "test"})
    wait_for(lambda: call("status", paper, "--json").answer["mode"] == "NO_NEW_RISK")
    process.kill()
    process.communicate(timeout=60)

    ended = call("run", paper, "--json").answer
    with JournalReader(journal) as reader:
        assert len(list(reader.rows(RowFilter(kinds=("operator",))))) == 1
    assert ended["refusals"]["mode"] > 0


@pytest.mark.parametrize("ending", [".finished", ".sock"])
def test_nothing_of_a_run_is_left_beside_an_unfinished_journal(paper, tmp_path, ending):
    call("run", paper, "--set", "data.0.path=absent.parquet")

    assert not (tmp_path / "journal.db").with_suffix(ending).exists()


def on_a_terminal(*arguments: object, stop_when: bytes = b"") -> tuple[int, str]:
    """Call `argonaut` on a terminal of its own; Ctrl-C once `stop_when` was shown."""
    terminal, inner = pty.openpty()
    shape = {"TERM": "xterm-256color", "LINES": "60", "COLUMNS": "140"}
    process = subprocess.Popen(
        [sys.executable, "-m", "argonaut", *map(str, arguments)],
        env={**environment(), **shape},
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    shown, stopped = b"", False
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                part = os.read(terminal, 65_536)
            except OSError:
                break
            if not part:
                break
            shown += part
        if stop_when and not stopped and stop_when in shown:
            process.send_signal(signal.SIGINT)
            stopped = True
    os.close(terminal)
    return process.wait(timeout=10), shown.decode(errors="replace")
