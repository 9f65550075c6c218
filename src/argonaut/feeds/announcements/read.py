"""Read one announcement: title and body in, a `Notice` of facts out.

A notice is a claim, not an order: whoever trades on it must find the symbols at the venue, and does
not trade where `faults` says that something could not be read for certain.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from argonaut.feeds.announcements import symbols
from argonaut.feeds.announcements.kinds import Kind, Market, kind_of, market_of
from argonaut.feeds.announcements.promotion import Promotion, read_promotion
from argonaut.feeds.announcements.text import TITLE_MAX, plain, sentences
from argonaut.feeds.announcements.times import Times, find_times

_DAY_NS = 86_400 * 1_000_000_000
_AHEAD_MAX_NS = 60 * _DAY_NS  # a go-live farther away is a misread date

_BEGINS = re.compile(
    r"(?i)\bopen(?:s|ing)? trading\b|\bwill (?:then )?list\b"
    r"|\btrading (?:will )?(?:start|begin|open)|\bwill launch\b|\bto (?:launch|introduce|list)\b"
    r"|\bwill be available\b"
)
_ENDS = re.compile(
    r"(?i)\bde-?list|\bcease trading\b|\bremove\b|\bsuspend trading\b|\bstop trading\b|\bsuspen[ds]"
    r"|\bmaintenance\b|\bupgrade\b"
)
_NOT_TRADING = re.compile(r"(?i)\bdeposits?\b|\bwithdraw|\bfarm(?:ing)?\b|\bstak(?:e|ing)\b")
_LEVERAGE = re.compile(r"(?i)\b(\d{1,3})x\b")
_TICK = re.compile(r"(?i)\btick size[^.]{0,60}?\bis (\d+(?:\.\d+)?)")
_SEED = re.compile(r"(?i)\bseed tag\b")
_ADDED = re.compile(r"(?i)\badded\b|\binclude\b|\bextend\b")


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What an announcement says. Times are UTC nanoseconds, None where it does not say for certain.

    `assets` are base assets, `pairs` are written BASE/QUOTE. For a perpetual the asset is its
    underlying name as written, multipliers included.
    """

    kind: Kind
    market: Market
    assets: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    go_live_ns: int | None = None  # trading begins
    effective_ns: int | None = None  # trading ends, or what is announced comes true
    tags: tuple[str, ...] = ()
    max_leverage: int | None = None
    tick_size: Decimal | None = None
    promotion: Promotion | None = None
    faults: tuple[str, ...] = ()  # what could not be relied on, in words

    @property
    def action(self) -> Literal["list", "delist", "suspend", "none"]:
        """What the notice means for somebody who trades what it names; "none" if it names none."""
        if not (self.assets or self.pairs):
            return "none"
        if self.kind in {"listing", "perp_listing"}:
            return "list"
        if self.kind == "delisting":
            return "delist"
        return "suspend" if self.kind == "suspension" else "none"


def read_announcement(title: str, body: str, *, published_ns: int | None = None) -> Notice:
    """Return the facts of one announcement; `published_ns` checks that its times can be.

    Any text is read; nothing is raised.
    """
    head, text = plain(title, most=TITLE_MAX), plain(body)
    kind = kind_of(head, text)
    faults = [
        f"a symbol in letters of another script: {each!a}"
        for each in symbols.foreign_tickers_in(head)
    ]
    assets, pairs = _named(kind, head, text)
    go_live_ns = effective_ns = None
    if kind in {"listing", "perp_listing", "new_pair"}:
        go_live_ns, told = _time_in(text, _BEGINS, published_ns)
        faults += told
    elif kind in {"delisting", "suspension", "contract_change"}:
        effective_ns, told = _time_in(text, _ENDS, published_ns)
        faults += told
    return Notice(
        kind=kind,
        market=market_of(kind, head, text),
        assets=assets,
        pairs=pairs,
        go_live_ns=go_live_ns,
        effective_ns=effective_ns,
        tags=("seed",) if kind == "listing" and _SEED.search(head) else (),
        max_leverage=_leverage(head, text) if kind == "perp_listing" else None,
        tick_size=_tick_size(text) if kind == "perp_listing" else None,
        promotion=read_promotion(head, text) if kind in {"promo", "airdrop"} else None,
        faults=tuple(faults),
    )


def _named(kind: Kind, head: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (assets, pairs) of a notice of that kind: the title names them, else the body."""
    if kind == "perp_listing":
        return symbols.contracts_in(head) or symbols.contracts_in(text), ()
    pairs = symbols.pairs_in(head) or symbols.pairs_in(text)
    assets = symbols.delisted_in(head) if kind == "delisting" else ()
    assets = assets or symbols.assets_in(head)
    if not assets and kind == "other":
        added = [each for each in sentences(text) if _ADDED.search(each)]
        assets = symbols.assets_in(added[0]) if added else ()
    elif not assets and not pairs:
        assets = symbols.assets_in(text)
    if kind == "promo" and not (assets or pairs):
        assets = symbols.contracts_in(head)
    return assets, pairs


def _time_in(
    text: str, wanted: re.Pattern[str], published_ns: int | None
) -> tuple[int | None, list[str]]:
    """Return the first time of a sentence about trading, and what speaks against times there."""
    faults: list[str] = []
    for sentence in sentences(text):
        if not wanted.search(sentence):
            continue
        times: Times = find_times(sentence)
        if _NOT_TRADING.search(_head_of(sentence, times)):
            continue
        faults += [f"{each.said}: {each.fault}" for each in times.unclear]
        for moment in times.moments:
            fault = _implausible(moment.event_ns, published_ns)
            if not fault:
                return moment.event_ns, faults
            faults.append(fault)
    return None, faults


def _head_of(sentence: str, times: Times) -> str:
    """Return the part of a sentence before its first time: what the time is of."""
    return sentence[: times.moments[0].start] if times.moments else sentence


def _implausible(event_ns: int, published_ns: int | None) -> str:
    if published_ns is None:
        return ""
    if event_ns < published_ns - _DAY_NS:
        return f"a time before its publication: {event_ns}"
    if event_ns > published_ns + _AHEAD_MAX_NS:
        return f"a time more than 60 days after its publication: {event_ns}"
    return ""


def _leverage(head: str, text: str) -> int | None:
    found = _LEVERAGE.search(head) or _LEVERAGE.search(text)
    return None if found is None else int(found[1])


def _tick_size(text: str) -> Decimal | None:
    found = _TICK.search(text)
    if found is None:
        return None
    try:
        return Decimal(found[1])
    except InvalidOperation:
        return None
