"""What every section of a config is made of: the strict base, and numbers and names with bounds."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from argonaut.domain.timeframe import parse_timeframe


def number(value: object) -> object:
    """Refuse `true`, which Python counts as 1."""
    if isinstance(value, bool):
        raise ValueError(  # noqa: TRY004 - pydantic takes no TypeError
            f"want a number, not {str(value).lower()}"
        )
    return value


def _decimal(value: object) -> object:
    """Take 0.1 as the decimal people wrote, not as its float64 neighbor."""
    return Decimal(repr(value)) if isinstance(value, float) else number(value)


def _timeframe(value: object) -> object:
    if isinstance(value, str):
        parse_timeframe(value)
    return value


def _utc(value: object) -> object:
    """Take a time as text, and one that YAML has read as a date as the text it was."""
    text = value.isoformat() if isinstance(value, date) else value
    if isinstance(text, str):
        try:
            year = datetime.fromisoformat(text).year
        except ValueError:
            raise ValueError(
                f"want a UTC time such as 2021-05-19 or 2021-05-19T12:00, not {text!r}"
            ) from None
        if not 1970 <= year < 2262:  # what nanoseconds in 64 bits reach
            raise ValueError(f"want a time from 1970 to 2261, not {text!r}")
    return text


Positive = Annotated[Decimal, BeforeValidator(_decimal), Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, BeforeValidator(number), Field(gt=0)]
Timeframe = Annotated[str, BeforeValidator(_timeframe)]
UtcTime = Annotated[str, BeforeValidator(_utc)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Port = Annotated[int, BeforeValidator(number), Field(ge=0, le=65535)]
AboveZero = Annotated[float, BeforeValidator(number), Field(gt=0, allow_inf_nan=False)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?$")]


class Section(BaseModel):
    """Base of all sections: frozen, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
