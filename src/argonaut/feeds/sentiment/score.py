"""Score a text between -1 and +1 by the words in it: a lexicon, negation, emphasis, contrast.

Fast and explainable rather than clever: the words that decided can be named. The rules are the
usual ones of lexicon scorers (Hutto and Gilbert, VADER, ICWSM 2014); words and weights are ours.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

TEXT_MAX = 20_000  # characters that are read
_PHRASE_MAX = 5  # words
_NEGATION_REACH = 3  # words before
_NEGATED = -0.7  # "not good" is less bad than "bad"
_NEAR = {"more": 1.3, "less": 0.7}  # of the word right before
_BEFORE_BUT, _AFTER_BUT = 0.5, 1.5
_SOFTNESS = 6.0  # weight at which a text is about as clear as it gets

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[\U0001F300-\U0001FAFF\u2600-\u27BF]\ufe0f?|[.!?;]+")


class Sentiment(msgspec.Struct, frozen=True, kw_only=True):
    """`score` is between -1 (bad) and +1 (good); `words` are what it was read from, in order."""

    score: float
    words: tuple[tuple[str, float], ...]


def score(text: str) -> Sentiment | None:
    """Return how a text is meant; None when it has no word the lexicon knows, which is not zero."""
    tokens = _tokens(text)
    known, modifiers = _lexicon()
    found: list[tuple[str, float]] = []
    contrasts = [at for at, token in enumerate(tokens) if modifiers.get(token) == "but"]
    at = 0
    while at < len(tokens):
        phrase, length = _longest(tokens, at, known)
        if not length:
            at += 1
            continue
        weight = known[phrase] * _context(tokens, at, modifiers)
        if contrasts:
            weight *= _BEFORE_BUT if at < contrasts[-1] else _AFTER_BUT
        found.append((phrase, weight))
        at += length
    if not found:
        return None
    total = math.fsum(weight for _, weight in found)
    return Sentiment(score=total / math.sqrt(total * total + _SOFTNESS), words=tuple(found))


def _tokens(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text[:TEXT_MAX]).lower().replace("’", "'")
    return _WORD.findall(folded)


def _longest(tokens: list[str], at: int, known: Mapping[str, float]) -> tuple[str, int]:
    """Return the longest phrase of the lexicon that begins here, and its length in words."""
    for length in range(min(_PHRASE_MAX, len(tokens) - at), 0, -1):
        phrase = " ".join(tokens[at : at + length])
        if phrase in known:
            return phrase, length
    return "", 0


def _context(tokens: list[str], at: int, modifiers: Mapping[str, str]) -> float:
    """Return what the words before do to one: turn it round, stress it or soften it."""
    factor = 1.0
    for distance in range(1, _NEGATION_REACH + 1):
        if at < distance:
            break
        token = tokens[at - distance]
        if token[0] in ".!?;":
            break
        modifier = modifiers.get(token)
        if modifier == "not":
            factor *= _NEGATED
        elif distance == 1 and modifier in _NEAR:
            factor *= _NEAR[modifier]
    return factor


@cache
def _lexicon() -> tuple[Mapping[str, float], Mapping[str, str]]:
    """Return the weights of words and phrases, and what the words that change others do."""
    lines = files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8").splitlines()
    weights: dict[str, float] = {}
    modifiers: dict[str, str] = {}
    for line in lines:
        if not line or line.startswith("#"):
            continue
        head, _, words = line.partition(":")
        for word in words.split(","):
            name = " ".join(_WORD.findall(word.strip().lower()))
            if head.lstrip("-").isdigit():
                weights[name] = float(head)
            else:
                modifiers[name] = head
    return weights, modifiers
