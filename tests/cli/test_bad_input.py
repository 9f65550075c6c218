"""Everything a user can get wrong: a specific message, a stable code, nothing half-written.

`call` runs the real command line in this process; an exception that is no exit fails the test.
"""

from __future__ import annotations

import resource
import signal
import sqlite3
import subprocess
import sys

import apsw
import pytest

from argonaut.journal.database import APPLICATION_ID
from argonaut.journal.meta import OLDEST_READ, SCHEMA_VERSION
from tests.cli.calling import Called, call, contents, environment
from tests.config.written import MOMENTUM, bars, flat_rows, minimal, minute_csv, written

FIRST_MS = 1_620_000_000_000


def refused(called: Called, code: int, *said: str) -> None:
    """Assert the code and the words, and that nobody was shown a traceback."""
    assert called.code == code, called
    assert "Traceback" not in called.out + called.err
    for part in said:
        assert part in called.err


def played(tmp_path, rows, **more):
    """Back-test bars of a CSV file, writing every kind of file."""
    minute_csv(tmp_path, rows)
    data = [{"path": "bars.csv", "instrument": "BTC/USDT", "timeframe": "1m", **more}]
    return backtest(tmp_path, minimal(data=data))


def backtest(tmp_path, raw):
    out = tmp_path / "out"
    called = call(
        "backtest", written(tmp_path, raw),
        "--report", out / "r.html", "--trades", out / "t.csv",
        "--equity", out / "e.csv", "--journal", out / "j.db",
    )  # fmt: skip
    if called.code:
        assert contents(tmp_path) <= {"config.yaml", "bars.csv", "quotes.csv", "signals.jsonl"}
    return called


def row(minute, **values):
    found = {"open": 100, "high": 100, "low": 100, "close": 100, "volume": 1, **values}
    return f"{FIRST_MS + minute * 60_000},{','.join(str(each) for each in found.values())}"


# config


def test_an_unknown_key_is_named_with_the_nearest_known_one(tmp_path):
    raw = minimal(risk={"cheks": []})

    refused(backtest(tmp_path, raw), 2, "risk.cheks: unknown key; did you mean 'checks'?")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"equity_sample_s": "5 minutes"}, "equity_sample_s: input should be a valid integer"),
        ({"balances": {"USDT": "lots"}}, "balances.USDT: input should be a valid decimal"),
        ({"balances": ["USDT"]}, "balances: input should be a valid dictionary"),
        (
            {"mode": "shadow"},
            "mode: input should be 'backtest', 'paper', 'live' or 'rehearse', not 'shadow'",
        ),
        (
            {"risk": {"checks": [{"check": "drawdown", "params": {"limit_fraction": 15}}]}},
            "want 0 < limit_fraction <= 1 (0.15 is fifteen percent), not 15",
        ),
        (
            {"strategies": [{"id": "m", "class": MOMENTUM, "params": {"rise_fraction": 1.8}}]},
            "want 0 < rise_fraction < 1 (0.018 is 1.8 percent), not 1.8",
        ),
        ({"data": [bars(timeframe="1M")]}, "want a timeframe such as 30s, 5m, 4h, 1d or 1w"),
        ({"data": [bars(timeframe="5m")]}, "5m"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_unit_or_type_is_told_with_what_was_wanted(tmp_path, change, said):
    called = backtest(tmp_path, minimal(**change))

    refused(called, 3 if change == {"data": [bars(timeframe="5m")]} else 2, said)


@pytest.mark.parametrize("class_path", ["os.system", "subprocess.Popen", "my_bots.dip.BuyTheDip"])
def test_a_class_outside_the_allow_list_is_refused(tmp_path, class_path):
    raw = minimal(strategies=[{"id": "evil", "class": class_path}])

    refused(
        backtest(tmp_path, raw),
        2,
        f"strategies.evil: {class_path}: not allowed: want a prefix of argonaut",
        "to plugins.allow to let it in",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "want a mapping of settings, not an empty file"),
        ("mode: [", "expected"),
        ("a: &a [*a]", "aliases are not allowed"),
        ("- x", "want a mapping of settings, not a list"),
    ],
)
def test_a_file_that_is_no_config_is_told(tmp_path, text, said):
    refused(backtest(tmp_path, text), 2, "config.yaml: 1 problem", said)


