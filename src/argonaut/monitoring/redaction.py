"""Take secrets out of text at the sink, whoever wrote them there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_MASK = "***"
_NAMES_KEPT = 1_024  # fields whose names were looked at
_SURE = (  # a secret follows these, whatever stands between
    r"[\w-]*(?:signature|api[_-]?key|apikey|(?:secret|private)[_-]?key|secret|password|passwd"
    r"|passphrase|token|listenkey|bearer|mnemonic)"
)
_LIKELY = r"(?:[\w-]*[_-])?(?:sign|sig|pwd|auth|credentials?)"  # words of prose too; want = or :
_HEADERS = r"[\w-]*(?:authorization|cookie)"  # everything behind them counts
_IS = r"(?:\\?[\"'])?\s*[=:]\s*"
_VALUE = (
    r"(?:\\\"(?:(?!\\\").)*\\\"|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"  # quoted, spaces and all
    r"|\\?[\"'][^\"']*$"  # cut off before its closing quote
    r"|(?:(?:bearer|basic|token)\s+)?(?:\\[^\"']|[^\s\"'&,;}\\])+)"
)
_NAMED = re.compile(rf"(?i)(?<![\w-])({_SURE}(?:{_IS}|\s+)|{_LIKELY}{_IS}){_VALUE}")
_HEADER = re.compile(rf"(?i)(?<![\w-])({_HEADERS}(?:{_IS}|\s+)(?:\\?[\"'])?)[^\"']+")
_WORDS = re.compile(
    rf"(?i)((?:mnemonic|seed[ _-]?phrase)(?:{_IS}|\s+)(?:\\?[\"'])?)(?:[a-z]+[\s,]+){{11,23}}[a-z]+"
)
_SECRET_FIELD = re.compile(rf"(?i).*(?:{_SURE}|{_HEADERS}|seed[ _-]?phrase)|{_LIKELY}")
_SHAPES = re.compile(
    r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}"  # a chat bot's token
    r"|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"  # a signed web token
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|$)"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password of an address
    r"|(?<=hooks\.slack\.com/services/)\S+|(?<=/api/webhooks/)\S+"
    r"|(?<![A-Za-z0-9+/])(?=[A-Za-z0-9/]*[+=])[A-Za-z0-9+/]{40,}={0,2}"  # base64
)
# Too short for a secret by its shape, and nothing in it that a secret by its name stands behind.
_HARMLESS = re.compile(r"(?a)[\w./+-]{0,20}|[\w-]{0,39}")
_LONG = re.compile(r"(?:0x)?[A-Za-z0-9]{48,}")
_HASH = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def redact(text: str, *, keeps_hashes: bool = False) -> str:
    """Return `text` without secrets and without characters that could forge a log line.

    Secrets are known by the name before them, and by their shape: keys, tokens, addresses with a
    password. `keeps_hashes` leaves 64-digit hexadecimal numbers alone, for journal hashes we print.
    """
    if _HARMLESS.fullmatch(text):
        return text
    text = _CONTROL.sub("", text)
    text = _WORDS.sub(rf"\1{_MASK}", text)
    text = _HEADER.sub(rf"\1{_MASK}", text)
    text = _NAMED.sub(rf"\1{_MASK}", text)
    text = _SHAPES.sub(_MASK, text)
    return _LONG.sub(_kept if keeps_hashes else _MASK, text)


def _kept(found: re.Match[str]) -> str:
    return found[0] if _HASH.fullmatch(found[0]) else _MASK


def redact_fields(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Return `fields`, at any depth, without secrets: by a field's name, and inside its text."""
    shown: dict[str, Any] = {}
    for name, value in fields.items():
        said, is_secret = _looked_at(str(name))
        shown[said] = _MASK if is_secret else _redact_value(value)
    return shown


@lru_cache(_NAMES_KEPT)
def _looked_at(name: str) -> tuple[str, bool]:
    """Return a field's name as it may be shown, and whether what it names is a secret."""
    return redact(name), _SECRET_FIELD.fullmatch(name) is not None


def _redact_value(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return redact_fields(value)
    if isinstance(value, list | tuple):
        return [_redact_value(each) for each in value]
    return value
