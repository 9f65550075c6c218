"""Captures with injected errors are refused by the command a user has, the clean twins are not."""

import pytest

from tests.cli.calling import call
from tests.conftest import SHARED

DATA = SHARED / "data"
NEGATIVE = sorted(DATA.glob("*/*_negative*.parquet"))
POSITIVE = sorted(DATA.glob("*/*_positive*.parquet"))


def name(path):
    return path.name


@pytest.mark.parametrize("path", NEGATIVE, ids=name)
def test_a_capture_with_injected_errors_is_refused(path):
    called = call("data", "verify", path, "--json")

    assert called.code == 3
    assert called.answer[0]["errors"]
    assert not called.err


@pytest.mark.parametrize("path", POSITIVE, ids=name)
def test_its_clean_twin_is_usable(path):
    called = call("data", "verify", path, "--json")

    assert called.code == 0
    assert called.answer[0]["errors"] == []


def test_there_are_captures_of_both_kinds():
    assert NEGATIVE
    assert POSITIVE
