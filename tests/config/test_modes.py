"""A config says everything its mode wants and nothing its mode ignores."""

from typing import Any

import pytest

from argonaut.config.load import check
from argonaut.config.modes import faults_of, literal_secrets
from tests.config.written import MOMENTUM, minimal

LIVE: dict[str, Any] = {
    "mode": "rehearse",
    "quote": "USDT",
    "venue": {"class": "tests.runtime.exchange.MemoryVenue"},
    "data": [{"instrument": "BTC/USDT", "kind": "quotes"}],
    "strategies": [{"id": "momentum", "class": MOMENTUM}],
    "journal": {"path": "journal.db"},
}


def test_a_live_config_that_is_whole_has_no_fault():
    assert faults_of(check(LIVE, "live")) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"balances": {"USDT": "1"}}, "balances: a rehearse run has none, the venue says"),
        ({"paper": {"speed": 2}}, "paper: a rehearse run has none"),
        ({"venue": {}}, "venue.class: is missing"),
        ({"venue": {**LIVE["venue"], "touch_fills": True}}, "venue.touch_fills: is for the simul"),
        ({"data": [{**LIVE["data"][0], "path": "x.csv"}]}, "data.0.path: the venue streams it"),
        ({"data": [{"kind": "signals"}]}, "data.0.kind: want bars, trades or quotes"),
        ({"risk": {"enabled": False}}, "risk.enabled: false is obeyed in backtest and paper"),
        ({"journal": {}}, "journal.path: is missing; a rehearse run wants a journal"),
        (
            {"journal": {"path": "j.db", "url": "mysql://bot@localhost/trading"}},
            "journal.url: want one that begins with postgresql://",
        ),
        (
            {"journal": {"path": "j.db", "url": "postgresql://bot:canary@localhost/trading"}},
            "journal.url: holds a password; put it into a file of mode 0600 and name that",
        ),
    ],
)
def test_what_a_live_run_would_ignore_is_refused(changes, told):
    """A limit somebody wrote and nobody obeys is worse than none."""
    faults = _faults({**LIVE, **changes})

    assert any(told in each for each in faults), faults


@pytest.mark.parametrize(
    "changes",
    [
        {"strategies": [{"id": "momentum", "class": MOMENTUM, "dry_run": True}]},
        {"detectors": {"sources": [{"id": "s", "auth": "loopback"}]}},
    ],
)
def test_models_have_a_meaning_where_something_may_be_on_trial(changes):
    """They are those of the venue that fills it."""
    venue = {**LIVE["venue"], "fees": {"class": "MakerTaker"}, "touch_fills": True}

    assert faults_of(check({**LIVE, "venue": venue, **changes}, "live")) == []


def _faults(raw: dict[str, Any]) -> list[str]:
    try:
        return faults_of(check(raw, "live"))
    except Exception as error:  # noqa: BLE001 - the check may ask already
        return str(error).splitlines()


def test_a_recorded_run_wants_balances_and_files():
    assert faults_of(check(minimal(), "backtest")) == []
    assert any("balances: is missing" in each for each in _faults(minimal(balances={})))


def test_a_secret_in_the_file_itself_is_refused():
    """Configs are shown, copied and committed."""
    raw = {**LIVE, "venue": {**LIVE["venue"], "params": {"api_secret": "canary"}}}
    config = check({**raw, "venue": LIVE["venue"]}, "live")
    spoken = config.model_copy(
        update={"venue": config.venue.model_copy(update={"params": {"api_secret": "canary"}})}
    )

    assert "name its file as api_secret_file" in literal_secrets(spoken, {})[0]
    assert literal_secrets(spoken, {"venue.params.api_secret": "environment"}) == []
    assert literal_secrets(check(minimal(), "backtest"), {}) == []
