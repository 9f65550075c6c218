"""What models there are and who decides, for people and for scripts."""

from __future__ import annotations

import pytest

from argonaut.feeds.models.registry import Registry
from tests.cli.calling import call
from tests.indicators.hmm.cards import a_card


@pytest.fixture
def models(tmp_path):
    """A registry with three versions; the first decides, the second is watched."""
    registry = Registry(tmp_path / "models")
    for _ in range(3):
        registry.add(a_card())
    registry.promote("btc-usdt", 1, at="2026-11-29T03:00:00Z", why="first")
    registry.watch("btc-usdt", 2, at="2026-11-29T04:00:00Z", why="newer")
    return registry.folder


def test_the_list_tells_every_version_and_its_role(models):
    answer = call("model", "list", "--models", models, "--json").answer

    assert [(each["version"], each["role"]) for each in answer] == [
        (1, "decides"),
        (2, "watched"),
        (3, ""),
    ]
    assert "btc-usdt v1  decides" in call("model", "list", "--models", models).out


def test_an_empty_registry_says_how_to_fill_it(tmp_path):
    called = call("model", "list", "--models", tmp_path)

    assert called.code == 0
    assert "argonaut train hmm" in called.out


def test_a_tampered_version_is_listed_as_refused_and_named(models):
    path = models / "btc-usdt" / "v0003.json"
    path.write_text(path.read_text().replace("43200", "43201"))
    called = call("model", "list", "--models", models)

    assert called.code == 3
    assert "btc-usdt v3  REFUSED" in called.out
    assert "v0003.json was changed after training" in called.err


def test_a_version_is_shown_with_its_history(models):
    told = call("model", "show", "btc-usdt", "--models", models).out

    assert told.startswith("btc-usdt v1: decides, sha256 ")
    assert "bull    +1.200" in told
    assert "2026-11-29T04:00:00Z v2 watched: newer" in told
    answer = call("model", "show", "btc-usdt", 2, "--models", models, "--json").answer
    assert (answer["version"], answer["role"], len(answer["history"])) == (2, "watched", 2)


def test_roles_are_changed_and_told(models):
    def said(verb, *more):
        return call("model", verb, "btc-usdt", *more, "--models", models).out

    assert said("promote", 3, "--why", "better") == "btc-usdt: v3 decides, v2 is watched\n"
    assert said("dismiss") == "btc-usdt: v3 decides\n"
    assert said("watch", 2) == "btc-usdt: v3 decides, v2 is watched\n"
    assert said("rollback") == "btc-usdt: v1 decides, v2 is watched\n"


def test_a_change_as_json(models):
    answer = call("model", "promote", "btc-usdt", 2, "--models", models, "--json").answer

    assert answer == {"name": "btc-usdt", "revision": 3, "current": 2, "candidate": None}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("promote", "btc-usdt", 9), "btc-usdt has no v9; there are v1, v2, v3"),
        (("show", "eth-usdt"), "eth-usdt has no version that decides"),
        (("rollback", "btc-usdt"), "no version that decided before the current one"),
        (("watch", "btc-usdt", 1), "btc-usdt v1 decides already"),
        (("show", "../etc"), "want a name of a-z"),
    ],
)
def test_what_cannot_be_is_told(models, arguments, said):
    called = call("model", *arguments, "--models", models)

    assert called.code == 2
    assert said in called.err
