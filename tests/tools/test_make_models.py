"""The bundled models are what our own command trains on bundled bars, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from argonaut.config.assembly import assemble
from argonaut.config.load import load_config
from argonaut.feeds.models.registry import Registry
from argonaut.indicators.hmm.card import Card
from tests.conftest import ROOT
from tools.make_models import APART_MAX, BUNDLED, MODELS, apart, keep, train

pytestmark = pytest.mark.slow  # trains for twenty seconds of processor time


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Card:
    return train(BUNDLED[0], tmp_path_factory.mktemp("models"))


def test_what_is_bundled_is_what_the_command_trains(trained: Card) -> None:
    """A model of unknown origin is not to be trusted with money."""
    registry = Registry(MODELS)
    current = registry.ledger("eth-usd").current

    assert current is not None
    bundled = registry.card("eth-usd", current)
    assert apart(bundled, trained) <= APART_MAX
    assert bundled.data == trained.data
    assert bundled.data[0].startswith(BUNDLED[0].recording)


def test_what_is_there_already_is_not_kept_twice(tmp_path: Path) -> None:
    assert keep(BUNDLED[0], tmp_path)
    assert not keep(BUNDLED[0], tmp_path)

    assert Registry(tmp_path).versions("eth-usd") == [1]
    assert sorted(each.name for each in (tmp_path / "eth-usd").iterdir()) == [
        "ledger.json",
        "v0001.json",
    ]


def test_another_model_is_a_new_version_that_decides(tmp_path: Path, trained: Card) -> None:
    registry = Registry(tmp_path)
    registry.add(trained)
    registry.promote("eth-usd", 1, at="2021-07-01T00:00:00Z", why="of other data")
    other = BUNDLED[0]._replace(recording="binance_spot_BTCUSDT_1m_20210510_20210520.parquet")

    assert keep(other._replace(instrument="BTC/USDT"), tmp_path)

    assert registry.ledger("eth-usd").current == 2


def test_a_config_that_is_bundled_finds_its_model() -> None:
    """No file but those of the repository is wanted."""
    path = ROOT / "config" / "paper-together.yaml"
    assembly = assemble(load_config(path, environment={}), folder=path.parent)
    (wanted,) = [
        tuning
        for strategy in assembly.strategies()
        for tuning in strategy.tunings()
        if tuning.kind == "model"
    ]

    assert Registry(assembly.folder / wanted.path).ledger(wanted.name).current is not None
