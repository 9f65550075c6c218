"""The models of a folder: every version ever trained, which one decides, which one is watched.

`NAME/v0003.json` is a sealed card and never changes; `NAME/ledger.json` says who has which role and
keeps every change with its reason. Each change has a number, the revision: who knows a newer one
ignores an older one. Written whole or not at all, by one process at a time.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from argonaut.domain.errors import ExitCode
from argonaut.feeds.errors import FeedError
from argonaut.indicators.hmm.card import BYTES_MAX, Card, ModelRefusedError, seal, unseal

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_LEDGER = "ledger.json"
_LEDGER_BYTES_MAX = 4_000_000
_HISTORY_MAX = 10_000


class RegistryError(FeedError):
    """A model, version or role is not to be had; the message says which there are."""

    exit_code = ExitCode.USAGE


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change of roles: when (UTC), what, which version, and why."""

    revision: int
    at: str
    action: str
    version: int
    why: str


class Ledger(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who has which role now, and how it came to that."""

    revision: int = 0
    current: int | None = None
    candidate: int | None = None
    history: tuple[Change, ...] = ()

    def before_current(self) -> int | None:
        """Return the version that decided before the current one."""
        decided = [each.version for each in self.history if each.action in _DECIDING]
        others = [each for each in decided if each != self.current]
        return others[-1] if others else None


_DECIDING = ("promoted", "rolled back")


class Registry:
    """The registry in `folder`, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    # what there is

    def names(self) -> list[str]:
        """Return the names that have a folder here, in order."""
        if not self.folder.is_dir():
            return []
        return sorted(
            each.name
            for each in self.folder.iterdir()
            if each.is_dir() and _NAME.fullmatch(each.name)
        )

    def versions(self, name: str) -> list[int]:
        """Return the versions of a model, oldest first."""
        folder = self._folder_of(name)
        found = (re.fullmatch(r"v(\d{4,9})\.json", each.name) for each in _files(folder))
        return sorted(int(each[1]) for each in found if each)

    def ledger(self, name: str) -> Ledger:
        """Return who has which role; an empty one where the model was never trained.

        Raises:
            ModelRefusedError: The file is no ledger.
        """
        path = self._folder_of(name) / _LEDGER
        try:
            raw = _read(path, _LEDGER_BYTES_MAX)
        except FileNotFoundError:
            return Ledger()
        try:
            return msgspec.json.decode(raw, type=Ledger)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ModelRefusedError(f"{path} is no ledger of models: {error}") from error

    def sealed(self, name: str, version: int) -> str:
        """Return the checked text of a version's file.

        Raises:
            RegistryError: There is no such version.
            ModelRefusedError: It was changed, is newer than this program, or another's.
        """
        self.card(name, version)
        return _read(self._path(name, version), BYTES_MAX).decode()

    def card(self, name: str, version: int) -> Card:
        """Return a version. Raises as `sealed` does."""
        path = self._path(name, version)
        try:
            raw = _read(path, BYTES_MAX)
        except FileNotFoundError:
            have = ", ".join(f"v{each}" for each in self.versions(name)) or "none"
            raise RegistryError(f"{name} has no v{version}; there are {have}") from None
        card = unseal(raw, where=str(path))
        if (card.name, card.version) != (name, version):
            raise ModelRefusedError(f"{path} holds {card.label}, want {name} v{version}")
        return card

    # what changes it

    def add(self, card: Card) -> Card:
        """Keep a card as the next version of its name; return it as it was kept."""
        with self._locked(card.name):
            version = max(self.versions(card.name), default=0) + 1
            kept = msgspec.structs.replace(card, version=version)
            _write(self._path(card.name, version), seal(kept))
        return kept

    def promote(self, name: str, version: int, *, at: str, why: str) -> Ledger:
        """Let a version decide; it is no candidate any more. Raises as `card` does."""
        self.card(name, version)
        return self._change(name, version, "promoted", at=at, why=why)

    def watch(self, name: str, version: int, *, at: str, why: str) -> Ledger:
        """Let a version run beside the current one, in dry-run. Raises as `card` does."""
        self.card(name, version)
        ledger = self.ledger(name)
        if ledger.current is None:
            raise RegistryError(f"{name} has no version that decides; promote v{version} instead")
        if ledger.current == version:
            raise RegistryError(f"{name} v{version} decides already")
        return self._change(name, version, "watched", at=at, why=why)

    def dismiss(self, name: str, *, at: str, why: str) -> Ledger:
        """Watch no candidate any more. Raises RegistryError where there is none."""
        candidate = self.ledger(name).candidate
        if candidate is None:
            raise RegistryError(f"{name} has no candidate")
        return self._change(name, candidate, "dismissed", at=at, why=why)

    def roll_back(self, name: str, *, at: str, why: str) -> Ledger:
        """Let the version before decide again. Raises RegistryError where there is none."""
        before = self.ledger(name).before_current()
        if before is None:
            raise RegistryError(f"{name} has no version that decided before the current one")
        self.card(name, before)
        return self._change(name, before, "rolled back", at=at, why=why)

    def _change(self, name: str, version: int, action: str, *, at: str, why: str) -> Ledger:
        with self._locked(name):
            was = self.ledger(name)
            change = Change(
                revision=was.revision + 1, at=at, action=action, version=version, why=why
            )
            current, candidate = was.current, was.candidate
            if action in _DECIDING:
                current = version
                candidate = None if candidate == version else candidate
            else:
                candidate = version if action == "watched" else None
            made = Ledger(
                revision=change.revision,
                current=current,
                candidate=candidate,
                history=(*was.history, change)[-_HISTORY_MAX:],
            )
            _write(self._folder_of(name) / _LEDGER, msgspec.json.format(msgspec.json.encode(made)))
        return made

    # places

    def _folder_of(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise RegistryError(
                f"want a name of a-z, 0-9 and -, up to 64 of them, such as btc-usdt, not {name!r}"
            )
        return self.folder / name

    def _path(self, name: str, version: int) -> Path:
        if not 0 < version < 10**9:
            raise RegistryError(f"want a version of 1 or more, not {version}")
        return self._folder_of(name) / f"v{version:04d}.json"

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        folder = self._folder_of(name)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _read(path: Path, bytes_max: int) -> bytes:
    """Return a file's content; one byte more than allowed is enough to know that it is too long."""
    with path.open("rb") as file:
        raw = file.read(bytes_max + 1)
    if len(raw) > bytes_max:
        raise ModelRefusedError(f"{path}: want at most {bytes_max} bytes")
    return raw


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, durable on return."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
