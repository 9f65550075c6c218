"""A config's word is checked before any file is opened."""

from pathlib import Path

import msgspec
import pytest

from argonaut.domain.errors import ArgonautError
from argonaut.feeds.tape.columns import Clock, Kind
from argonaut.feeds.tape.spec import DataSpec


def test_only_the_path_is_wanted():
    spec = DataSpec(path=Path("x.parquet"))

    assert (spec.kind, spec.timeframe_ns, spec.clock) == (None, None, Clock.AUTO)


def test_the_words_of_a_config_become_types():
    raw = {"path": "x.parquet", "instrument": "BTC/USDT@sim", "kind": "bars", "timeframe": "5m"}

    spec = msgspec.convert(raw, DataSpec, dec_hook=lambda kind, value: kind(value))

    assert (spec.path, spec.kind, spec.timeframe_ns) == (Path("x.parquet"), Kind.BARS, 300 * 10**9)


@pytest.mark.parametrize("wrong", [{"timeframe": "1M"}, {"tolerate": ("unsorted",)}])
def test_a_word_no_reader_could_act_on_is_refused(wrong):
    with pytest.raises(ArgonautError, match=r"1M|unsorted"):
        DataSpec(path=Path("x.parquet"), **wrong)
