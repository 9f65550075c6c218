"""What changes on disk reaches the strategies once; what cannot be used changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from loguru import logger

from argonaut.config.assembly import assemble
from argonaut.config.load import check
from argonaut.domain.event import ExternalEvent
from argonaut.domain.tuning import Standing
from argonaut.feeds.models.registry import Registry
from argonaut.runtime.paper import PaperRun
from argonaut.runtime.tuner import Tuner
from argonaut.strategies.hmm_ensemble import HmmEnsemble, Params
from tests.config.written import minimal
from tests.indicators.hmm.cards import a_card
from tests.runtime.test_paper import FakeClock, hash_of
from tests.strategies.feeding import BTC, NAME, holding

AT = "2026-11-29T03:00:00Z"
SECOND_NS = 1_000_000_000
HMM = "argonaut.strategies.hmm_ensemble.HmmEnsemble"


class Desk:
    """A strategy, a tuner that feeds it, and what was fed."""

    def __init__(self, folder: Path, strategy: HmmEnsemble | None = None) -> None:
        self.folder = folder
        self.strategy = strategy or HmmEnsemble(NAME, BTC, Params())
        self.fed: list[ExternalEvent] = []
        self.mono_ns = 10 * SECOND_NS
        self.tuner = Tuner([self.strategy], folder, self._feed, lambda: (7, None), keeps_roles=True)

    def _feed(self, event: ExternalEvent) -> None:
        self.fed.append(event)
        list(self.strategy.on_event(event, holding()) or ())

    def look(self, *, after_s: float = 2) -> list[ExternalEvent]:
        """Look again after some seconds; return what was fed."""
        self.fed.clear()
        self.mono_ns += int(after_s * SECOND_NS)
        self.tuner.look(self.mono_ns, wall_ns=1_795_921_200 * SECOND_NS)
        return self.fed

    @property
    def registry(self) -> Registry:
        """The registry of its folder."""
        return Registry(self.folder / "data" / "models")

    def calibrate(self, text: str) -> None:
        """Write the calibration of BTC/USDT."""
        place = self.folder / "data" / "calibration" / "BTC-USDT.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """One whose registry has v1 deciding and v2 watched."""
    made = Desk(tmp_path)
    for _ in range(2):
        made.registry.add(a_card())
    made.registry.promote("btc-usdt", 1, at=AT, why="first")
    made.registry.watch("btc-usdt", 2, at=AT, why="newer")
    return made


def test_a_changed_calibration_is_told_once(desk: Desk) -> None:
    desk.look()
    desk.calibrate('{"notional_multiplier": 3}')

    assert [each.kind for each in desk.look()] == ["calibration"]
    assert desk.strategy.calibration.notional_multiplier == 3
    assert desk.look() == []


def test_a_calibration_that_is_taken_away_scales_nothing_any_more(desk: Desk) -> None:
    desk.calibrate('{"notional_multiplier": 3}')
    desk.look()
    (desk.folder / "data" / "calibration" / "BTC-USDT.json").unlink()
    desk.look()

    assert desk.strategy.calibration.notional_multiplier == 1


def test_a_calibration_that_cannot_be_used_is_told_once_and_the_old_one_stays(
    desk: Desk,
) -> None:
    desk.calibrate('{"notional_multiplier": 3}')
    desk.look()
    told: list[str] = []
    handle = logger.add(told.append, format="{message}")
    desk.calibrate('{"notional_multiplier": NaN')
    assert desk.look() == []
    desk.look()
    logger.remove(handle)

    assert desk.strategy.calibration.notional_multiplier == 3
    assert [line.strip() for line in told] == ["tuning_refused"]


def test_files_are_looked_at_every_two_seconds(desk: Desk) -> None:
    desk.look()
    desk.calibrate('{"notional_multiplier": 3}')

    assert desk.look(after_s=1.9) == []
    assert len(desk.look(after_s=0.1)) == 1


def test_models_of_the_registry_are_told_and_a_rollback_too(desk: Desk) -> None:
    desk.look()
    assert desk.strategy.current is not None
    assert desk.strategy.candidate is not None
    desk.registry.promote("btc-usdt", 2, at=AT, why="by hand")
    desk.look()
    assert desk.strategy.standing() == Standing(3, 2, None, "")
    desk.registry.roll_back("btc-usdt", at=AT, why="by hand")
    desk.look()

    assert desk.strategy.standing() == Standing(4, 1, None, "")


def test_what_the_strategy_has_promoted_is_written_into_the_registry(desk: Desk) -> None:
    desk.look()
    desk.strategy.current, desk.strategy.candidate = desk.strategy.candidate, None
    desk.strategy.verdict = "btc-usdt v2 promoted: by the rule"
    desk.look()
    ledger = desk.registry.ledger("btc-usdt")

    assert (ledger.current, ledger.candidate) == (2, None)
    assert ledger.history[-1].why == "btc-usdt v2 promoted: by the rule"
    assert ledger.history[-1].at == "2026-11-29T03:00:00Z"
    desk.look()
    assert desk.registry.ledger("btc-usdt").revision == ledger.revision


def test_what_the_strategy_has_dismissed_is_written_too(desk: Desk) -> None:
    desk.look()
    desk.strategy.candidate, desk.strategy.dismissed = None, 2
    desk.look()

    assert desk.registry.ledger("btc-usdt").candidate is None


def test_what_a_person_has_changed_meanwhile_counts_more(desk: Desk) -> None:
    desk.look()
    desk.strategy.current, desk.strategy.candidate = desk.strategy.candidate, None
    desk.registry.add(a_card())
    desk.registry.promote("btc-usdt", 3, at=AT, why="by hand")
    desk.look()

    assert desk.registry.ledger("btc-usdt").current == 3
    assert desk.strategy.standing() == Standing(3, 3, None, "")


def test_a_paper_run_that_was_tuned_while_it_ran_is_the_same_after_a_restart(
    tmp_path: Path,
) -> None:
    """A reload is an input: the journal has it, and the tape is played again around it."""
    raw = minimal(
        mode="paper",
        paper={"speed": 0},
        strategies=[{"id": "hmm", "class": HMM}],
        journal={"path": "journal.db"},
    )
    raw["data"][0]["end"] = "2021-05-19T06:00"
    desk = Desk(tmp_path)
    desk.registry.add(a_card())
    desk.registry.promote("btc-usdt", 1, at=AT, why="first")
    assembly = assemble(check(raw, "a test"), folder=tmp_path)
    path = tmp_path / "journal.db"
    run = PaperRun.start(assembly, path, FakeClock(step_ns=SECOND_NS))
    run.player.play_to_row(200)
    desk.calibrate('{"notional_multiplier": 2}')
    run.tuner.look(10 * SECOND_NS, wall_ns=0)
    run.player.play_to_row(300)
    run.journal.commit()
    head = run.journal.head
    run.close()
    desk.calibrate('{"notional_multiplier": 5}')  # changed again while nobody runs

    again = PaperRun.start(assembly, path, FakeClock(step_ns=SECOND_NS))
    assert again.journal.head == head
    asyncio.run(again.run())
    strategy = next(iter(again.engine.strategies()))
    again.close()

    assert isinstance(strategy, HmmEnsemble)
    assert strategy.calibration.notional_multiplier == 5
    assert hash_of(path)
