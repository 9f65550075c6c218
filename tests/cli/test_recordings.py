import pytest

from tests.cli.calling import call, contents
from tests.config.written import RECORDINGS, flat_rows, minute_csv


def imported(source, target, *more):
    return call(
        "data", "import", source, target,
        "--instrument", "BTC/USDT", "--kind", "bars", "--timeframe", "1m", *more,
    )  # fmt: skip


def test_the_recordings_of_a_folder_are_listed():
    called = call("data", "list", RECORDINGS)

    assert called.code == 0
    assert "binance_spot_BTCUSDT_1m_20210510_20210520.parquet" in called.out
    assert "demo_signals.jsonl" in called.out
    assert "2021-05-19 23:59" in called.out


def test_what_cannot_be_read_is_listed_with_its_problem(tmp_path):
    (tmp_path / "bad.csv").write_text("nonsense")

    called = call("data", "list", tmp_path)
    assert called.code == 0
    assert "unreadable" in called.out
    assert "bad.csv: no known format" in called.out


def test_a_foreign_file_becomes_one_of_ours_and_can_be_traded_on(tmp_path):
    source = minute_csv(tmp_path, flat_rows(30))
    target = tmp_path / "mine" / "bars.parquet"

    called = imported(source, target, "--licence", "CC0-1.0")
    again = imported(source, target, "--licence", "CC0-1.0", "--json")

    assert called.code == 0
    assert f"written to {target}" in called.out
    assert "usable, 30 bars of 1m" in called.out
    assert again.answer["was_there"] is True
    found = call("data", "list", target.parent, "--json").answer[0]
    assert found["markets"] == ["BTC/USDT"]


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        (flat_rows(3, price="-5"), 3, "want"),
        (list(reversed(flat_rows(3))), 3, "row 2"),
    ],
)
def test_a_bad_file_is_not_imported(tmp_path, rows, code, said):
    source = minute_csv(tmp_path, rows)
    called = imported(source, tmp_path / "out.parquet")

    assert called.code == code
    assert said in called.err
    assert contents(tmp_path) == {"bars.csv"}


def test_rows_that_run_backwards_are_put_in_order_when_asked(tmp_path):
    source = minute_csv(tmp_path, list(reversed(flat_rows(3))))

    assert imported(source, tmp_path / "out.parquet", "--sort").code == 0


def test_a_file_of_somebody_else_is_not_written_over(tmp_path):
    source = minute_csv(tmp_path, flat_rows(3))
    target = tmp_path / "out.parquet"
    target.write_text("important")

    called = imported(source, target)
    assert called.code == 2
    assert "was not made by an import; name another file or use --replace" in called.err
    assert target.read_text() == "important"
    assert imported(source, target, "--replace").code == 0


def test_a_target_wants_the_ending_of_its_format(tmp_path):
    called = imported(minute_csv(tmp_path, flat_rows(3)), tmp_path / "out.csv")

    assert called.code == 2
    assert "want a name that ends in .parquet" in called.err


def test_sound_recordings_are_usable():
    called = call("data", "verify", RECORDINGS)

    assert called.code == 0
    recorded = [each for each in RECORDINGS.iterdir() if each.suffix in (".parquet", ".jsonl")]
    assert called.out.count(": usable, ") == len(recorded)
    assert "warning gap: " in called.out


def test_every_flaw_is_told_with_its_row_and_the_worst_decides(tmp_path):
    good = minute_csv(tmp_path, flat_rows(3), "good.csv")
    bad = minute_csv(tmp_path, flat_rows(3, price="nan"), "bad.csv")
    odd = tmp_path / "odd.csv"
    odd.write_text("nonsense")

    called = call("data", "verify", good, bad, odd, tmp_path / "absent.csv")
    assert called.code == 3
    assert f"{good}: usable, 3 bars" in called.out
    assert f"{bad}: NOT usable" in called.out
    assert "row 1" in called.out
    assert "odd.csv: no known format" in called.err
    assert "absent.csv: no such file" in called.err
    assert call("data", "verify", good, odd).code == 2


def test_reports_as_json(tmp_path):
    bad = minute_csv(tmp_path, flat_rows(3, price="0"), "bad.csv")

    called = call("data", "verify", bad, tmp_path / "absent.csv", "--json")
    assert called.code == 3
    assert called.answer[0]["errors"][0]["flaw"] == "price_not_positive"
    assert "no such file" in called.answer[1]["problem"]
