"""An announcement as the event that strategies hear: what `read` found, in a payload of words.

The text stays in the event as it came; what may be acted on is in `symbols` and `payload` alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.announcements.promotion import Amount, Promotion, read_promotion
from argonaut.feeds.announcements.read import Notice, read_announcement
from argonaut.feeds.announcements.text import TITLE_MAX, plain

_PRIORITY = {
    "listing": 1.0,
    "perp_listing": 0.9,
    "delisting": 1.0,
    "suspension": 0.9,
    "contract_change": 0.8,
    "airdrop": 0.7,
    "promo": 0.7,
}
_MONEY = frozenset({"USD", "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI"})
_BESIDES = {  # what a title that lists may do besides
    "airdrop": ("airdrop", "launchpool", "megadrop", "hodler"),
    "promo": ("reward", "prize pool", "share "),
}


def events_of(  # noqa: PLR0913 - what every source says of a text, by name
    *,
    source: str,
    event_id: str,
    title: str,
    seen_ns: int,
    body: str = "",
    url: str = "",
    venue: str = "",
    published_ns: int | None = None,
    parsed_ns: int | None = None,
    ttl_s: float | None = None,
    more: Mapping[str, str] | None = None,
) -> tuple[ExternalEvent, ...]:
    """Return the events of one announcement: one, and others where it lists and promises.

    `venue` is whose announcement it is; `seen_ns` when its bytes came, `parsed_ns` when they were
    read; `more` goes into the payload, such as a catalogue. Any text is read; nothing is raised.
    """
    notice = read_announcement(title, body, published_ns=published_ns)
    parsed = "" if parsed_ns is None else str(parsed_ns)
    about = {**(more or {}), "venue": venue, "parsed_ns": parsed}

    def event(suffix: str, kind: str, payload: Mapping[str, str]) -> ExternalEvent:
        return ExternalEvent(
            event_ns=seen_ns,
            event_id=event_id + suffix,
            source=source,
            kind=kind,
            title=plain(title, most=TITLE_MAX),
            body=plain(body),
            url=url,
            symbols=symbols_of(notice),
            published_ns=published_ns,
            ttl_s=ttl_s,
            priority=_PRIORITY.get(kind, 0.0),
            payload={name: said for name, said in (about | dict(payload)).items() if said},
        )

    found = [event("", notice.kind, payload_of(notice))]
    said = title.lower() if notice.kind == "listing" else ""
    text = (plain(title, most=TITLE_MAX), plain(body))
    for kind, words in _BESIDES.items():
        if any(each in said for each in words):
            promised = promotion_payload(read_promotion(*text)) | {"market": notice.market}
            found.append(event(f"#{kind}", kind, promised | {"parent": event_id}))
    return tuple(found)


def symbols_of(notice: Notice) -> tuple[str, ...]:
    """Return the base assets a notice names, by themselves or in pairs, each once."""
    bases = (each.partition("/")[0] for each in notice.pairs)
    return tuple(dict.fromkeys((*notice.assets, *bases)))


def payload_of(notice: Notice) -> dict[str, str]:
    """Return what a notice found, as words; what it did not find is left out."""
    found = {
        "market": notice.market,
        "go_live_ns": _number(notice.go_live_ns),
        "effective_ns": _number(notice.effective_ns),
        "assets": ",".join(notice.assets),
        "pairs": ",".join(notice.pairs),
        "tags": ",".join(notice.tags),
        "max_leverage": _number(notice.max_leverage),
        "tick_size": "" if notice.tick_size is None else f"{notice.tick_size:f}",
        "faults": "; ".join(notice.faults),
    }
    if notice.promotion is not None:
        found |= promotion_payload(notice.promotion)
    return {name: said for name, said in found.items() if said}


def promotion_payload(promotion: Promotion) -> dict[str, str]:
    """Return a promotion as `AirdropPromo` reads it: its first rung, in money where it is money."""
    tier = promotion.tiers[0] if promotion.tiers else None
    mode = "" if tier is None else tier.mode
    found = {
        "starts_ns": _number(promotion.start_ns),
        "ends_ns": _number(promotion.end_ns),
        "min_volume_quote": _money(None if tier is None else tier.min_volume),
        "pool_quote": _money(None if tier is None else tier.pool),
        "cap_quote": _money(promotion.cap),
        "mode": "ranked" if promotion.is_ranked else mode,
        "winners": _number(promotion.winners),
        "wants_registration": "true" if promotion.wants_registration else "",
    }
    return {name: said for name, said in found.items() if said}


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _money(amount: Amount | None) -> str:
    """Return an amount of dollars; one of a coin has no price here, so it says nothing."""
    return f"{amount.quantity:f}" if amount is not None and amount.asset in _MONEY else ""
