from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.config.layers import SET, Variables, apply_set, is_secret, lay, leaves, read_variables


def empty() -> list[str]:
    return []


def variables(**environment):
    return Variables(environment, {})


def test_a_variable_is_replaced_inside_a_text():
    layers = lay({"a": ["x-${NAME}-y"]}, variables(NAME="value"), ())

    assert layers.raw == {"a": ["x-value-y"]}
    assert layers.sources == {"a.0": "environment NAME"}


def test_a_default_stands_in_for_a_variable_that_is_not_set():
    layers = lay({"a": "${NAME:-5}"}, variables(), ())

    assert layers.raw == {"a": "5"}
    assert layers.sources["a"] == "file, ${NAME}"


def test_a_variable_without_value_or_default_is_a_problem_with_its_place():
    layers = lay({"a": {"b": "${NAME}"}}, variables(), ())

    assert layers.problems == ["a.b: the variable NAME is not set and has no default"]


def test_what_a_variable_holds_is_not_read_again():
    """Otherwise whoever sets one variable reads them all."""
    layers = lay({"a": "${ONE}"}, variables(ONE="${TWO}", TWO="secret"), ())

    assert layers.raw == {"a": "${TWO}"}


def test_the_environment_wins_over_the_file_beside_the_config(tmp_path):
    (tmp_path / ".env").write_text("NAME=file\nOTHER=file\nEMPTY=\n")
    found = read_variables(tmp_path, {"NAME": "process"}, problems := empty())

    assert found.get("NAME") == "process"
    assert found.origin("NAME") == "environment NAME"
    assert found.get("OTHER") == "file"
    assert found.origin("OTHER") == ".env OTHER"
    assert found.get("EMPTY") is None
    assert not problems


def test_a_file_of_variables_that_is_no_text_is_a_problem(tmp_path):
    (tmp_path / ".env").write_bytes(b"A=\xff\xfe\n")
    found = read_variables(tmp_path, {}, problems := empty())

    assert found.get("A") is None
    assert "cannot be read" in problems[0]


def test_a_set_wins_over_a_flag_and_a_flag_over_the_file():
    raw = {"strategies": [{"id": "trend", "class": "x.TrendFollow", "enabled": True}]}
    flags = variables(TREND_ENABLED="false")

    flagged = lay(raw, flags, ())
    both = lay(raw, flags, ["strategies.trend.enabled=true"])

    assert flagged.raw["strategies"][0]["enabled"] is False
    assert flagged.sources["strategies.0.enabled"] == "environment TREND_ENABLED"
    assert both.raw["strategies"][0]["enabled"] is True
    assert both.sources["strategies.0.enabled"] == SET


def test_an_empty_flag_is_not_set():
    raw = {"strategies": [{"class": "x.TrendFollow"}]}
    layers = lay(raw, variables(TREND_ENABLED=""), ())

    assert "enabled" not in layers.raw["strategies"][0]


@pytest.mark.parametrize(
    ("change", "place", "value"),
    [
        ("paper.speed=60", ("paper", "speed"), 60),
        ("paper.speed=1.5", ("paper", "speed"), 1.5),
        ("new.deep.key=true", ("new", "deep", "key"), True),
        ("list.1.x=[1, 2]", ("list", 1, "x"), [1, 2]),
        ("list.second.x=text", ("list", 1, "x"), "text"),
        ("list.0={a: 1}", ("list", 0), {"a": 1}),
        ("data.0.start=2021-05-19", ("data", 0, "start"), "2021-05-19"),
        ("empty.a=1", ("empty", "a"), 1),
        ("text=a=b", ("text",), "a=b"),
        ("nothing=", ("nothing",), None),
    ],
)
def test_a_set_reaches_its_place(change, place, value):
    raw: dict[str, Any] = {
        "paper": {},
        "list": [{"id": "first"}, {"id": "second"}],
        "data": [{"path": "x"}],
        "empty": None,
    }

    assert apply_set(raw, change) == []
    found: Any = raw
    for key in place:
        found = found[key]
    assert found == value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("nonsense", "--set wants key=value such as paper.speed=60, not 'nonsense'"),
        ("=1", "--set wants key=value"),
        ("list.7.x=1", "--set list.7.x: there is no entry 7, the list has 1"),
        ("list.absent=1", "there is no entry absent"),
        ("plain.x=1", "--set plain.x: 'x' is inside a plain value"),
        ("plain.x.y=1", "'x' is inside a plain value"),
        ("a=[1", "'[1' cannot be read as a value"),
        ("a=*x", "cannot be read as a value"),
    ],
)
def test_a_set_that_reaches_nothing_says_why(change, said):
    raw = {"list": [{"id": "one"}], "plain": 5}

    problems = apply_set(raw, change)

    assert len(problems) == 1
    assert said in problems[0]
    assert raw == {"list": [{"id": "one"}], "plain": 5}


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_of_a_set_raises(path, value):
    raw = {"list": [{"id": "one"}], "plain": 5, "section": {"a": {"b": 1}}}

    assert len(apply_set(raw, f"{path}={value}")) <= 1


@given(st.text(max_size=60))
def test_no_text_in_a_config_raises_while_variables_are_filled(text):
    layers = lay({"a": text}, variables(), ())

    assert isinstance(layers.raw["a"], str)


def test_leaves_are_told_with_their_places():
    value = {"a": {"b": 1, "c": []}, "d": [{"e": None}, 2], "f": {}}

    assert dict(leaves(value)) == {"a.b": 1, "a.c": [], "d.0.e": None, "d.1": 2, "f": {}}


@pytest.mark.parametrize("name", ["API_KEY", "venue.secret", "x.apiKey", "bot_token", "PASSWORD"])
def test_names_of_secrets_are_known(name):
    assert is_secret(name)


@pytest.mark.parametrize("name", ["venue.token.size", "keys", "tick_size", "strategies.0.id"])
def test_other_names_are_no_secrets(name):
    assert not is_secret(name)


def test_a_value_out_of_a_secret_variable_is_secret():
    layers = lay(
        {"a": "${MY_SECRET}", "b": "${MY_NAME}"}, variables(MY_SECRET="x", MY_NAME="y"), ()
    )

    assert layers.secrets == {"a"}
