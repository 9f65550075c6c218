"""A running bot is spoken to from the command line: the real process, over its socket."""

from __future__ import annotations

import signal
from pathlib import Path

from argonaut.domain.errors import ExitCode
from tests.cli.calling import call
from tests.cli.test_trading_live import config, ended, trader, until


def test_a_run_is_halted_re_armed_and_stopped_from_the_command_line(tmp_path: Path) -> None:
    path = config(tmp_path)
    with trader(path) as process:
        until(process, "ready after")

        halted = call("halt", path, "--reason", "looks wrong", "--json")
        assert halted.code == ExitCode.OK
        assert halted.answer == {"said": "halt", "done": True, "mode": "KILLED", "missing": []}
        refused = call("resume", path)
        assert refused.code == ExitCode.REFUSED
        assert "KILLED until a person says rearm" in refused.err
        assert "rearm is done, mode NO_NEW_RISK" in call("rearm", path).out
        assert "resume is done, mode ACTIVE" in call("resume", path).out
        assert "pause is done, mode NO_NEW_RISK" in call("pause", path).out
        assert "flatten is done, mode REDUCE_ONLY" in call("flatten", path).out
        rows = call("journal", "show", path, "--kind", "operator", "--json").answer
        assert [row["body"]["verb"] for row in rows] == [
            *("halt", "resume", "rearm", "resume", "pause", "flatten")
        ]
        assert rows[0]["body"]["reason"] == "looks wrong"

        assert "orders and stops stay" in call("stop", path).out
        assert ended(process)[0] == ExitCode.OK


def test_a_trader_that_hangs_up_before_the_effect_is_told(tmp_path: Path) -> None:
    path = config(tmp_path)
    with trader(path) as process:
        until(process, "ready after")
        process.send_signal(signal.SIGKILL)
        ended(process)

        called = call("halt", path)

    assert called.code == ExitCode.REFUSED
    assert "no trader of" in called.err
    assert "argonaut status" in called.err
