import pytest

from argonaut.config.errors import ConfigError
from argonaut.config.recordings import at_venue, problems_of, read_recordings
from argonaut.config.schema import Recording
from argonaut.feeds.errors import BadDataError, DataFileError
from argonaut.feeds.tape.columns import Kind, SignalRows
from tests.config.written import bars, flat_rows, minute_csv

MINUTE_NS = 60_000_000_000


def read(tmp_path, *raws):
    recordings = [Recording.model_validate(raw) for raw in raws]
    return read_recordings(recordings, folder=tmp_path, cache=None)


def csv(**more):
    return {"path": "bars.csv", "instrument": "BTC/USDT", "timeframe": "1m", **more}


def test_a_recording_is_cut_to_its_period(tmp_path):
    (stream,), (report,) = read(tmp_path, bars(start="2021-05-19T12:00", end="2021-05-19T13:00"))

    assert len(stream) == 60
    assert stream.instrument_id == "BTC/USDT@sim"
    assert report.rows == 14_400  # the report is on the whole file


def test_a_time_may_name_its_zone(tmp_path):
    (stream,), _ = read(
        tmp_path, bars(start="2021-05-19T14:00:00+02:00", end="2021-05-19T12:01:00Z")
    )

    assert len(stream) == 1
    assert int(stream.open_ns[0]) == 1_621_425_600_000_000_000


def test_a_path_is_taken_from_the_folder_of_the_config(tmp_path):
    minute_csv(tmp_path, flat_rows(3))

    (stream,), _ = read(tmp_path, csv())
    assert len(stream) == 3


def test_signals_carry_their_instruments_themselves(tmp_path):
    (tmp_path / "signals.jsonl").write_text(
        '{"ts_ns": 1620000000000000000, "id": "1", "source": "s", "instrument": "BTC/USDT",'
        ' "side": "buy", "notional": "5"}\n'
    )
    (stream,), _ = read(tmp_path, {"path": "signals.jsonl", "kind": "signals"})

    assert isinstance(stream, SignalRows)


def test_a_signal_nobody_could_take_is_refused_before_the_run_meets_it(tmp_path):
    (tmp_path / "signals.jsonl").write_text(
        '{"ts_ns": 1620000000000000000, "id": "1", "source": "s", "instrument": "BTC/USDT",'
        ' "side": "hold", "notional": "5"}\n'
        '{"ts_ns": 1620000000000000001, "id": "", "source": "s", "instrument": "BTC/USDT",'
        ' "side": "buy", "notional": "5"}\n'
    )

    with pytest.raises(BadDataError) as refused:
        read(tmp_path, {"path": "signals.jsonl", "kind": "signals"})
    assert "signal 1: " in str(refused.value)
    assert "signal 2: a signal wants an id" in str(refused.value)


def test_events_are_checked_before_the_run_meets_them(tmp_path):
    good = '{"ts_ns": 1620000000000000000, "id": "1", "source": "s", "kind": "news"}\n'
    (tmp_path / "good.jsonl").write_text(good)
    (tmp_path / "bad.jsonl").write_text(good + good.replace('"id": "1", ', ""))

    (stream,), _ = read(tmp_path, {"path": "good.jsonl", "kind": "events"})
    with pytest.raises(BadDataError, match=r"event 2: .*want an id"):
        read(tmp_path, {"path": "bad.jsonl", "kind": "events"})

    assert isinstance(stream, SignalRows)
    assert (stream.kind, len(stream)) == (Kind.EVENTS, 1)


def test_a_period_without_rows_is_refused(tmp_path):
    minute_csv(tmp_path, flat_rows(3))

    with pytest.raises(ConfigError, match=r"bars\.csv: holds nothing from 2030-01-01 to its end"):
        read(tmp_path, csv(start="2030-01-01"))


def test_one_missing_file_is_its_own_error(tmp_path):
    with pytest.raises(DataFileError, match=r"bars\.csv: no such file"):
        read(tmp_path, csv())


def test_one_bad_file_is_its_own_error(tmp_path):
    minute_csv(tmp_path, flat_rows(3, price="-1"))

    with pytest.raises(BadDataError, match="want"):
        read(tmp_path, csv())


def test_several_problems_are_told_at_once(tmp_path):
    minute_csv(tmp_path, flat_rows(3, price="-1"))

    with pytest.raises(ConfigError) as refused:
        read(tmp_path, csv(), csv(path="absent.csv"), bars(start="2030-01-01"))
    assert len(refused.value.problems) == 3


def test_several_bad_files_refuse_to_start(tmp_path):
    minute_csv(tmp_path, flat_rows(3, price="-1"))
    minute_csv(tmp_path, list(reversed(flat_rows(3))), "other.csv")

    with pytest.raises(BadDataError) as refused:
        read(tmp_path, csv(), csv(path="other.csv"))
    assert "bars.csv" in str(refused.value)
    assert "other.csv" in str(refused.value)


def test_a_fault_nobody_can_tolerate_is_told(tmp_path):
    minute_csv(tmp_path, flat_rows(3))

    with pytest.raises(DataFileError, match="tolerate: 'price_not_positive' cannot be tolerated"):
        read(tmp_path, csv(tolerate=["price_not_positive"]))


def test_a_file_of_several_symbols_is_read_by_the_one_named(tmp_path):
    lines = ["timestamp,symbol,open,high,low,close,volume"]
    lines += [f"{1_620_000_000_000 + i * 60_000},BTCUSDT,1,1,1,1,1" for i in range(2)]
    lines += [f"{1_620_000_000_000 + i * 60_000},ETHUSDT,2,2,2,2,1" for i in range(3)]
    (tmp_path / "bars.csv").write_text("\n".join(lines) + "\n")

    (stream,), _ = read(tmp_path, csv(symbol="ETHUSDT", instrument="ETH/USDT"))
    assert stream.close.tolist() == [2.0, 2.0, 2.0]


def test_an_instrument_without_a_venue_is_at_the_simulated_one():
    assert at_venue("BTC/USDT") == "BTC/USDT@sim"
    assert at_venue("BTC/USDT@other") == "BTC/USDT@other"


def test_an_error_of_one_problem_has_one():
    assert problems_of(DataFileError("x")) == ("x",)
    assert problems_of(ConfigError("s", ["a", "b"])) == ("a", "b")
