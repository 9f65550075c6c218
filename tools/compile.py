"""Compile the funnel ahead of time: the same sources as machine code, in a folder of their own.

Usage: `python -m tools.compile [FOLDER]`, then run with FOLDER (build/compiled) first on
PYTHONPATH. It wants a C compiler and takes a minute or two; a second call costs nothing as long as
no source has changed. Nothing else differs: the sources alone say what the program does.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ROOT / "src"
DEFAULT: Final = ROOT / "build" / "compiled"
TIMEOUT_S: Final = 900

# What every event and every order passes through.
HOT: Final = (
    "backtest/*.py",
    "domain/grid.py",
    "domain/market.py",
    "domain/number.py",
    "domain/transitions.py",
    "engine/*.py",
    "execution/guard.py",
    "execution/orders.py",
    "feeds/tape/player.py",
    "journal/chain.py",
    "journal/draft.py",
    "journal/memory.py",
    "journal/scribe.py",
    "journal/writer.py",
    "ledger/*.py",
    "reports/run_log.py",
    "risk/*.py",
    "venues/sim/*.py",
)
# Compiled classes keep no annotations that a reader of saved states could use.
READ_BY_ANNOTATION: Final = ("forbid_unknown_fields",)

_SETUP: Final = """
from mypyc.build import mypycify
from setuptools import setup

setup(
    name="argonaut-compiled",
    packages=[],
    ext_modules=mypycify(
        ["--strict", "--follow-imports=silent", *{modules!r}],
        opt_level="3",
        group_name="argonaut_compiled",
    ),
)
"""


class CompileError(Exception):
    """Nothing was compiled; the message says what is missing or wrong."""


def modules() -> list[str]:
    """Return the source files to compile, relative to the folder of the sources."""
    package = SOURCES / "argonaut"
    found = {path for pattern in HOT for path in package.glob(pattern)}
    return sorted(
        str(path.relative_to(SOURCES))
        for path in found
        if path.name != "__init__.py"
        and not any(word in path.read_text(encoding="utf-8") for word in READ_BY_ANNOTATION)
    )


def build(folder: Path, chosen: Sequence[str]) -> Path:
    """Put the package into `folder` with the `chosen` modules compiled, if it is not there yet.

    Raises:
        CompileError: There is no C compiler, or a module cannot be compiled.
    """
    stamp, wanted = folder / "stamp", _fingerprint(chosen)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    if not any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        raise CompileError("found no C compiler (cc, gcc or clang)")
    prepare(folder, chosen)
    done = subprocess.run(
        [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    if done.returncode != 0:
        raise CompileError(_last_words(done.stdout + done.stderr))
    shutil.rmtree(folder / "build")
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def prepare(folder: Path, chosen: Sequence[str]) -> None:
    """Put a copy of the package into `folder`, and a `setup.py` that compiles `chosen`."""
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SOURCES / "argonaut", folder / "argonaut", ignore=ignored)
    (folder / "setup.py").write_text(_SETUP.format(modules=list(chosen)), encoding="utf-8")


def _fingerprint(chosen: Sequence[str]) -> str:
    """Return what changes when anything that is compiled or copied changes."""
    digest = hashlib.sha256(repr((sys.version, list(chosen))).encode())
    for path in sorted((SOURCES / "argonaut").rglob("*.py")):
        digest.update(str(path.relative_to(SOURCES)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _last_words(text: str) -> str:
    lines = [line for line in text.splitlines() if "error" in line.lower()]
    return lines[0] if lines else (text.strip().splitlines() or ["the compiler said nothing"])[-1]


def main(arguments: Sequence[str]) -> int:
    """Compile everything that is hot; return 1 when nothing was compiled."""
    folder = Path(arguments[0]).resolve() if arguments else DEFAULT
    try:
        build(folder, modules())
    except CompileError as error:
        print(f"nothing compiled: {error}")
        return 1
    print(f"compiled {len(modules())} modules; run with PYTHONPATH={folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
