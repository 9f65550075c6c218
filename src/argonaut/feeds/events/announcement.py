"""What an announcement is as events: what its text says, under the names strategies look for.

Payload, all text, each only where the announcement says it: `market`, `action` (list, delist,
suspend), `pairs` and `tags` with commas, `go_live_ns` (trading begins), `effective_ns` (trading
ends, or it comes true), `max_leverage`, `tick_size`, `faults` (what could not be relied on),
`parent_id`; of promotions `starts_ns`, `ends_ns`, `min_volume_quote`, `pool_quote`, `cap_quote`
(where they are in dollars), `mode`, `wants_registration`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from argonaut.domain.event import ExternalEvent
from argonaut.feeds.announcements.promotion import Amount, Promotion, read_promotion
from argonaut.feeds.announcements.read import Notice, read_announcement
from argonaut.feeds.announcements.text import TITLE_MAX, plain

_PROMISES = re.compile(
    r"(?i)\brewards?\b|\bprize pool\b|\bshare (?:of|a|up to)\b|\bto share\b|\bcompetition\b"
    r"|\bchallenge\b|\bvouchers?\b|\bcampaign\b|\btournament\b"
)
_AIRDROP = re.compile(r"(?i)\bairdrops?\b|\blaunchpool\b|\bmegadrop\b")
_DOLLARS = frozenset({"USD", "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI"})
_PRIORITY = {
    "listing": 1.0,
    "delisting": 1.0,
    "perp_listing": 0.9,
    "suspension": 0.9,
    "contract_change": 0.8,
    "airdrop": 0.8,
    "promo": 0.8,
    "new_pair": 0.5,
}
_PRIORITY_ELSE = 0.3


def announced(
    *,
    source: str,
    event_id: str,
    title: str,
    body: str = "",
    url: str = "",
    published_ns: int | None,
    seen_ns: int,
    more: Mapping[str, str] | None = None,
) -> list[ExternalEvent]:
    """Return one event, or two: a listing with a campaign or an airdrop.

    The second has the id of the first with its kind behind it, and names the first as its parent.
    `more` is what the source itself says, such as its catalogue, for the payload.
    """
    notice = read_announcement(title, body, published_ns=published_ns)
    head, text = plain(title, most=TITLE_MAX), plain(body)

    def event(kind: str, named: str, payload: Mapping[str, str]) -> ExternalEvent:
        return ExternalEvent(
            event_ns=seen_ns,
            event_id=named,
            source=source,
            kind=kind,
            title=title,
            body=body,
            url=url,
            symbols=notice.assets or _bases(notice.pairs),
            published_ns=published_ns,
            priority=_PRIORITY.get(kind, _PRIORITY_ELSE),
            payload={**(more or {}), **payload},
        )

    facts = _facts(notice)
    promotion = {} if notice.promotion is None else promised(notice.promotion)
    events = [event(notice.kind, event_id, facts | promotion)]
    beside = _beside(notice.kind, head)
    if beside:
        promise = promised(read_promotion(head, text)) | {"parent_id": event_id}
        events.append(event(beside, f"{event_id}#{beside}", promise))
    return events


def _beside(kind: str, head: str) -> str:
    """Return what a listing is besides, by its title."""
    if kind != "listing":
        return ""
    if _AIRDROP.search(head):
        return "airdrop"
    return "promo" if _PROMISES.search(head) else ""


def _bases(pairs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.partition("/")[0] for each in pairs))


def _facts(notice: Notice) -> dict[str, str]:
    said: dict[str, object] = {
        "market": notice.market,
        "action": "" if notice.action == "none" else notice.action,
        "pairs": ",".join(notice.pairs),
        "tags": ",".join(notice.tags),
        "go_live_ns": notice.go_live_ns,
        "effective_ns": notice.effective_ns,
        "max_leverage": notice.max_leverage,
        "tick_size": notice.tick_size,
        "faults": "; ".join(notice.faults),
    }
    return _stated(said)


def promised(promotion: Promotion) -> dict[str, str]:
    """Return what a promotion asks for and promises; of its rungs the first that says how much."""
    tier = next((each for each in promotion.tiers if each.min_volume is not None), None)
    tier = tier or next(iter(promotion.tiers), None)
    return _stated(
        {
            "starts_ns": promotion.start_ns,
            "ends_ns": promotion.end_ns,
            "min_volume_quote": None if tier is None else _dollars(tier.min_volume),
            "pool_quote": None if tier is None else _dollars(tier.pool),
            "cap_quote": _dollars(promotion.cap),
            "mode": "ranked" if promotion.is_ranked else tier.mode if tier is not None else "",
            "participants": promotion.winners,
            "wants_registration": "1" if promotion.wants_registration else "",
        }
    )


def _dollars(amount: Amount | None) -> object:
    return amount.quantity if amount is not None and amount.asset in _DOLLARS else None


def _stated(said: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in said.items() if value not in (None, "")}
