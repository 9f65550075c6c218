"""What an announcement is about, by its title: an ordered table whose first matching row counts.

The order is the safety: what only looks like a listing (a tag, a removal, a new pair of an old
coin, an earn product) is named before anything may be called one.
"""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal[
    "listing",
    "perp_listing",
    "new_pair",
    "delisting",
    "suspension",
    "contract_change",
    "airdrop",
    "promo",
    "other",
]
Market = Literal["spot", "usdm", "coinm", "margin", "wallet", ""]

_TABLE: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        "other",
        (
            r"^(?!.*\bwill list\b).*(?:seed tag|tag changes)",
            r"\b(?:monitoring|tracking) tag\b",
        ),
    ),
    (
        "delisting",
        (
            r"\bde-?list",
            r"\bremoval of\b",
            r"\bremov(?:e|es|ing)\b(?!.*\bwill list\b)",
            r"\bphase out\b",
            r"\bcease (?:trading|support)",
            r"\bend(?:ing)? (?:of )?trading",
            r"\bstop trading",
        ),
    ),
    (
        "suspension",
        (r"\bsuspen[ds]", r"\bmaintenance\b", r"\bupgrade\b", r"\bhard fork\b", r"\bhalt"),
    ),
    (
        "contract_change",
        (
            r"\bswap\b",
            r"\bredenominat",
            r"\brebrand",
            r"\bmigrat",
            r"\bfunding rate",
            r"\btick size",
            r"\bmargin tier",
            r"\bleverage (?:tier|and margin)",
            r"\bprice precision",
            r"\bcollateral ratio",
            r"\bpostpone",
            r"\bdelay",
        ),
    ),
    (
        "other",
        (
            r"\btokeni[sz]ed stock",
            r"\bpre-?market\b",
            r"\bpre-?ipo\b",
            r"\bbinance alpha\b(?!.*\bcompet)",
        ),
    ),
    (
        "perp_listing",
        (
            r"\bperpetual contracts?\b",
            r"\bUSDS?-M(?:argined)?\b",
            r"\bcoin-margined\b",
            r"\bfutures (?:will|to) launch\b",
        ),
    ),
    (
        "new_pair",
        (
            r"\badds?\b.*\btrading pairs?\b",
            r"\bnew trading pairs?\b",
            r"\btrading pairs? (?:on|for)\b",
        ),
    ),
    ("other", (r"\bwill (?:add|open|launch)\b.*\b(?:earn|buy crypto|convert|margin|loan)",)),
    ("airdrop", (r"\bairdrops?\b", r"\blaunchpool\b", r"\bmegadrop\b", r"\bhodler\b")),
    (
        "listing",
        (
            r"\bwill list\b",
            r"\bto list\b",
            r"\bnew listing\b",
            r"^\S+ lists\b",
            r"\bis available for trading\b",
            r"거래지원",
        ),
    ),
    (
        "promo",
        (
            r"\brewards?\b",
            r"\bprize pool\b",
            r"\bshare (?:of|a|up to)\b",
            r"\btrade (?:and|to) ",
            r"\bcompetition\b",
            r"\bchallenge\b",
            r"\bvoucher",
            r"\bcampaign\b",
            r"\btournament\b",
            r"\bearn\b",
            r"\bshowdown\b",
        ),
    ),
)
_RULES = tuple((kind, re.compile("|".join(rules), re.IGNORECASE)) for kind, rules in _TABLE)
_OPENS_TRADING = re.compile(
    r"(?i)\b(?:will (?:then )?list|open(?:s|ing)? trading|trading (?:will )?(?:start|begin|open))"
)
_CONTEST = re.compile(r"(?i)\b(?:challenge|competition|tournament|learn, trade)\b")
_MARKETS: tuple[tuple[Market, str], ...] = (
    ("wallet", r"(?i)\bbinance (?:wallet|alpha)\b"),
    ("coinm", r"(?i)\bcoin-?m(?:argined)?\b"),
    ("usdm", r"(?i)\bUSDS?-M(?:argined)?\b|\bperpetual contract"),
    ("margin", r"(?i)\bmargin (?:trading )?pairs?\b|\bbinance margin\b|\bmargin will delist\b"),
)


def kind_of(title: str, body: str) -> Kind:
    """Return what a plain title says; the body only tells whether an airdrop is a listing too."""
    if _CONTEST.search(title) and not re.search(r"(?i)\bwill list\b|\bnew listing\b", title):
        return "promo"
    for kind, rule in _RULES:
        if rule.search(title):
            return "listing" if kind == "airdrop" and _OPENS_TRADING.search(body) else kind
    return "other"


def market_of(kind: Kind, title: str, body: str) -> Market:
    """Return the market an announcement is about: its title counts first, then its body."""
    for text in (title, body) if kind in {"delisting", "promo"} else (title,):
        for market, pattern in _MARKETS:
            if re.search(pattern, text):
                return market
    return "spot" if kind in {"listing", "airdrop", "new_pair", "delisting"} else ""
