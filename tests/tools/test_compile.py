"""The compiled funnel is the same program, and what cannot be compiled is told."""

import os
import subprocess
import sys

import pytest

from tools.compile import HOT, SOURCES, CompileError, build, main, modules, prepare

HASHES = """
from hashlib import sha256

from argonaut.journal import chain

rows = [(b"row", b"about", b"%d" % number) for number in range(100)]
digest = chain.GENESIS
for number, (kind, subject, payload) in enumerate(rows):
    digest = chain.link(digest, number, number, number, kind, subject, payload)
print(chain.__file__.rpartition(".")[2], digest.hex())
"""

COPY = """
from argonaut.domain.market import Bar

bar = Bar("BTC/USDT@sim", 60, 120, close=2.0)
kept = bar.copy()
bar.close = 3.0
print(type(bar).copy.__class__.__name__, kept.open_ns, kept.event_ns, kept.close)
"""

CHECK = """
from argonaut.config.errors import PluginError
from argonaut.config.plugins import build

name = "argonaut.risk.exposure.SymbolExposure"
made = build(name, {"gross_quote": "12.5", "on_excess": "refuse"}, allow=())
print(type(made).verdict.__class__.__name__, made.code, made)
for wrong in ({"gross": 1}, {"net_quote": "much"}, {"gross_quote": -1}):
    try:
        build(name, wrong, allow=())
    except PluginError as error:
        print(error)
"""

# What the scripts ask about, and what those checks are made of.
ASKED = (
    "argonaut/domain/market.py",
    "argonaut/journal/chain.py",
    "argonaut/risk/exposure.py",
    "argonaut/risk/limit.py",
    "argonaut/risk/view.py",
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The package with a few modules compiled, once for all who look at one of them."""
    try:
        return build(tmp_path_factory.mktemp("some") / "compiled", ASKED)
    except CompileError as error:
        pytest.skip(f"not compiled: {error}")


def said(script, folder):
    """Run a script with the package in `folder`."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return done.stdout


def test_every_pattern_names_modules_and_no_reader_of_annotations_is_among_them():
    """A renamed folder would silently cost all of the speed."""
    chosen = modules()
    package = SOURCES / "argonaut"

    assert all(any(package.glob(pattern)) for pattern in HOT)
    assert "argonaut/engine/core.py" in chosen
    assert "argonaut/ledger/saved.py" not in chosen


def test_without_a_compiler_it_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", "")

    assert main([str(tmp_path / "compiled")]) == 1
    assert "nothing compiled: found no C compiler" in capsys.readouterr().out


@pytest.mark.slow
def test_every_chosen_module_can_be_translated(tmp_path):
    """A construct that the compiler cannot take is found before somebody wants the speed."""
    prepare(tmp_path / "compiled", modules())

    done = subprocess.run(
        [sys.executable, "setup.py", "--quiet", "--name"],  # translates, and compiles nothing
        cwd=tmp_path / "compiled",
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert list((tmp_path / "compiled" / "build").glob("*.c"))


@pytest.mark.slow
def test_a_compiled_module_does_what_its_source_does(compiled):
    """The whole funnel is compared by its journal in every benchmark; this is one module of it."""
    kind, digest = said(HASHES, compiled).split()

    assert kind == "so"
    assert said(HASHES, SOURCES).split() == ["py", digest]


@pytest.mark.slow
def test_a_compiled_check_is_configured_as_its_source_is(compiled):
    """Machine code has no annotations; a number of the wrong type must not pass for that."""
    made, *complaints = said(CHECK, compiled).splitlines()
    kind, _, of_source = said(CHECK, SOURCES).splitlines()[0].partition(" ")

    assert (kind, made.partition(" ")[0]) == ("function", "method_descriptor")
    assert made.partition(" ")[2] == of_source
    assert complaints == said(CHECK, SOURCES).splitlines()[1:]


@pytest.mark.slow
def test_a_compiled_bar_can_be_kept(compiled):
    """copy.copy() cannot make a compiled object; each bar of a start ended the market stream."""
    assert said(COPY, compiled).split() == ["method_descriptor", "120", "180", "2.0"]
