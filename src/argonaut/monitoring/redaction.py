"""Take secrets out of text at the sink, whoever wrote them there."""

from __future__ import annotations

import re

_MASK = "***"
_NAMED = re.compile(
    r"(?i)\b(signature|x-mbx-apikey|api[_-]?key|api[_-]?secret|secret|password|passphrase|token"
    r"|listenkey|authorization|bearer|mnemonic)(\"?\s*[=:]\s*\"?|\s+)([^\s\"'&,;}]+)"
)
_BOT_TOKEN = re.compile(r"\b\d{6,12}:[A-Za-z0-9_-]{30,}\b")
_LONG_HEX = re.compile(r"\b(?:0x)?[0-9a-fA-F]{64}\b")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|\x1b\[[0-9;]*[A-Za-z]")


def redact(text: str, *, keeps_hashes: bool = False) -> str:
    """Return `text` without secrets and without characters that could forge a log line.

    `keeps_hashes` leaves 64-digit hexadecimal numbers alone, for journal hashes we print.
    """
    text = _CONTROL.sub("", text)
    text = _NAMED.sub(rf"\1\2{_MASK}", text)
    text = _BOT_TOKEN.sub(_MASK, text)
    return text if keeps_hashes else _LONG_HEX.sub(_MASK, text)
