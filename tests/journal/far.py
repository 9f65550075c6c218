"""Scribes in processes of their own, for tests: started, ready, and ended whatever happens."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from argonaut.journal.draft import DraftJournal
from argonaut.journal.draft_file import DraftFile, DraftPlace
from argonaut.journal.far_scribe import FarScribe
from tests.journal.opening import META, CountingClock

READY_WITHIN_S = 60.0


@contextmanager
def ready(name: str = "draft", wait_s: float = 30.0) -> Iterator[FarScribe]:
    """A process that stands ready."""
    far = FarScribe.start(name, wait_s=wait_s)
    assert far is not None
    try:
        assert far.is_ready(READY_WITHIN_S)
        yield far
    finally:
        far.release()


def perhaps(is_far: bool) -> AbstractContextManager[FarScribe | None]:
    """A process that stands ready, or none."""
    return ready() if is_far else nullcontext()


def draft(target: Path | None, far: FarScribe | None = None) -> DraftJournal:
    """A draft of `target`, or of nothing; with `far` it goes on there after the first batch."""
    place = None if target is None else DraftPlace(target)
    return DraftJournal(
        None if place is None else DraftFile.blank(place.path, META),
        place,
        clock=CountingClock(),
        pid=7,
        mode="backtest",
        far_from_rows=None,
        helper=far,
    )