def test_a_set_that_reaches_nothing_is_told(tmp_path):
    called = call("backtest", written(tmp_path, minimal()), "--set", "data.7.path=x")

    refused(called, 2, "--set data.7.path: there is no entry 7, the list has 1")


# data


def test_a_missing_data_file_is_named(tmp_path):
    raw = minimal(data=[bars(path="absent.parquet")])

    refused(backtest(tmp_path, raw), 2, "absent.parquet: cannot be read: No such file")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timestamp,open,high,low,volume\n1620000000000,1,1,1,1\n", "close"),
        ("when,what\n1,2\n", "want"),
        ("not a table at all", "no known format"),
        ("", "the file is empty"),
        ("PAR1 but nothing behind it", "cannot be read"),
    ],
)
def test_a_file_with_wrong_columns_is_told_what_is_missing(tmp_path, text, said):
    (tmp_path / "bars.csv").write_text(text)
    data = [{"path": "bars.csv", "instrument": "BTC/USDT", "timeframe": "1m"}]

    refused(backtest(tmp_path, minimal(data=data)), 2, "bars.csv", said)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(0), row(2), row(1)], "row 3"),
        ([row(0), row(1), row(1)], "row 3"),
        ([row(0), row(1, close="nan"), row(2)], "row 2"),
        ([row(0), row(1, low=0), row(2)], "row 2: low is 0.0, want"),
        ([row(0), row(1, open=-1, low=-1), row(2)], "row 2: open is -1.0, want"),
        ([row(0), row(1, high="inf"), row(2)], "row 2: high is inf, want"),
        ([row(0), row(1, volume=-3), row(2)], "row 2: volume is -3.0, want"),
        ([row(0), row(1, high=90, low=95, open=95, close=95)], "row 2"),
        ([row(0), row(1, close="abc")], "abc"),
    ],
    ids=[
        "unsorted", "duplicate", "nan", "zero", "negative", "infinite", "negative volume",
        "high below low", "no number",
    ],
)  # fmt: skip
def test_values_no_market_can_have_refuse_to_start(tmp_path, rows, said):
    refused(played(tmp_path, rows), 3, "bars.csv: ", said)


def test_a_gap_and_an_outage_are_traded_over_and_told(tmp_path):
    """An honest recording of a bad day is no error; a fill behind a gap deserves a warning."""
    rows = [row(minute) for minute in range(30)]
    rows += [row(minute, volume=0) for minute in range(30, 40)]
    rows += [row(minute) for minute in range(100, 130)]

    called = played(tmp_path, rows)
    assert called.code == 0
    assert "1 gap, 60 bars missing, longest 60 before " in called.out
    verified = call("data", "verify", tmp_path / "bars.csv", "--timeframe", "1m")
    assert verified.code == 0
    assert "warning gap: " in verified.out
    assert "warning zero_volume: " in verified.out


def test_a_market_that_never_moves_is_no_error(tmp_path):
    called = played(tmp_path, flat_rows(50))

    assert called.code == 0
    assert "no trade was closed" in called.out


def quotes(tmp_path, **more):
    lines = ["timestamp,bid,bid_qty,ask,ask_qty"]
    lines += [f"{FIRST_MS + n * 1000},{100 + n},1,{101 + n - 3 * (n == 5)},1" for n in range(10)]
    (tmp_path / "quotes.csv").write_text("\n".join(lines) + "\n")
    data = [
        bars(),
        {"path": "quotes.csv", "instrument": "BTC/USDT", "kind": "quotes", **more},
    ]
    return backtest(tmp_path, minimal(data=data))


