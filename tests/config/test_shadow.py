"""The shadow of a run: who sits there, and what it begins with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from argonaut.config.assembly import assemble
from argonaut.config.load import check
from argonaut.config.shadow import Shadow, shadow_of
from argonaut.domain.event import Condition, Deposited, OperatorCommand
from argonaut.domain.mode import TradingMode, Verb
from argonaut.engine.core import Engine
from argonaut.journal.memory import MemoryJournal
from tests.config.written import MOMENTUM, RECORDINGS, bars, minimal

DETECTOR = "argonaut.strategies.detector_driven.DetectorDriven"


def made(*strategies: dict[str, Any], **more: Any) -> tuple[Engine, Shadow | None, MemoryJournal]:
    raw = minimal(strategies=list(strategies), data=[bars("BTC"), bars("DOGE")], **more)
    assembly = assemble(check(raw, "config"), folder=RECORDINGS)
    journal = MemoryJournal(keeps_rows=True)
    account = Engine(assembly.setup(assembly.venue().capability))
    for deposit in assembly.deposits(7):
        account.step(deposit)
    return account, shadow_of(assembly, journal), journal


def seated(engine: Engine) -> set[str]:
    return {each.strategy_id for each in engine.strategies()}


def test_a_strategy_in_dry_run_sits_in_the_shadow_and_nowhere_else() -> None:
    account, shadow, _ = made(
        {"id": "real", "class": MOMENTUM}, {"id": "trial", "class": MOMENTUM, "dry_run": True}
    )

    assert shadow is not None
    assert seated(account) == {"real"}
    assert seated(shadow.engine) == {"trial"}


def test_a_strategy_that_takes_signals_has_a_twin_for_those_on_trial() -> None:
    account, shadow, _ = made({"id": "real", "class": MOMENTUM}, {"id": "door", "class": DETECTOR})

    assert shadow is not None
    assert seated(account) == {"real", "door"}
    assert seated(shadow.engine) == {"door"}
    assert not shadow.mirror.is_awake


def test_where_nothing_can_be_on_trial_there_is_none() -> None:
    _, shadow, _ = made(
        {"id": "real", "class": MOMENTUM},
        {"id": "off", "class": MOMENTUM, "dry_run": True, "enabled": False},
    )

    assert shadow is None


def test_it_begins_with_the_accounts_money_in_book_and_venue() -> None:
    account, shadow, journal = made({"id": "trial", "class": MOMENTUM, "dry_run": True})
    assert shadow is not None
    account.step(Deposited(event_ns=8, asset="BTC", amount=Decimal(2)))
    shadow.begin(account)

    has = {"USDT": Decimal(10_000), "BTC": Decimal(2)}
    assert shadow.engine.book.balances == shadow.venue.balances == has
    assert {row.kind for row in journal.rows} == {"shadow.deposit"}


@pytest.mark.parametrize(
    ("verb", "mode"),
    [
        ("pause", TradingMode.NO_NEW_RISK),
        ("flatten", TradingMode.REDUCE_ONLY),
        ("halt", TradingMode.KILLED),
    ],
)
def test_it_may_do_no_more_than_the_account(verb: Verb, mode: TradingMode) -> None:
    account, shadow, _ = made({"id": "trial", "class": MOMENTUM, "dry_run": True})
    assert shadow is not None
    account.step(OperatorCommand(event_ns=8, verb=verb))
    shadow.begin(account)

    assert shadow.engine.account.mode is mode


def test_causes_in_force_are_in_force_there_too() -> None:
    account, shadow, _ = made({"id": "trial", "class": MOMENTUM, "dry_run": True})
    assert shadow is not None
    name = next(iter(account.routes))
    limits = TradingMode.NO_NEW_RISK
    account.step(Condition(event_ns=8, cause="clock", mode=limits))
    account.step(Condition(event_ns=8, cause="notice", mode=limits, instrument_id=name))
    account.routes[name].price = 17.0
    shadow.begin(account)

    assert shadow.engine.modes.causes == {"clock": limits}
    assert shadow.engine.routes[name].causes == {"notice": limits}
    assert shadow.engine.routes[name].price == 17.0


def test_at_the_end_its_sums_are_proved() -> None:
    account, shadow, _ = made({"id": "trial", "class": MOMENTUM, "dry_run": True})
    assert shadow is not None
    shadow.begin(account)
    shadow.close()

    assert shadow.log.equity_last == 10_000.0
