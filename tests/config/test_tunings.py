"""What a run is told of models and calibrations when it begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from argonaut.config.assembly import Assembly, assemble
from argonaut.config.errors import ConfigError
from argonaut.config.load import check
from argonaut.config.tunings import calibration_in
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.tuning import Calibration
from argonaut.feeds.models.registry import Registry
from tests.config.written import minimal
from tests.indicators.hmm.cards import a_card

HMM = "argonaut.strategies.hmm_ensemble.HmmEnsemble"
AT = "2026-11-29T03:00:00Z"


def assembled(folder: Path) -> Assembly:
    raw = minimal(strategies=[{"id": "hmm", "class": HMM}, {"id": "again", "class": HMM}])
    return assemble(check(raw, "a test"), folder=folder)


def calibrated(folder: Path, text: str) -> None:
    place = folder / "data" / "calibration" / "BTC-USDT.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def test_without_files_a_strategy_is_told_that_nothing_is_scaled(tmp_path: Path) -> None:
    told = assembled(tmp_path).tunings(5)

    assert [(each.kind, each.payload["strategy"], each.tape_row) for each in told] == [
        ("calibration", "hmm", 0),
        ("calibration", "again", 0),
    ]


def test_each_strategy_is_told_of_the_current_model_the_candidate_and_its_calibration(
    tmp_path: Path,
) -> None:
    registry = Registry(tmp_path / "data" / "models")
    for _ in range(2):
        registry.add(a_card())
    registry.promote("btc-usdt", 1, at=AT, why="")
    registry.watch("btc-usdt", 2, at=AT, why="")
    calibrated(tmp_path, '{"confidence_gain": 1.2}')
    current, candidate, calibration = assembled(tmp_path).tunings(5)[:3]

    assert (current.payload["role"], current.payload["revision"]) == ("current", "2")
    assert json.loads(candidate.payload["model"])["card"]["version"] == 2
    assert json.loads(calibration.payload["calibration"])["confidence_gain"] == 1.2


def test_a_model_that_was_changed_keeps_the_run_from_starting(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "data" / "models")
    registry.add(a_card())
    registry.promote("btc-usdt", 1, at=AT, why="")
    path = tmp_path / "data" / "models" / "btc-usdt" / "v0001.json"
    path.write_text(path.read_text().replace("43200", "43201"))

    with pytest.raises(ConfigError, match="was changed after training"):
        assembled(tmp_path)


def test_a_calibration_that_is_none_keeps_the_run_from_starting(tmp_path: Path) -> None:
    calibrated(tmp_path, '{"confidence": 1.2}')

    with pytest.raises(ConfigError, match=r"BTC-USDT\.json is no calibration"):
        assembled(tmp_path)


def test_a_calibration_of_megabytes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_text(" " * 70_000)

    with pytest.raises(InvalidValueError, match="at most 65536 bytes"):
        calibration_in(tmp_path / "big.json")
    assert calibration_in(tmp_path / "absent.json") == Calibration()
