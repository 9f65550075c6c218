import pytest

from argonaut.cli.rehearsing import Wanted, key_of, serve_until_stopped
from argonaut.config.errors import ConfigError
from argonaut.domain.errors import InvalidValueError
from tests.cli.calling import ROOT

RECORDINGS = ROOT / "data" / "recordings"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"balances": ("USDT",)}, "--balance: want NAME=VALUE, not 'USDT'"),
        ({"balances": ("USDT=much",)}, "--balance: want ASSET=AMOUNT, not 'USDT=much'"),
        ({"tapes": ("BTCUSDT",)}, "--tape: want NAME=VALUE"),
        ({"symbols": ()}, "want symbols among"),
        (
            {"tapes": (f"BTCUSDT={RECORDINGS / 'demo_signals.jsonl'}",)},
            "want bars, quotes or trades",
        ),
    ],
)
def test_a_setting_that_makes_no_venue_is_refused(changes, told):
    with pytest.raises(InvalidValueError, match=told):
        serve_until_stopped(Wanted(**{"port": 0, **changes}))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("faults:\n- fault: meteor\n", "faults: Invalid value 'meteor'"),
        ("knobs: []\n", "want one key, faults"),
        ("faults: 5\n", "faults: Expected `array`"),
    ],
)
def test_faults_that_are_none_are_refused(tmp_path, written, told):
    """A rehearsal without the fault one meant looks passed."""
    path = tmp_path / "faults.yaml"
    path.write_text(written)

    with pytest.raises(InvalidValueError, match=told):
        serve_until_stopped(Wanted(port=0, faults=path))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        serve_until_stopped(Wanted(port=0, faults=tmp_path / "none.yaml"))


def test_the_key_is_the_same_for_the_same_seed():
    """So a bot's config needs no change between two rehearsals."""
    assert key_of(1) == key_of(1) != key_of(2)
    assert len(key_of(1).secret) == 80
