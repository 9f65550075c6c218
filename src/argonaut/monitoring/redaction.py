"""Take secrets out of text at the sink, whoever wrote them there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_MASK = "***"
_NAMES = (
    r"(?:signature|x-mbx-apikey|api[_-]?key|(?:api|secret|private)[_-]?(?:secret|key)|secret"
    r"|password|passphrase|token|listenkey|authorization|bearer|mnemonic)"
)
_BETWEEN = r"(?:\\?[\"'])?\s*[=:]\s*(?:\\?[\"'])?|\s+(?:\\?[\"'])?"
_SCHEME = r"(?:(?:bearer|basic|token)\s+)?"
_VALUE = r"(?:\\[^\"']|[^\s\"'&,;}\\])+"
_NAMED = re.compile(rf"(?i)(?<![a-z0-9])({_NAMES})({_BETWEEN}){_SCHEME}{_VALUE}")
_SECRET_FIELD = re.compile(rf"(?i)(?:.*[^a-z0-9])?{_NAMES}")
_BOT_TOKEN = re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}")
_LONG_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]{64,}")
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def redact(text: str, *, keeps_hashes: bool = False) -> str:
    """Return `text` without secrets and without characters that could forge a log line.

    `keeps_hashes` leaves 64-digit hexadecimal numbers alone, for journal hashes we print.
    """
    text = _CONTROL.sub("", text)
    text = _NAMED.sub(rf"\1\2{_MASK}", text)
    text = _BOT_TOKEN.sub(_MASK, text)
    return text if keeps_hashes else _LONG_HEX.sub(_MASK, text)


def redact_fields(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Return `fields`, at any depth, without secrets: by a field's name, and inside its text."""
    return {
        redact(str(name)): _MASK if _SECRET_FIELD.fullmatch(str(name)) else _redact_value(value)
        for name, value in fields.items()
    }


def _redact_value(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return redact_fields(value)
    if isinstance(value, list | tuple):
        return [_redact_value(each) for each in value]
    return value