def test_a_crossed_quote_is_refused_unless_it_is_tolerated_by_name(tmp_path):
    refused(quotes(tmp_path), 3, "quotes.csv: row 6: ")

    assert quotes(tmp_path, tolerate=["crossed_quote"]).code == 0


def test_a_file_of_another_market_is_refused(tmp_path):
    """Trading on the wrong prices looks like a good backtest."""
    raw = minimal(data=[bars("BTC", instrument="ETH/USDT")])

    refused(backtest(tmp_path, raw), 3, "holds BTC/USDT, want ETH/USDT@sim")


def test_a_bad_signal_is_refused_before_the_run_meets_it(tmp_path):
    (tmp_path / "signals.jsonl").write_text('{"ts_ns": 1621400000000000000, "id": "1"}\n')
    raw = minimal(data=[bars(), {"path": "signals.jsonl", "kind": "signals"}])

    refused(backtest(tmp_path, raw), 3, "signals.jsonl: signal 1: ")


def test_every_bad_recording_is_told_at_once(tmp_path):
    raw = minimal(data=[bars(path="one.parquet"), bars(path="two.parquet")])

    refused(backtest(tmp_path, raw), 2, "one.parquet: cannot", "two.parquet: cannot")


# disk


def limited(bytes_max: int):
    """Let a process write files of this size at most, as a disk without room would."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that the write fails and says so
        resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))

    return limit


def spawned(*arguments, bytes_max):
    done = subprocess.run(
        [sys.executable, "-m", "argonaut", *map(str, arguments)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited(bytes_max),
    )
    return Called(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("option", ["--report", "--trades", "--equity", "--journal"])
def test_a_file_the_disk_does_not_take_leaves_nothing_behind(config, tmp_path, option):
    out = tmp_path / "out" / "file.html"

    refused(spawned("backtest", config, option, out, bytes_max=2_000), 4, "file.html")
    assert contents(tmp_path / "out") == set()


def test_a_report_the_disk_does_not_take_leaves_the_earlier_one(config, tmp_path):
    out = tmp_path / "report.html"
    out.write_text("the earlier one")

    called = spawned("backtest", config, "--report", out, bytes_max=100_000)
    refused(called, 4, f"{out} cannot be written: File too large")
    assert out.read_text() == "the earlier one"
    assert contents(tmp_path) == {"config.yaml", "report.html"}


def test_a_run_whose_journal_finds_no_room_stops_and_goes_on_later(paper, tmp_path):
    """No order leaves that is not in the journal; what is in it is safe."""
    whole = call("backtest", paper, "--json").answer

    called = spawned("run", paper, bytes_max=120_000)
    refused(called, 4, "journal")
    assert "journal.finished" not in contents(tmp_path)
    assert "report.html" not in contents(tmp_path)
    again = call("run", paper, "--json")
    assert again.code == 0
    assert again.answer["journal_sha256"] == whole["journal_sha256"]


_REAL_DISK = apsw.vfs_names()[0]


class FullDisk(apsw.VFS):
    """The real disk, which has no room left for a write-ahead file beyond its first pages."""

    def __init__(self) -> None:
        super().__init__("full-disk", base=_REAL_DISK, makedefault=True)

    def xOpen(self, name, flags):  # noqa: N802 - SQLite's word
        return FullFile(name, flags)


class FullFile(apsw.VFSFile):
    """One file of it."""

    def __init__(self, name, flags) -> None:
        super().__init__(_REAL_DISK, name, flags)
        self._is_log = bool(flags[0] & apsw.SQLITE_OPEN_WAL)

    def xWrite(self, content, offset):  # noqa: N802 - SQLite's word
        if self._is_log and offset > 400_000:
            raise apsw.FullError("no room")
        super().xWrite(content, offset)


def test_a_full_disk_is_called_by_its_name(paper, tmp_path):
    disk = FullDisk()
    try:
        called = call("run", paper)
    finally:
        disk.unregister()

    refused(called, 4, "has no room left on its disk; want free space")
    assert "journal.sock" not in contents(tmp_path)
    assert call("journal", "verify", tmp_path / "journal.db").code == 0


# journal


@pytest.fixture
def stopped(paper, tmp_path):
    """The journal of a run that has not come to its end."""
    call("run", paper)
    (tmp_path / "journal.finished").unlink()
    return tmp_path / "journal.db"


def tamper(journal, statement):
    with sqlite3.connect(journal) as connection:
        connection.execute(statement)
    connection.close()


def rows_of(journal):
    with sqlite3.connect(journal) as connection:
        found = list(connection.execute("SELECT * FROM events"))
    connection.close()
    return found


def test_a_journal_with_a_broken_chain_is_not_continued(stopped, paper, tmp_path):
    tamper(stopped, "UPDATE events SET payload = CAST('{}' AS BLOB) WHERE seq = 7")
    before = rows_of(stopped)

    refused(call("run", paper), 3, "is broken at row 7: content hashes to ")
    assert rows_of(stopped) == before
    verified = call("journal", "verify", stopped)
    assert verified.code == 3
    assert "is broken at row 7: content hashes to " in verified.out
    assert "6 rows before it are whole" in verified.out


def test_a_journal_with_a_row_missing_is_broken_there(stopped, paper):
    tamper(stopped, "DELETE FROM events WHERE seq = 7")

    refused(call("run", paper), 3, "is broken at row 7: want row 7, found row 8")


@pytest.mark.parametrize(
    "command",
    [["run"], ["journal", "verify"], ["journal", "show"], ["status"], ["why", "--config"]],
)
def test_a_journal_of_a_newer_version_is_left_to_its_program(stopped, paper, command):
    tamper(stopped, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    refused(
        call(*command, paper),
        3,
        f"has schema version {SCHEMA_VERSION + 1}",
        f"this program reads {OLDEST_READ} to {SCHEMA_VERSION}",
    )


@pytest.mark.parametrize("command", [["journal", "verify"], ["status"], ["why", "--config"]])
@pytest.mark.parametrize(
    ("content", "said"), [(b"", "is empty; want a journal"), (b"x" * 5_000, "is no SQLite file")]
)
def test_a_file_that_is_no_journal_is_told(tmp_path, command, content, said):
    path = tmp_path / "journal.db"
    path.write_bytes(content)

    refused(call(*command, path), 3, said)


def test_a_database_of_another_program_is_told(tmp_path, paper):
    tamper(tmp_path / "journal.db", "CREATE TABLE other(x)")

    refused(call("run", paper), 3, f"want a journal ({APPLICATION_ID:#x})")


def test_a_journal_that_is_not_there_is_told(tmp_path):
    refused(call("journal", "verify", tmp_path / "absent.db"), 2, "there is no journal at")


def test_a_changed_recording_is_noticed_when_a_run_goes_on(tmp_path):
    """The tape is half of the truth: on another one the journal cannot be true."""
    spike = {"open": 100, "high": 103, "low": 100, "close": 103}
    minute_csv(tmp_path, [*flat(10), row(10, **spike, volume=9), *flat(20, first=11)])
    data = [{"path": "bars.csv", "instrument": "BTC/USDT", "timeframe": "1m"}]
    rules = {"BTC/USDT": {"tick_size": 0.1, "lot_size": 0.0001}}
    raw = minimal(
        mode="paper",
        data=data,
        instruments=rules,
        journal={"path": "journal.db"},
        paper={"speed": 0},
        monitoring={"log_path": None, "prometheus": False},
    )
    config = written(tmp_path, raw)
    call("run", config)
    (tmp_path / "journal.finished").unlink()
    minute_csv(tmp_path, [*flat(10), row(10, **spike, volume=8), *flat(20, first=11)])

    refused(
        call("run", config),
        3,
        " is stored as decision ",
        "want the code, config and tape the journal was written with",
    )


def flat(count, *, first=0):
    return [row(minute) for minute in range(first, first + count)]
