"""Who may send: one process a journal, and a new epoch at each start.

The lock keeps a second process on this machine away, the epoch in every order id tells starts
apart, and an id with a later epoch at the venue says that somebody has taken over.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from argonaut.domain.errors import RefusedToStartError
from argonaut.journal.row import Row
from argonaut.ports import Rng
from argonaut.runtime.recorder import LiveJournal

TAG = "tag"  # where a journal's meta keeps the two letters that tell it from others
KIND = "lease"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TAG_LENGTH = 2


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The row a start writes first: which epoch it is, and what it was started with."""

    epoch: str
    number: int
    config_hash: str
    build: str


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock beside a journal for as long as the block runs.

    Raises:
        RefusedToStartError: Another process holds it.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.read(file, 32).decode(errors="replace").strip()
            raise RefusedToStartError(
                f"{path} is held by process {owner or 'unknown'}: another instance trades with "
                "this journal; stop it first"
            ) from error
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(file)  # which lets go of the lock


def new_tag(rng: Rng) -> str:
    """Return the two letters that tell a new journal's ids from those of other journals."""
    return "".join(_DIGITS[10 + int(rng.random() * 26)] for _ in range(_TAG_LENGTH))


def epoch_text(tag: str, number: int) -> str:
    """Return an epoch as it stands in order ids, such as `qz1f`."""
    return tag + _base36(number)


def number_of(epoch: str, tag: str) -> int | None:
    """Return which start of the journal with this tag an epoch is; None when it is another's."""
    text = epoch.removeprefix(tag)
    if not epoch.startswith(tag) or not text:
        return None
    try:
        return int(text, 36)
    except ValueError:
        return None


def take(journal: LiveJournal, tag: str, leases: Iterable[Row]) -> int:
    """Return the number of this start, above that of every start the journal has a row of.

    Raises:
        RefusedToStartError: The journal counts backwards: it was restored, or copied.
    """
    last = 0
    for row in leases:
        last = max(last, msgspec.json.decode(row.payload, type=Lease).number)
    if journal.epoch <= last:
        raise RefusedToStartError(
            f"the journal was opened {journal.epoch} times and has a start number {last} with "
            f"tag {tag!r}: order ids would be used again; want the journal that was written last, "
            "or one brought back by `argonaut journal restore`"
        )
    return journal.epoch


def _base36(number: int) -> str:
    if number < len(_DIGITS):
        return _DIGITS[number]
    return _base36(number // len(_DIGITS)) + _DIGITS[number % len(_DIGITS)]
