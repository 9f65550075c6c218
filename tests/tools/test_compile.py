"""The compiled funnel is the same program, and what cannot be compiled is told."""

import os
import subprocess
import sys

import pytest

from tools.compile import HOT, NAMED_IN_CONFIGS, SOURCES, CompileError, build, main, modules

HASHES = """
from hashlib import sha256

from argonaut.journal import chain

rows = [(b"row", b"about", b"%d" % number) for number in range(100)]
digest = chain.GENESIS
for number, (kind, subject, payload) in enumerate(rows):
    digest = chain.link(digest, number, number, number, kind, subject, payload)
print(chain.__file__.rpartition(".")[2], digest.hex())
"""


def hashes(folder):
    """Run a few rows of the chain from the package in `folder`."""
    done = subprocess.run(
        [sys.executable, "-c", HASHES],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return done.stdout.split()


def test_every_pattern_names_modules_and_no_reader_of_annotations_is_among_them():
    """A renamed folder would silently cost all of the speed."""
    chosen = modules()
    package = SOURCES / "argonaut"

    assert all(any(package.glob(pattern)) for pattern in HOT)
    assert all((package / name).exists() for name in NAMED_IN_CONFIGS)
    assert "argonaut/engine/core.py" in chosen
    assert "argonaut/ledger/saved.py" not in chosen


def test_without_a_compiler_it_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", "")

    assert main([str(tmp_path / "compiled")]) == 1
    assert "nothing compiled: found no C compiler" in capsys.readouterr().out


@pytest.mark.slow
def test_a_compiled_module_does_what_its_source_does(tmp_path):
    """The whole funnel is compared by its journal in every benchmark; this is one module of it."""
    try:
        folder = build(tmp_path / "compiled", ["argonaut/journal/chain.py"])
    except CompileError as error:
        pytest.skip(f"not compiled: {error}")

    kind, digest = hashes(folder)
    assert kind == "so"
    assert hashes(SOURCES) == ["py", digest]
