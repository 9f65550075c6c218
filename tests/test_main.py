"""`python -m argonaut` is the command, for those whose PATH does not know it."""

import runpy
import sys

import pytest

import argonaut


def test_the_module_is_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It takes the same words and leaves with the same exit code."""
    monkeypatch.setattr(sys, "argv", ["argonaut", "--version"])

    with pytest.raises(SystemExit) as left:
        runpy.run_module("argonaut", run_name="__main__")

    assert left.value.code == 0
    assert argonaut.__version__ in capsys.readouterr().out
