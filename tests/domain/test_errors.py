"""Errors people act on."""

import pytest

from argonaut.domain.errors import ArgonautError, ExitCode, InvalidValueError


def test_exit_codes_are_the_numbers_scripts_depend_on() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "USAGE": 2,
        "REFUSED": 3,
        "FAILED": 4,
    }


def test_a_wrong_value_is_a_usage_error_and_a_value_error() -> None:
    """As a ValueError, decoders and config checks turn it into a message of their own."""
    with pytest.raises(ValueError, match="want more"):
        raise InvalidValueError("want more")
    assert InvalidValueError("").exit_code is ExitCode.USAGE
    assert ArgonautError("").exit_code is ExitCode.FAILED
