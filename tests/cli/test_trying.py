"""One strategy shown signals by hand: what it wishes, without a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from argonaut.domain.event import DetectorSignal
from argonaut.ledger.holding import Holding
from argonaut.strategies.interface import Strategy
from argonaut.strategies.momentum import Params
from tests.cli.calling import call

__all__ = ["Params"]  # that stands beside `Raises`

SIGNALS = """\
{"id": "a", "source": "dip", "instrument": "ETH/USDT", "side": "buy", "notional": "200"}
{"id": "b", "source": "dip", "instrument": "ETH/USDT", "side": "sell", "notional": "100"}
{"id": "c", "source": "other", "instrument": "ETH/USDT", "side": "buy", "quantity": "1"}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "signals.jsonl"
    path.write_text(SIGNALS)
    return path


def test_each_signal_is_answered_with_a_wish_and_its_reason(file: Path) -> None:
    called = call("try", "DetectorDriven", "--signal", file, "--param", "sources=[dip]")

    assert called.code == 0
    assert called.out.splitlines() == [
        "1: enter buy quote 200 market, stop 0.02: dip says buy with confidence 1, signal a",
        "2: enter sell quote 100 market, stop 0.02: dip says sell with confidence 1, signal b",
        "3: skip: other c: source is not among dip",
    ]


def test_every_signal_meets_the_holding_and_price_that_were_said(file: Path) -> None:
    """A tenth of what is held, at 1,000."""
    called = call("try", "DetectorDriven", "--signal", file, "--holding", "1", "--price", "1000")

    assert called.out.splitlines()[1] == ("2: exit 0.1 of the holding: dip says sell, signal b")


def test_a_class_path_of_ones_own_is_tried_like_a_shipped_one(file: Path) -> None:
    path = "argonaut.strategies.combined.Combined"
    (first, *_) = call("try", path, "--signal", file, "--json").answer

    assert first["wishes"][0]["is_waiting"]
    assert call("try", "Combined", "--signal", file, "--json").answer[0] == first


def test_a_strategy_that_takes_no_signals_says_nothing(file: Path) -> None:
    called = call("try", "Momentum", "--signal", file)

    assert called.out.splitlines() == ["1: nothing", "2: nothing", "3: nothing"]


def test_what_is_no_signal_is_told_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(SIGNALS + '{"id": "d", "instrument": "ETH/USDT", "side": "up"}\n')
    called = call("try", "DetectorDriven", "--signal", path)

    assert called.code == 2
    assert called.out.splitlines()[3].startswith("4: no signal: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Nonsense",), "there is no module"),
        (("Momentum", "--param", "rise_fraction"), "want NAME=VALUE, not 'rise_fraction'"),
        (("Momentum", "--param", "rise=1"), "has no parameter 'rise'"),
        (("Momentum", "--holding", "much"), "want a number of base units, not 'much'"),
        (("argonaut.ledger.holding.Holding",), "is no strategy"),
    ],
)
def test_a_mistake_is_told_in_words(file: Path, arguments: tuple[str, ...], said: str) -> None:
    called = call("try", *arguments, "--signal", file)

    assert called.code in (2, 3, 4)
    assert said in called.err


def test_a_strategy_that_raises_is_told_with_its_error(file: Path) -> None:
    """In a run it would be paused; here it is what one wants to know."""
    called = call("try", "tests.cli.test_trying.Raises", "--signal", file)

    assert called.code == 4
    assert "Raises raised ValueError: enough" in called.err


class Raises(Strategy):
    """A strategy with a bug."""

    def __init__(self, strategy_id, instrument_id, params) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params

    def on_signal(self, signal: DetectorSignal, holding: Holding) -> None:
        """Raise."""
        raise ValueError("enough")
