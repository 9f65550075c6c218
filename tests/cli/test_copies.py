import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import UnixStreamServer

import pytest

from argonaut.journal.copying import EPOCH_JUMP
from argonaut.journal.reader import JournalReader, verify
from tests.cli.calling import call, contents, start
from tests.cli.test_trading import SLOW, rows_in, wait_for


def test_a_journal_is_copied_and_restored(journal, tmp_path):
    path, summary = journal
    copy, again = tmp_path / "copies" / "copy.db", tmp_path / "again.db"
    called = call("journal", "backup", path, copy)
    restored = call("journal", "restore", copy, again)

    assert (called.code, restored.code) == (0, 0)
    assert f"rows copied to {copy}, every one verified" in called.out
    assert f"rows restored to {again}" in restored.out
    assert "what was decided after its last row is not in it" in restored.out
    assert verify(again).head_hash == summary["journal_sha256"]
    assert contents(copy.parent) == {"copy.db"}


def test_scripts_get_one_object(journal, tmp_path):
    path, summary = journal
    copy = tmp_path / "copy.db"
    backup = call("journal", "backup", path, copy, "--json").answer
    restored = call("journal", "restore", copy, tmp_path / "again.db", "--json").answer

    assert backup["path"] == str(copy)
    assert backup["head_hash"] == summary["journal_sha256"]
    assert restored["rows"] == backup["rows"]
    assert restored["epoch_jump"] == EPOCH_JUMP


def test_an_older_copy_is_replaced_only_when_asked(journal, tmp_path):
    copy = tmp_path / "copy.db"
    call("journal", "backup", journal[0], copy)
    refused = call("journal", "backup", journal[0], copy)
    replaced = call("journal", "backup", journal[0], copy, "--replace")

    assert refused.code == 2
    assert "is there already; want another name, or --replace" in refused.err
    assert replaced.code == 0


def test_nothing_is_restored_over_a_journal(journal, tmp_path):
    copy = tmp_path / "copy.db"
    call("journal", "backup", journal[0], copy)
    called = call("journal", "restore", copy, journal[0])

    assert called.code == 3
    assert "is there already; want it moved away first" in called.err


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_is_not_there_is_told(tmp_path, command):
    called = call("journal", command, tmp_path / "none.db", tmp_path / "out.db")

    assert called.code == 4
    assert "there is no journal at" in called.err
    assert contents(tmp_path) == set()


@pytest.mark.slow
def test_the_copy_of_a_running_trader(paper, tmp_path):
    """The trader keeps its file to itself, so it makes the copy."""
    process = start("run", paper, *SLOW)
    try:
        wait_for(lambda: rows_in(tmp_path / "journal.db") > 50)
        called = call("journal", "backup", paper, tmp_path / "copy.db", "--json")
    finally:
        process.terminate()
        process.communicate(timeout=30)

    assert called.code == 0, called
    assert called.answer["rows"] >= 50
    with (
        JournalReader(tmp_path / "journal.db") as live,
        JournalReader(tmp_path / "copy.db") as copy,
    ):
        rows = list(copy.rows())
        assert rows == list(live.rows())[: len(rows)]
    assert not list(tmp_path.glob("*.part*"))


@contextmanager
def trader_that_says(socket, *answers):
    """A trader's side of the control channel that gives these answers, then goes away."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = json.dumps(left.pop(0)).encode()
            if not left:  # before the last word, or who asks on at once is never answered
                socket.unlink()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the name http.server calls

        def log_message(self, *_):
            pass

        def address_string(self):
            return "client"

    with UnixStreamServer(str(socket), Handler) as server:

        def serve():
            while left:
                server.handle_request()

        thread = threading.Thread(target=serve)
        thread.start()
        yield
        thread.join()


def test_a_trader_whose_disk_fails_says_why_there_is_no_copy(tmp_path):
    states = (
        {"path": "x", "done": 1, "total": 9},
        {"path": "x", "done": 2, "total": 9, "error": "no room left"},
    )
    with trader_that_says(tmp_path / "run.sock", *states):
        called = call("journal", "backup", tmp_path / "run.db", tmp_path / "copy.db")

    assert called.code == 4
    assert "the trader could not copy its journal: no room left" in called.err
    assert contents(tmp_path) == set()


def test_a_trader_that_ends_in_the_middle_leaves_no_copy(tmp_path):
    with trader_that_says(tmp_path / "run.sock", {"path": "x", "done": 1, "total": 9}):
        called = call("journal", "backup", tmp_path / "run.db", tmp_path / "copy.db")

    assert called.code == 4
    assert "ended before its copy was whole" in called.err
    assert contents(tmp_path) == set()
