"""What strategies are tuned by from files: their models and calibrations, told as first inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.domain.tuning import (
    Calibration,
    Tuning,
    calibration_event,
    calibration_of,
    model_event,
)
from argonaut.feeds.models.registry import Registry
from argonaut.strategies.interface import Strategy

_CALIBRATION_BYTES_MAX = 65_536


def tunings_of(
    strategies: Iterable[Strategy], folder: Path, *, event_ns: int, tape_row: int | None = None
) -> list[ExternalEvent]:
    """Return what every strategy is to be told when a run begins; paths start at `folder`.

    Raises:
        ArgonautError: A file is there and cannot be used: changed, newer, or nonsense.
    """
    return [
        event
        for strategy in strategies
        for wanted in strategy.tunings()
        for event in events_of(strategy, wanted, folder, event_ns=event_ns, tape_row=tape_row)
    ]


def events_of(
    strategy: Strategy, wanted: Tuning, folder: Path, *, event_ns: int, tape_row: int | None = None
) -> Iterator[ExternalEvent]:
    """Yield what one strategy is to be told of one thing it wants. Raises as `tunings_of` does."""
    whose = (strategy.strategy_id, strategy.instrument_id)
    if wanted.kind == "calibration":
        made = calibration_in(folder / wanted.path / f"{wanted.name}.json")
        yield calibration_event(made, *whose, event_ns=event_ns, tape_row=tape_row)
        return
    registry = Registry(folder / wanted.path)
    ledger = registry.ledger(wanted.name)
    if ledger.current is None:
        return
    revision = ledger.revision
    sealed = registry.sealed(wanted.name, ledger.current)
    yield model_event(
        sealed, "current", *whose, revision=revision, event_ns=event_ns, tape_row=tape_row
    )
    watched = ledger.candidate
    text = "" if watched is None else registry.sealed(wanted.name, watched)
    yield model_event(
        text, "candidate", *whose, revision=revision, event_ns=event_ns, tape_row=tape_row
    )


def calibration_in(path: Path) -> Calibration:
    """Return the calibration of a file; one that is not there changes nothing.

    Raises:
        InvalidValueError: It is there and is none.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_CALIBRATION_BYTES_MAX + 1)
    except FileNotFoundError:
        return Calibration()
    if len(raw) > _CALIBRATION_BYTES_MAX:
        raise InvalidValueError(f"{path}: want at most {_CALIBRATION_BYTES_MAX} bytes")
    return calibration_of(raw, where=str(path))
