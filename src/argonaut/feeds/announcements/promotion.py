"""What a promotion asks for and promises, as far as its text says it in numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

import msgspec

from argonaut.feeds.announcements.text import sentences
from argonaut.feeds.announcements.times import find_times

_AMOUNT = r"\$?\s?(\d[\d,]*(?:\.\d+)?)\s*([A-Z][A-Z0-9]{1,11})?"
_POOL = (
    re.compile(r"(?i:prize|reward|rewards|token) (?i:pool)s? (?i:of)(?i:\s+up to)?\s+" + _AMOUNT),
    re.compile(r"(?i:\bshare)(?i:\s+(?:up to|of|a))?\s+" + _AMOUNT),
)
_VOLUME = (
    re.compile(r"(?i:\btrade)\s+(?i:at least\s+|over\s+)?" + _AMOUNT + r"\s+(?i:or more)"),
    re.compile(r"(?i:\btrade)\s+(?i:at least|over)\s+" + _AMOUNT),
    re.compile(r"(?i:trading volume)[^.\d$]{0,60}(?i:at least|of|reach(?:es)?|over)\s+" + _AMOUNT),
)
_CAP = (
    re.compile(r"(?i:maximum reward per user is)\s+" + _AMOUNT),
    re.compile(r"(?i:up to|capped at)\s+" + _AMOUNT + r"\s+(?i:per|each)\b"),
)
_WINNERS = re.compile(r"(?i)\btop ([\d,]+)\b")
_RANKED = re.compile(r"(?i)\bbe ranked\b|\bleaderboard\b|\btop [\d,]+ (?:eligible )?users\b")
_EQUAL = re.compile(r"(?i)\bequally\b|\bequal share\b")
_FIRST = re.compile(r"(?i)\bfirst[ -]come\b")
_DRAW = re.compile(r"(?i)\blucky draw\b")
_REGISTER = re.compile(
    r"(?i)\bregist(?:er|ration|ering)\b|\bsign(?:ing)? up\b|\bopt(?:ing)?[ -]in\b"
)

Mode = Literal["shared", "equal", "ranked", "first_come", "draw"]


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """So many units of an asset; a dollar sign is written USD."""

    quantity: Decimal
    asset: str

    def __str__(self) -> str:
        return f"{self.quantity} {self.asset}"


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """One rung of a promotion: trade so much, share in so much. None where it does not say."""

    min_volume: Amount | None
    pool: Amount | None
    mode: Mode


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A campaign: from `start_ns` to `end_ns` (UTC), None where the text has no certain times."""

    start_ns: int | None
    end_ns: int | None
    tiers: tuple[Tier, ...]
    cap: Amount | None  # most that one user can get
    is_ranked: bool
    winners: int | None
    wants_registration: bool


def read_promotion(title: str, body: str) -> Promotion:
    """Read a promotion from plain texts; the title counts where the body says nothing."""
    start_ns, end_ns = _period(body)
    tiers = _tiers(body) or _tiers(title)
    winners = _WINNERS.search(body)
    return Promotion(
        start_ns=start_ns,
        end_ns=end_ns,
        tiers=tiers,
        cap=_first(_CAP, body),
        is_ranked=bool(_RANKED.search(body)),
        winners=None if winners is None else int(winners[1].replace(",", "")),
        wants_registration=bool(_REGISTER.search(body)),
    )


def _period(body: str) -> tuple[int | None, int | None]:
    """Return the first two times of the first line that has two."""
    for line in body.split("\n"):
        moments = find_times(line).moments
        if len(moments) >= 2 and moments[0].event_ns < moments[1].event_ns:
            return moments[0].event_ns, moments[1].event_ns
    return None, None


def _tiers(text: str) -> tuple[Tier, ...]:
    found: list[Tier] = []
    for line in text.split("\n"):
        volume, pool = _first(_VOLUME, line), _first(_POOL, line)
        if volume is not None or pool is not None:
            found.append(Tier(min_volume=volume, pool=pool, mode=_mode(line)))
    return tuple(found)


def _mode(text: str) -> Mode:
    rules: tuple[tuple[Mode, re.Pattern[str]], ...] = (
        ("ranked", _RANKED),
        ("first_come", _FIRST),
        ("draw", _DRAW),
        ("equal", _EQUAL),
    )
    return next((mode for mode, rule in rules if rule.search(text)), "shared")


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> Amount | None:
    """Return the first amount a pattern finds; a number without asset or dollar sign is none."""
    for sentence in sentences(text):
        for pattern in patterns:
            match = pattern.search(sentence)
            if match is None:
                continue
            asset = match[2] or ("USD" if "$" in match.group() else "")
            if asset:
                return Amount(quantity=Decimal(match[1].replace(",", "")), asset=asset)
    return None
