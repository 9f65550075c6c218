"""Foreign text made plain: one Unicode form, no markup, no control characters, a bounded length."""

from __future__ import annotations

import html
import re
import unicodedata

TEXT_MAX = 65_536  # characters of a body that are read
TITLE_MAX = 512

_TAG = re.compile(r"<[^<>]{0,500}>")
_BLOCK_END = re.compile(r"(?i)<\s*(?:br|/p|/li|/div|/tr|/h\d)\b[^<>]{0,500}>")
_SPACES = re.compile(r"[^\S\n]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(\[])|\n+|\s*\[\.\.\.\]\s*|\s\.\.\.\s")


def plain(text: str, *, most: int = TEXT_MAX) -> str:
    """Return `text` without tags and control characters, in Unicode form NFKC, cut at `most`.

    NFKC turns the circled S of USDⓈ-M into an S and full-width letters into ASCII ones. A letter
    of another script stays what it is: see `symbols.py`.
    """
    cut = text[: most * 4]
    unmarked = _TAG.sub(" ", _BLOCK_END.sub("\n", cut))
    folded = unicodedata.normalize("NFKC", html.unescape(unmarked)).replace("\r", "\n")
    return _SPACES.sub(" ", _without_controls(folded)).strip()[:most]


def _without_controls(text: str) -> str:
    """Return the text without what is in no category of letters, marks, signs and spaces.

    Nearly every text has nothing of the kind, and asking that is a hundred times as fast.
    """
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        letter for letter in text if letter == "\n" or unicodedata.category(letter)[0] != "C"
    )


def sentences(text: str) -> list[str]:
    """Return the sentences and lines of a plain text, in order, without the empty ones.

    A full stop inside a number or behind a month's short name ends nothing, for no capital follows
    it with a space between.
    """
    return [each.strip() for each in _SENTENCE_END.split(text) if each.strip()]
