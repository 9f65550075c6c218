"""The registry keeps every version, knows who decides, and lets nothing strange in."""

import json

import pytest

from argonaut.feeds.models.registry import Registry, RegistryError
from argonaut.indicators.hmm.card import ModelRefusedError
from tests.indicators.hmm.cards import a_card

AT = "2026-11-29T03:00:00Z"


@pytest.fixture
def registry(tmp_path):
    """Three versions of one model, none of which decides."""
    made = Registry(tmp_path / "models")
    for _ in range(3):
        made.add(a_card())
    return made


def test_versions_count_up_and_come_back_as_they_were(registry):
    assert registry.names() == ["btc-usdt"]
    assert registry.versions("btc-usdt") == [1, 2, 3]
    assert registry.card("btc-usdt", 2) == a_card(version=2)
    assert registry.sealed("btc-usdt", 2).startswith('{"sha256":"')


def test_nothing_there_is_an_empty_ledger(tmp_path):
    registry = Registry(tmp_path / "absent")

    assert registry.names() == []
    assert registry.versions("btc-usdt") == []
    assert registry.ledger("btc-usdt").current is None


def test_promote_watch_and_roll_back(registry):
    registry.promote("btc-usdt", 1, at=AT, why="first")
    registry.watch("btc-usdt", 2, at=AT, why="newer")
    assert registry.ledger("btc-usdt").candidate == 2
    registry.promote("btc-usdt", 2, at=AT, why="better")
    ledger = registry.ledger("btc-usdt")
    assert (ledger.current, ledger.candidate, ledger.revision) == (2, None, 3)

    ledger = registry.roll_back("btc-usdt", at=AT, why="worse")

    assert ledger.current == 1
    assert [each.action for each in ledger.history] == [
        "promoted",
        "watched",
        "promoted",
        "rolled back",
    ]
    assert ledger.history[-1].why == "worse"


def test_a_candidate_can_be_dismissed(registry):
    registry.promote("btc-usdt", 1, at=AT, why="")
    registry.watch("btc-usdt", 3, at=AT, why="")

    assert registry.dismiss("btc-usdt", at=AT, why="no better").candidate is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda r: r.promote("btc-usdt", 9, at=AT, why=""), "has no v9; there are v1, v2, v3"),
        (lambda r: r.watch("btc-usdt", 2, at=AT, why=""), "promote v2 instead"),
        (lambda r: r.roll_back("btc-usdt", at=AT, why=""), "no version that decided before"),
        (lambda r: r.dismiss("btc-usdt", at=AT, why=""), "has no candidate"),
        (lambda r: r.card("../etc", 1), "want a name of a-z"),
        (lambda r: r.card("btc-usdt", 0), "want a version of 1 or more"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(registry, change, complaint):
    with pytest.raises(RegistryError, match=complaint):
        change(registry)
    assert registry.ledger("btc-usdt").revision == 0


def test_who_decides_cannot_be_watched(registry):
    registry.promote("btc-usdt", 1, at=AT, why="")

    with pytest.raises(RegistryError, match="v1 decides already"):
        registry.watch("btc-usdt", 1, at=AT, why="")


def test_a_tampered_version_is_refused_by_name_and_cannot_be_promoted(registry):
    path = registry.folder / "btc-usdt" / "v0002.json"
    path.write_text(path.read_text().replace("43200", "43201"))

    with pytest.raises(ModelRefusedError, match=r"v0002\.json was changed after training"):
        registry.promote("btc-usdt", 2, at=AT, why="")


def test_a_version_under_another_name_is_refused(registry):
    path = registry.folder / "btc-usdt"
    (path / "v0003.json").write_bytes((path / "v0001.json").read_bytes())

    with pytest.raises(ModelRefusedError, match="holds btc-usdt v1, want btc-usdt v3"):
        registry.card("btc-usdt", 3)


def test_a_broken_ledger_is_refused_by_name(registry):
    (registry.folder / "btc-usdt" / "ledger.json").write_text('{"revision": "x"}')

    with pytest.raises(ModelRefusedError, match=r"ledger\.json is no ledger"):
        registry.ledger("btc-usdt")


def test_the_ledger_is_readable_by_people(registry):
    registry.promote("btc-usdt", 1, at=AT, why="first")
    text = (registry.folder / "btc-usdt" / "ledger.json").read_text()

    assert json.loads(text)["current"] == 1
    assert text.count("\n") > 5
