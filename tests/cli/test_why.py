import pytest

from tests.cli.calling import call


@pytest.fixture
def journal(config, tmp_path):
    path = tmp_path / "journal.db"
    call("backtest", config, "--journal", path)
    return path


def asked(journal, *arguments):
    return call("why", *arguments, "--config", journal)


def test_the_last_moments_of_an_instrument_are_told(journal):
    called = asked(journal, "DOGE")

    assert called.code == 0
    assert called.out.count("DOGE/USDT@sim") == 5
    assert "BTC/USDT@sim" not in called.out
    assert "over the whole run: " in called.out


def test_a_clock_means_the_day_of_the_newest_decision(journal):
    by_clock = asked(journal, "BTC", "13:00", "--last", "1")
    by_time = asked(journal, "BTC", "2021-05-19T13:00", "--last", "1")
    with_zone = asked(journal, "BTC", "2021-05-19T15:00+02:00", "--last", "1")

    assert by_clock.out == by_time.out == with_zone.out
    assert by_clock.out.startswith(("2021-05-19 12:5", "2021-05-19 13:0"))


def test_json_has_every_verdict(journal):
    answer = asked(journal, "--last", "200", "--json").answer

    decided = [each for each in answer["reasons"] if each["steps"]]
    assert {each["answer"] for each in decided} >= {"approved", "refused"}
    assert all(
        {"code", "outcome", "value", "limit", "sentence"} <= set(each["steps"][0])
        for each in decided
    )
    assert answer["blockers"]["max_positions"] > 0


def test_nothing_decided_names_what_there_is(journal):
    called = asked(journal, "ETH")

    assert called.code == 0
    assert called.out == ("nothing was decided about ETH; there is BTC/USDT@sim, DOGE/USDT@sim\n")


@pytest.mark.parametrize("time", ["yesterday", "25:00", "13:61", "2021-13-01"])
def test_a_time_that_is_none_is_told(journal, time):
    called = asked(journal, "BTC", time)

    assert called.code == 2
    assert f"want a UTC time such as 14:05 or 2021-05-19T14:05, not {time!r}" in called.err
