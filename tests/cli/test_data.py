import pytest

from tests.cli.calling import call
from tests.config.written import RECORDINGS, flat_rows, minute_csv


def test_the_list_as_json():
    answer = call("data", "list", RECORDINGS, "--json").answer
    found = {each["path"].rpartition("/")[2]: each for each in answer}

    bars = found["binance_spot_BTCUSDT_1m_20210510_20210520.parquet"]
    assert (bars["kind"], bars["timeframe"], bars["rows"]) == ("bars", "1m", 14_400)
    assert found["binance_spot_BTCUSDT_quotes_20240808.parquet"]["kind"] == "quotes"


def test_a_folder_that_is_not_there_is_told(tmp_path):
    called = call("data", "list", tmp_path / "absent")

    assert called.code == 2
    assert "no such folder" in called.err


def test_an_empty_folder_says_so(tmp_path):
    assert call("data", "list", tmp_path).out == f"{tmp_path} holds no recording\n"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--kind", "candles", "--kind: want one of"),
        ("--timeframe", "1x", "want a timeframe such as"),
        ("--tolerate", "everything", "cannot be tolerated"),
    ],
)
def test_a_wrong_word_is_told(tmp_path, option, value, said):
    called = call("data", "verify", minute_csv(tmp_path, flat_rows(3)), option, value)

    assert called.code == 2
    assert said in called.err
