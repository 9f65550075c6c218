"""What `__all__` promises exists and is documented."""

import inspect
import pkgutil
from importlib import import_module

import pytest

import argonaut

MODULES = ["argonaut", *(m.name for m in pkgutil.walk_packages(argonaut.__path__, "argonaut."))]
PUBLIC = [name for name in MODULES if not name.endswith("__main__")]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_exist_and_say_what_they_are(name):
    """A name in `__all__` is a promise to a strategy's author."""
    module = import_module(name)
    promised = getattr(module, "__all__", [])
    missing = [entry for entry in promised if not hasattr(module, entry)]
    silent = [
        entry
        for entry in promised
        if inspect.isclass(value := getattr(module, entry, None)) or inspect.isfunction(value)
        if not (value.__doc__ or "").strip()
    ]

    assert (module.__doc__ or "").strip()
    assert not missing
    assert not silent
