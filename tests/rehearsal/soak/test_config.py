"""Tests of argonaut.rehearsal.soak.config."""

from pathlib import Path

from argonaut.cli.rehearsing import key_of, write_keys
from argonaut.config.assembly import assemble
from argonaut.config.load import load_config
from argonaut.rehearsal.soak.config import KEYS, instruments, names, write_config
from argonaut.rehearsal.soak.restless import Restless

ROOT = Path(__file__).resolve().parents[3]


def test_the_config_of_a_soak_is_a_sound_one(tmp_path: Path) -> None:
    """It goes the way every config goes."""
    write_keys(tmp_path / KEYS, key_of(1))
    path = write_config(tmp_path, "http://127.0.0.1:8080")
    made = assemble(load_config(path), folder=tmp_path)

    assert made.names == tuple(f"{each}@binance" for each in names().values())
    assert all(isinstance(each, Restless) for each in made.strategies())


def test_rules_are_those_of_the_served_venue() -> None:
    """Dust is what the venue takes no order of."""
    btc = instruments()[0]

    assert (btc.instrument_id, btc.lot_size) == ("BTC/USDT@binance", btc.min_quantity)
    assert btc.min_notional == 5


def test_the_config_that_ships_trades_the_same_strategy(tmp_path: Path) -> None:
    """What people start by hand is what a soak kills."""
    write_keys(tmp_path / "var/rehearsal/keys", key_of(1))
    folder = tmp_path / "config"
    folder.mkdir()
    shipped = folder / "rehearse.yaml"
    shipped.write_text((ROOT / "config/rehearse.yaml").read_text())
    made = assemble(load_config(shipped), folder=folder)

    assert {type(each) for each in made.strategies()} == {Restless}
    assert made.config.mode == "rehearse"
