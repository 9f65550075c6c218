"""What leaves the trader: meant before it was sent, once, in numbers the venue takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from argonaut.domain.ids import ClientOrderId
from argonaut.domain.number import ZERO
from argonaut.domain.order import Order
from argonaut.rehearsal.simulation.evidence import Sent
from argonaut.rehearsal.simulation.invariants.case import Case, Violation, at, at_row, symbol_of
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.told import is_entry

_ID = re.compile(r"[a-z0-9-]{1,32}")
_NUMBERS = ("quantity", "price", "stopPrice", "abovePrice", "belowPrice", "belowStopPrice")
_BAD_NUMBER = re.compile(r'"code": ?(-1013|-1111|-11\d\d)\b')
_COLLAR = Decimal("0.02")  # by how much a price may differ from every recent one
_RECENT_NS = 30 * SECOND_NS


def meant_before_sent(case: Case) -> Iterator[Violation]:
    """I01: every order that leaves has an earlier durable intent with the same content."""
    for name, sent in case.placements:
        told = case.story.orders.get(ClientOrderId(name))
        if told is None:
            yield at("I01", sent.at_ns, name, "a durable intent before the first byte", "no intent")
            continue
        if told.entry.row.seq > sent.durable_seq:
            found = f"intent in row {told.entry.row.seq}, durable then: {sent.durable_seq}"
            yield at("I01", sent.at_ns, name, "the intent durable before the first byte", found)
        differing = _differences(told.intent, sent)
        if differing:
            yield at("I01", sent.at_ns, name, "what the intent says", differing)


def used_once(case: Case) -> Iterator[Violation]:
    """I02: no client order id is used twice, and each is one the venue takes."""
    for entry in case.story.twice:
        yield at_row("I02", entry, entry.row.subject, "an id for one intent", "another intent")
    seen: dict[str, Sent] = {}
    for name, sent in case.placements:
        if name in seen:
            found = f"sent before at {seen[name].at_ns / SECOND_NS:.3f} s"
            yield at("I02", sent.at_ns, name, "an order sent once (rule R1)", found)
        seen[name] = sent
        if not _ID.fullmatch(name):
            yield at("I02", sent.at_ns, name, "an id of a-z, 0-9 and -, up to 32", repr(name))


def prices_are_fresh(case: Case) -> Iterator[Violation]:
    """I10: an entry is decided on a price the market had in the last half minute."""
    for name, sent in case.placements:
        told = case.story.orders.get(ClientOrderId(name))
        if told is None or not is_entry(told.intent) or told.intent.decision_price is None:
            continue
        symbol = symbol_of(told.intent.instrument_id)
        recent = case.prices_since(symbol, sent.at_ns, _RECENT_NS)
        price = told.intent.decision_price
        if recent and not (min(recent) * (1 - _COLLAR) <= price <= max(recent) * (1 + _COLLAR)):
            wanted = f"a price near {min(recent)} to {max(recent)}"
            yield at("I10", sent.at_ns, name, wanted, f"decided on {price}")


def numbers_are_valid(case: Case) -> Iterator[Violation]:
    """I11: every number on the wire is finite, above zero, on its grid and within the filters."""
    for sent in case.evidence.sent:
        if sent.places:
            fault = _fault_of(case, sent)
            if fault:
                yield at("I11", sent.at_ns, sent.places[0], "numbers the venue takes", fault)
        refused = _BAD_NUMBER.search(sent.answer) if sent.places else None
        if refused:
            yield at(
                "I11", sent.at_ns, sent.places[0], "numbers the venue takes", sent.answer[:200]
            )


def _fault_of(case: Case, sent: Sent) -> str:
    numbers = {name: sent.params[name] for name in _NUMBERS if name in sent.params}
    for name, text in numbers.items():
        try:
            value = Decimal(text)
        except InvalidOperation:
            return f"{name}={text}"
        if not (value.is_finite() and value > ZERO):
            return f"{name}={text}"
    for rules in case.evidence.instruments:
        if symbol_of(rules.instrument_id).replace("/", "") != sent.params.get("symbol"):
            continue
        quantity = Decimal(numbers.get("quantity", "1"))
        if "quantity" in numbers and quantity % rules.lot_size:
            return f"quantity={quantity} off the lot {rules.lot_size}"
        for name, text in numbers.items():
            if name != "quantity" and Decimal(text) % rules.tick_size:
                return f"{name}={text} off the tick {rules.tick_size}"
    return ""


def _differences(intent: Order, sent: Sent) -> str:
    """Return what of a placement is not as it was meant, or nothing."""
    params = sent.params
    meant = {
        "symbol": symbol_of(intent.instrument_id).replace("/", ""),
        "side": intent.side.value.upper(),
    }
    told = [
        f"{name}={params[name]} for {value}"
        for name, value in meant.items()
        if params.get(name, value) != value
    ]
    numbers = {"quantity": intent.quantity, "price": intent.price}
    told += [
        f"{name}={params[name]} for {value}"
        for name, value in numbers.items()
        if value is not None and name in params and len(sent.places) == 1
        if _number(params[name]) != value
    ]
    return ", ".join(told)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
