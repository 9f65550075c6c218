"""Sources of a config: what is wrong is told before the start, and keys never stand in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from argonaut.config.errors import ConfigError
from argonaut.config.events import event_sources_of, feed_token, url_fault
from argonaut.config.events_schema import EventsSection
from argonaut.config.load import load_config
from argonaut.feeds.events.file import Params


def section(*sources: dict[str, Any], **more: Any) -> EventsSection:
    return EventsSection.model_validate({"sources": sources, **more})


def file_source(**fields: Any) -> dict[str, Any]:
    return {"id": "desk", "connector": "file", "params": {"path": "events"}, **fields}


def test_a_source_is_made_with_its_own_settings_or_the_connectors() -> None:
    plain, stated = event_sources_of(
        section(file_source(), file_source(id="two", interval_s=5)), folder=Path()
    )

    assert (plain.name, plain.params, plain.interval_s) == ("desk", Params(path="events"), 1.0)
    assert stated.interval_s == 5.0


def test_a_source_that_is_off_is_left_out_and_not_even_checked() -> None:
    off = file_source(enabled=False, connector="no such thing")

    assert event_sources_of(section(off), folder=Path()) == ()


def test_every_problem_is_told_with_its_place() -> None:
    with pytest.raises(ConfigError) as caught:
        event_sources_of(
            section(
                file_source(connector="fil"),
                file_source(id="b", params={"pth": "x"}),
                file_source(id="c", base_url="http://example.com"),
            ),
            folder=Path(),
        )

    first, *second, third = caught.value.problems
    assert first == "events.sources.0.connector: there is no 'fil'; did you mean 'file'?"
    assert any("has no parameter 'pth'; did you mean 'path'?" in each for each in second)
    assert third == (
        "events.sources.2.base_url: want https or wss to example.com; "
        "only this machine may be asked in plain"
    )


@pytest.mark.parametrize(
    "url",
    ["", "https://api.example.com", "wss://x.example/y", "http://127.0.0.1:8", "ws://[::1]:1"],
)
def test_a_place_is_secret_on_the_way_or_on_this_machine(url: str) -> None:
    assert url_fault(url) == ""


@pytest.mark.parametrize(
    "url", ["example.com", "ftp://x", "http://10.0.0.1", "http://localhost.evil.com", "https://[::"]
)
def test_any_other_place_is_refused(url: str) -> None:
    assert url_fault(url)


def test_a_token_comes_out_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("0123456789abcdef")
    (tmp_path / "token").chmod(0o600)

    found = feed_token(section(external_feed={"token_file": "token"}), folder=tmp_path)

    assert found is not None
    assert found.reveal() == "0123456789abcdef"
    assert feed_token(section(external_feed={}), folder=tmp_path) is None
    with pytest.raises(ConfigError, match=r"events\.external_feed"):
        feed_token(section(external_feed={"token_file": "none"}), folder=tmp_path)


def test_a_key_that_stands_in_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bot.yaml"
    path.write_text(
        """
balances: {USDT: 1000}
data: [{path: a.csv, instrument: BTC/USDT, timeframe: 1m}]
strategies: [{id: s, class: argonaut.strategies.momentum.Momentum}]
events:
  sources: [{id: x, connector: file, params: {path: x, api_key: literal}}]
  external_feed: {token: literal}
"""
    )

    with pytest.raises(ConfigError) as caught:
        load_config(path, environment={})

    told = " ".join(caught.value.problems)
    assert "events.sources.0.params.api_key: a secret does not stand in a config" in told
    assert "events.external_feed.token: a secret does not stand in a config" in told
