"""What a strategy is tuned by from outside while it runs: models, and calibrations of one symbol.

Both reach it as events, so they are journaled before they count and a replay decides alike.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import msgspec

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import InstrumentId, StrategyId

SOURCE = "tuning"
Role = Literal["current", "candidate"]


class Tuning(msgspec.Struct, frozen=True):
    """A file or folder that a strategy wants to be told of: `path` is relative to the config's."""

    kind: Literal["model", "calibration"]
    path: str
    name: str  # of the model in the registry, or of the calibration's file


class Standing(NamedTuple):
    """Which versions a strategy has come to by itself, for the registry to keep."""

    revision: int  # of the registry, as it was told last
    current: int | None
    dismissed: int | None  # a candidate that did not show itself
    why: str


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Factors for one symbol. The defaults change nothing."""

    confidence_gain: float = 1.0  # times the confidence, which stays within 0 to 1
    notional_multiplier: float = 1.0  # times the size of a trade
    cooldown_scale: float = 1.0  # times the cooldown

    def __post_init__(self) -> None:
        """Refuse factors that could only be a mistake.

        Raises:
            InvalidValueError: One is not finite, or outside its range.
        """
        for name, low, high in (
            ("confidence_gain", 0.0, 10.0),
            ("notional_multiplier", 0.01, 100.0),
            ("cooldown_scale", 0.0, 1000.0),
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and low <= value <= high):
                raise InvalidValueError(f"want {low:g} <= {name} <= {high:g}, not {value}")


def calibration_of(text: bytes | str, *, where: str) -> Calibration:
    """Return the calibration that a JSON text holds; `where` names the file in messages.

    Raises:
        InvalidValueError: It is no JSON object of known names with numbers in range.
    """
    try:
        return msgspec.json.decode(text, type=Calibration)
    except (msgspec.MsgspecError, InvalidValueError, UnicodeDecodeError) as error:
        raise InvalidValueError(f"{where} is no calibration: {error}") from error


def calibration_event(
    calibration: Calibration,
    strategy_id: StrategyId,
    instrument_id: InstrumentId,
    *,
    event_ns: int,
    tape_row: int | None = None,
) -> ExternalEvent:
    """Return the event that tells a strategy of its calibration."""
    text = msgspec.json.encode(calibration).decode()
    return ExternalEvent(
        event_ns=event_ns,
        tape_row=tape_row,
        event_id=f"calibration:{strategy_id}:{instrument_id}:{event_ns}",
        source=SOURCE,
        kind="calibration",
        payload={"strategy": strategy_id, "instrument": instrument_id, "calibration": text},
    )


def model_event(
    sealed: str,
    role: Role,
    strategy_id: StrategyId,
    instrument_id: InstrumentId,
    *,
    revision: int,
    event_ns: int,
    tape_row: int | None = None,
) -> ExternalEvent:
    """Return the event that tells a strategy of a model; an empty text withdraws the candidate.

    `revision` counts the changes of the registry: what is not newer than what is known is old.
    """
    return ExternalEvent(
        event_ns=event_ns,
        tape_row=tape_row,
        event_id=f"model:{strategy_id}:{instrument_id}:{role}:{revision}:{event_ns}",
        source=SOURCE,
        kind="model",
        payload={
            "strategy": strategy_id,
            "instrument": instrument_id,
            "role": role,
            "revision": str(revision),
            "model": sealed,
        },
    )


def is_for(event: ExternalEvent, strategy_id: StrategyId, instrument_id: InstrumentId) -> bool:
    """Whether an event tunes this strategy at this instrument."""
    told = event.payload
    return (
        event.source == SOURCE
        and told.get("strategy") == strategy_id
        and told.get("instrument") == instrument_id
    )
