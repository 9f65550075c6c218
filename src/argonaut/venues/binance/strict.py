"""JSON of the venue, read strictly: what is not as documented is an error, never a number.

No NaN, no Infinity, no exponent, no sign where there can be none, no key twice (F24).
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Generic, Never, TypeVar

import msgspec

from argonaut.domain.errors import ArgonautError

Amount = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,20}(\.[0-9]{1,20})?\Z")]  # never signed
Signed = Annotated[str, msgspec.Meta(pattern=r"\A-?[0-9]{1,20}(\.[0-9]{1,20})?\Z")]
Millis = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)]  # up to the year 2100
Number = Annotated[int, msgspec.Meta(ge=-1, le=2**63 - 1)]  # an id; -1 where there is none
Word = Annotated[str, msgspec.Meta(max_length=64)]

T = TypeVar("T")


class WireError(ArgonautError):
    """A message is not what the venue documents. It is dropped and counted."""


class Decoder(Generic[T]):
    """Text to a typed message.

    The quick proof that no key comes twice: every key needs a colon, so a message with exactly as
    many colons as the distinct keys that were decoded has each once. If some were left out, all of
    them are counted; only a message that still has more colons, be it in its texts, is read once
    more by a parser that sees pairs.

    Raises:
        WireError: Not JSON, not the documented shape, or a key twice.
    """

    def __init__(self, kind: type[T]) -> None:
        self._decode = msgspec.json.Decoder(kind).decode
        self._shape = _Shape.of(kind)

    def __call__(self, text: str | bytes) -> T:
        """Return the message in `text`."""
        try:
            message = self._decode(text)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise WireError(f"want a documented message: {_brief(error)}") from None
        shape = self._shape
        colons = text.count(":") if isinstance(text, str) else text.count(b":")
        if not colons or (shape is not None and colons == shape.keys_of(message)):
            return message
        if colons != _keys_in(text):
            refuse_duplicates(text)
        return message


class _Shape:
    """How many keys a struct surely has, and which it may have."""

    def __init__(self, kind: type[msgspec.Struct]) -> None:
        fields = msgspec.structs.fields(kind)
        self.required = sum(field.required for field in fields)
        self.optional = tuple(field.name for field in fields if not field.required)
        inner = ((field.name, _Shape.of(field.type)) for field in fields)
        self.inner = tuple((name, shape) for name, shape in inner if shape is not None)

    @classmethod
    def of(cls, kind: object) -> _Shape | None:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return cls(kind)
        return None

    def keys_of(self, message: object) -> int:
        """Return how many keys of the message were decoded; too few only costs a second look."""
        count = self.required
        for name in self.optional:
            if getattr(message, name) is not msgspec.UNSET:
                count += 1
        for name, shape in self.inner:
            count += shape.keys_of(getattr(message, name))
        return count


def _keys_in(text: str | bytes) -> int | None:
    """Return how many keys a message has at any depth, equal ones once; None where that is hard."""
    try:
        return _keys_below([msgspec.json.decode(text)])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _keys_below(part: dict[str, Any] | list[Any]) -> int:
    count, inner = (len(part), part.values()) if type(part) is dict else (0, part)
    for each in inner:
        if type(each) is dict or type(each) is list:
            count += _keys_below(each)
    return count


def refuse_duplicates(text: str | bytes) -> None:
    """Check `text` for keys that come twice, at any depth, and for numbers JSON does not have.

    Raises:
        WireError: There is one.
    """
    try:
        json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise WireError(f"want JSON: {_brief(error)}") from None


def _unique(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise WireError("want every key once")


def _refuse(constant: str) -> Never:
    raise WireError(f"want a number, not {constant}")


def _brief(error: Exception) -> str:
    """Return what is wrong, without the message itself, which may be long and is hostile."""
    return str(error)[:160]
