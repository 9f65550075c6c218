"""Every command of a test has a home of its own and no flags from outside."""

import pytest

from argonaut.config.flags import FLAGS
from tests.cli.calling import call, stop_all
from tests.config.written import MOMENTUM, TREND, bars, minimal, written


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch):
    """A cache and a state of this test's own, so that no test meets another's."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
    monkeypatch.setenv("COLUMNS", "120")
    for flag in FLAGS:
        monkeypatch.delenv(flag.name, raising=False)
    return folder


@pytest.fixture(autouse=True)
def no_process_is_left():
    """A test that fails half-way leaves no trader behind for the next one to meet."""
    yield
    stop_all()


@pytest.fixture
def config(tmp_path):
    """A backtest of the violent day on two instruments, with refusals."""
    return written(tmp_path, two_markets(mode="backtest"))


@pytest.fixture
def paper(tmp_path):
    """The same on paper, as fast as it goes, with a journal beside it."""
    raw = two_markets(
        mode="paper",
        name="test-run",
        journal={"path": "journal.db"},
        paper={"speed": 0},
        monitoring={"log_path": "argonaut.log", "prometheus": True, "prometheus_port": 0},
    )
    return written(tmp_path, raw, "paper.yaml")


@pytest.fixture
def journal(config, tmp_path):
    """The journal of a finished backtest and its summary."""
    path = tmp_path / "run" / "journal.db"
    summary = call("backtest", config, "--json", "--journal", path).answer
    return path, summary


def two_markets(**more):
    return minimal(
        data=[bars("BTC"), bars("DOGE")],
        strategies=[
            {"id": "momentum", "class": MOMENTUM, "params": {"rise_fraction": 0.01}},
            {
                "id": "trend",
                "class": TREND,
                "params": {
                    "timeframe": "5m",
                    "fast_bars": 6,
                    "slow_bars": 18,
                    "confirm_timeframe": "5m",
                    "confirm_fast_bars": 8,
                    "confirm_slow_bars": 24,
                    "regime": "when_warm",
                },
            },
        ],
        risk={"checks": [{"check": "max_positions", "params": {"max_count": 1}}]},
        **more,
    )
