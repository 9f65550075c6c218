"""The engines we compare with, each in a throw-away environment of its own under `build/`.

Nothing here is a dependency of the program: peers are fetched to be measured, never shipped.
A peer that cannot be had is named with the reason, and the figure of the issue stands in for it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PYTHONS: Final = ("3.13", "3.12")  # the first one found serves; peers have wheels for these


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One engine: how to install it, what it can run and how often it is worth running.

    Attributes:
        name: Word for `--peers`.
        alternatives: Sets of requirements; the first that installs is taken.
        module: Runs one workload and reports it.
        workloads: What it can run.
        repeats: At most this many runs a workload; slow engines need fewer for a sure ratio.
    """

    name: str
    alternatives: tuple[tuple[str, ...], ...]
    module: str
    workloads: tuple[str, ...]
    repeats: int


PEERS: Final = (
    Peer(
        name="nautilus2",
        alternatives=(("nautilus_trader==2.0.0rc7",), ("nautilus_trader>=2.0.0rc3,<3",)),
        module="benchmarks.peer_nautilus",
        workloads=("bars", "bars-silent", "trades"),
        repeats=9,
    ),
    Peer(
        name="nautilus1",
        alternatives=(
            ("nautilus_trader==1.231.0", "pandas<3"),
            ("nautilus_trader<2", "pandas<3"),
        ),
        module="benchmarks.peer_nautilus",
        workloads=("bars", "trades"),
        repeats=1,
    ),
    Peer(
        name="backtesting",
        alternatives=(("backtesting==0.6.6",), ("backtesting",)),
        module="benchmarks.peer_backtesting",
        workloads=("bars",),
        repeats=3,
    ),
    Peer(
        name="backtrader",
        alternatives=(("backtrader==1.9.78.123", "pandas"), ("backtrader", "pandas")),
        module="benchmarks.peer_backtrader",
        workloads=("bars",),
        repeats=1,
    ),
)


class PeerMissingError(Exception):
    """A peer cannot be had on this machine; the message says why."""


def interpreters() -> Iterator[str]:
    """Yield interpreters peers have wheels for: on the path, or known to a version manager."""
    for version in PYTHONS:
        for candidate in (_on_path(version), _from_pyenv(version), _from_uv(version)):
            if candidate and _answer([candidate, "-c", _SHOW_VERSION]) == version:
                yield candidate
                break


_SHOW_VERSION: Final = "import sys, venv; print('%d.%d' % sys.version_info[:2])"


def _on_path(version: str) -> str | None:
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        return sys.executable
    return shutil.which(f"python{version}")


def _from_pyenv(version: str) -> str | None:
    exact = _answer(["pyenv", "latest", version])
    prefix = _answer(["pyenv", "prefix", exact]) if exact else None
    return f"{prefix}/bin/python" if prefix else None


def _from_uv(version: str) -> str | None:
    return _answer(["uv", "python", "find", "--offline", version])


def _answer(command: list[str]) -> str | None:
    """Return what a command prints, None if it cannot be run or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def environment(peer: Peer, root: Path) -> str:
    """Return the interpreter of the peer's environment, made first if need be.

    Raises:
        PeerMissingError: No interpreter serves or nothing of it can be installed.
    """
    folder = root / peer.name
    stamp, python = folder / "requirements.json", folder / "bin" / "python"
    if stamp.exists() and tuple(json.loads(stamp.read_text())) in peer.alternatives:
        return str(python)
    pythons = list(interpreters())
    if not pythons:
        raise PeerMissingError(f"found no Python {' or '.join(PYTHONS)} with venv")
    reason = ""
    for requirements in peer.alternatives:
        for interpreter in pythons:
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([interpreter, "-m", "venv", str(folder)], check=True)
            command = [str(python), "-m", "pip", "install", "--quiet", *requirements]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                stamp.write_text(json.dumps(requirements))
                return str(python)
            reason = _last_error(done.stderr) or reason
    shutil.rmtree(folder, ignore_errors=True)
    raise PeerMissingError(f"pip could not install {peer.alternatives[0][0]}: {reason}")


def _last_error(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith("ERROR")]
    return lines[-1].removeprefix("ERROR: ") if lines else ""


def installed(python: str) -> dict[str, str]:
    """Return the Python version and the packages of an environment."""
    listing = _answer(
        [python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]
    )
    packages = {row["name"]: row["version"] for row in json.loads(listing or "[]")}
    packages.pop("pip", None)
    return {"python": _answer([python, "-c", _FULL_VERSION]) or "?", **packages}


_FULL_VERSION: Final = "import platform; print(platform.python_version())"
