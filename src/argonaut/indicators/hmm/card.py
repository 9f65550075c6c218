"""A trained model with what has to be known about it, as JSON that vouches for itself.

No pickle: the file holds numbers and words, and a SHA-256 of them. What was changed by hand, what
is of a newer format and what is no model at all is refused by name.
"""

from __future__ import annotations

import hashlib

import msgspec

from argonaut.domain.errors import ExitCode
from argonaut.indicators.errors import IndicatorError
from argonaut.indicators.hmm.model import GaussianHmm

FORMAT = 1
REGIMES = ("bear", "chop", "bull")  # states by rising drift, which training orders them by
BYTES_MAX = 65_536


class ModelRefusedError(IndicatorError):
    """A file is no model this program may decide with; the message says whose and why."""

    exit_code = ExitCode.REFUSED


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of a model: bars of `timeframe`, features over `window_bars` and `short_bars`.

    `usual` is the log density of a row it was trained on, given the rows before: the median of
    the means over `block_rows` rows; `sway` is how far such a mean strays, as one standard
    deviation, found by medians too, so that one day of an outage counts little. A live mean far
    below is drift.
    """

    name: str
    version: int
    timeframe: str
    window_bars: int
    short_bars: int
    model: GaussianHmm
    rows: int
    usual: float
    sway: float
    block_rows: int
    trained: str  # UTC, such as 2026-11-29T03:00:00Z
    data: tuple[str, ...] = ()  # name and SHA-256 of each file it learned from
    format: int = FORMAT

    def __post_init__(self) -> None:
        """Refuse a model of another shape than the three regimes have.

        Raises:
            ModelRefusedError: It has not three states of three features, or nonsense beside them.
        """
        if (self.model.states, self.model.features) != (3, 3):
            raise ModelRefusedError(
                f"model {self.name}: want 3 states of 3 features, not {self.model.states} of "
                f"{self.model.features}"
            )
        if not (self.version > 0 and self.block_rows > 0 and self.sway >= 0):
            raise ModelRefusedError(
                f"model {self.name}: want version > 0, block_rows > 0 and sway >= 0, not "
                f"{self.version}, {self.block_rows} and {self.sway}"
            )

    @property
    def label(self) -> str:
        """Name and version, as people say it."""
        return f"{self.name} v{self.version}"


class _Sealed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sha256: str
    card: msgspec.Raw


class _Announced(msgspec.Struct, frozen=True):
    format: int


def seal(card: Card) -> bytes:
    """Return the card as JSON with the hash of its content."""
    content = msgspec.json.encode(card, order="deterministic")
    return msgspec.json.encode(_Sealed(sha256=_hash(content), card=msgspec.Raw(content)))


def unseal(text: bytes | str, *, where: str) -> Card:
    """Return the card that `seal` made; `where` names the file in messages.

    Raises:
        ModelRefusedError: It was changed, is of a newer format, or is none at all.
    """
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > BYTES_MAX:
        raise ModelRefusedError(f"{where}: want at most {BYTES_MAX} bytes, not {len(raw)}")
    try:
        sealed = msgspec.json.decode(raw, type=_Sealed)
        announced = msgspec.json.decode(sealed.card, type=_Announced)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ModelRefusedError(f"{where} is no model: {error}") from error
    if _hash(bytes(sealed.card)) != sealed.sha256:
        raise ModelRefusedError(
            f"{where} was changed after training: its content has the hash "
            f"{_hash(bytes(sealed.card))[:12]}, want {sealed.sha256[:12]}"
        )
    if announced.format > FORMAT:
        raise ModelRefusedError(
            f"{where} is of format {announced.format}, newer than {FORMAT}, the newest known here"
        )
    try:
        return msgspec.json.decode(sealed.card, type=Card)
    except (msgspec.MsgspecError, UnicodeDecodeError, IndicatorError) as error:
        raise ModelRefusedError(f"{where} is no model: {error}") from error


def hash_of(card: Card) -> str:
    """Return the SHA-256 of the card's content."""
    return _hash(msgspec.json.encode(card, order="deterministic"))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
