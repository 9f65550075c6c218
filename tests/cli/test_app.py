import json
import signal
import subprocess
import sys

import pytest

import argonaut
from argonaut.cli.app import app
from argonaut.domain.errors import ExitCode
from tests.cli.calling import alive_in_session, call, contents, environment, spawn, start
from tests.cli.test_trading import wait_for
from tests.config.written import minimal, written

INTERRUPTED = """
import signal
from dataclasses import dataclass
from argonaut.strategies.interface import Strategy

@dataclass(frozen=True)
class Params:
    pass

class Bot(Strategy):
    def __init__(self, strategy_id, instrument_id, params):
        super().__init__(strategy_id, instrument_id)

    def on_bar(self, bar, holding):
        signal.raise_signal(signal.SIGNAL)
"""
COMMANDS = ["run", "backtest", "status", "why", "data", "journal", "config"]


def test_help_lists_every_command():
    called = call("--help")

    assert called.code == 0
    assert [name for name in COMMANDS if f" {name} " not in called.out] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps(name):
    called = call(name, "--help")

    assert called.code == 0
    assert "Usage: argonaut" in called.out


def test_help_imports_nothing_slow():
    """A page of help that takes a second is read once."""
    code = (
        "import sys\n"
        "from argonaut.cli.app import app\n"
        "try:\n    app(['--help'], standalone_mode=False)\n"
        "finally:\n    print(sorted(set(sys.modules) & {'numpy', 'polars', 'pydantic', 'asyncio',"
        " 'apsw', 'aiohttp', 'numba', 'plotly', 'yaml', 'loguru', 'uvloop'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_a_backtest_imports_no_library_it_does_not_need(config):
    """Polars, numba and the event loop cost half a second; warm columns need none of them."""
    call("backtest", config, "--json")
    code = (
        "import sys\n"
        "from argonaut.cli import main\n"
        f"try:\n    main(['backtest', {str(config)!r}, '--json'])\n"
        "except SystemExit:\n    print(sorted(set(sys.modules) & {'polars', 'asyncio', 'apsw',"
        " 'aiohttp', 'numba', 'plotly', 'loguru', 'prometheus_client', 'uvloop'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_the_version_is_shown():
    assert call("--version") == (0, f"argonaut {argonaut.__version__}\n", "")


def test_no_command_is_answered_with_help():
    called = call()

    assert "Usage: argonaut" in called.out + called.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["backtst"], "No such command 'backtst'"),
        (["backtest"], "Missing argument 'CONFIG'"),
        (["backtest", "x.yaml", "--sped", "3"], "No such option"),
        (["run", "x.yaml", "--speed", "fast"], "Invalid value for '--speed'"),
        (["journal", "show", "x.db", "--last", "0"], "--last"),
        (["data"], "Usage: argonaut data"),
    ],
)
def test_a_wrong_command_line_is_two(arguments, said):
    called = call(*arguments)

    assert called.code == ExitCode.USAGE
    assert said in called.out + called.err


def test_a_wrong_command_line_is_an_object_when_json_was_asked_for():
    called = call("backtest", "--json")

    assert called.code == ExitCode.USAGE
    assert called.answer["problems"] == ["Missing argument 'CONFIG'."]


def test_an_error_is_an_object_when_json_was_asked_for(tmp_path):
    called = call("backtest", tmp_path / "absent.yaml", "--json")

    assert called.code == ExitCode.USAGE
    assert called.answer == {
        "error": "ConfigError",
        "exit_code": 2,
        "problems": ["cannot be read: No such file or directory"],
    }


def test_a_reader_that_left_early_is_no_failure(config):
    """`argonaut config show x | head -1` is how people look."""
    command = f'"{sys.executable}" -m argonaut config schema | head -c 10'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_ctrl_c_or_sigterm_during_a_backtest_is_told_and_leaves_no_file(tmp_path, name):
    (tmp_path / "my_interrupt").mkdir()
    (tmp_path / "my_interrupt" / "bot.py").write_text(INTERRUPTED.replace("SIGNAL", name))
    raw = minimal(
        strategies=[{"id": "bot", "class": "my_interrupt.bot.Bot"}],
        plugins={"allow": ["my_interrupt"]},
    )
    out = tmp_path / "out"

    called = spawn("backtest", written(tmp_path, raw), "--journal", out / "journal.db")
    assert called == (ExitCode.FAILED, "", "stopped\n")
    assert contents(out) == set()


def test_sigterm_ends_the_processes_of_a_sweep_too():
    """`timeout 60 argonaut simulate` is how people try it."""
    process = start("simulate", "--seeds", 100_000, "--jobs", 2, "--json", start_new_session=True)
    wait_for(lambda: len(alive_in_session(process.pid)) >= 3, process=process)

    process.terminate()
    out, err = process.communicate(timeout=60)

    assert (process.returncode, json.loads(out)["problems"]) == (ExitCode.FAILED, ["stopped"]), err
    wait_for(lambda: not alive_in_session(process.pid))


def test_who_handles_sigterm_already_goes_on_handling_it():
    heard = []
    before = signal.signal(signal.SIGTERM, lambda *_: heard.append(1))
    try:
        call("--version")
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)

    assert heard == [1]
    call("--version")
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_module_is_the_command(config):
    called = spawn("config", "check", config)

    assert called.code == 0
    assert "is sound" in called.out


def test_the_app_knows_its_commands_by_name():
    assert {each.name for each in app.registered_commands} == {
        "run",
        "backtest",
        "simulate",
        "status",
        "try",
        "why",
        *("pause", "resume", "flatten", "halt", "rearm", "stop"),
    }
