"""Runs a test by hand, with whatever a strategy's defaults are now."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest.mark import ParameterSet


def module_of(strategy: str) -> ModuleType:
    """Return the module of a strategy."""
    return importlib.import_module(f"argonaut.strategies.{strategy}")


def examples_of(strategy: str) -> ModuleType:
    """Return its tests, made anew: what they made at import has the defaults of now."""
    spec = importlib.util.spec_from_file_location(
        f"guarded_{strategy}", Path(__file__).with_name(f"test_{strategy}.py")
    )
    assert spec is not None, "a path to a Python file"
    assert spec.loader is not None, "a path to a Python file"
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outcome(test: Any) -> str:
    """Call a test as pytest would, case by case; return the first failure, or nothing."""
    for case in _cases(test):
        try:
            test(**case)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - any failure is one
            return f"{type(error).__name__}: {error}"
    return ""


def _cases(test: Any) -> Iterator[dict[str, Any]]:
    """Yield the arguments of each case, of every combination where there are several lists."""
    lists: list[list[dict[str, Any]]] = []
    for mark in getattr(test, "pytestmark", ()):
        if mark.name != "parametrize":
            continue
        names, values = mark.args
        names = (
            tuple(each.strip() for each in names.split(",")) if isinstance(names, str) else names
        )
        rows = [
            getattr(each, "values", each) if isinstance(each, ParameterSet) else each
            for each in values
        ]
        lists.append(
            [dict(zip(names, row if len(names) > 1 else (row,), strict=True)) for row in rows]
        )
    for combination in product(*lists):
        yield {name: value for case in combination for name, value in case.items()}
