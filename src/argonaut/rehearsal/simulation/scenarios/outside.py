"""F21, F31, F36, F40, F46: repeated signals, strange hands, liars, secrets, the kill switch."""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.kinds import ORDERS
from argonaut.rehearsal.simulation.scenarios.scenario import (
    BTC,
    Scenario,
    buy,
    dies,
    enters_at_all,
    enters_once,
    fault,
    plan,
    scenario,
    sell,
)

_LIES = (
    ("order_invisible", 25.0),
    ("stale_reads", 5.0),
    ("orders_truncated", 0.0),
    ("wrong_cum_qty", 0.0),
)


def _repeats_are_told(case: Case) -> Iterator[str]:
    """Every further delivery has an answer, and it is `duplicate`."""
    answers = [each.body.answer for each in case.story.of_kind("signal")]
    if answers.count("duplicate") < 50:
        yield f"want the repeats answered as duplicates, found {answers.count('duplicate')}"


def _strange_hands_are_booked(case: Case) -> Iterator[str]:
    """What others did to the account stands in the journal as an adjustment."""
    if case.truth.transfers and not list(case.story.of_kind("adjustment")):
        yield "want an adjustment row, found none"


def _canaries_are_used(case: Case) -> Iterator[str]:
    """There were secrets to leak and places to leak them to."""
    if not case.evidence.canaries or not any(case.evidence.sinks.values()):
        yield "want canaries and sinks, found none"


def _is_killed(case: Case) -> Iterator[str]:
    """The kill is in the journal and holds to the end."""
    if case.evidence.belief.mode != "KILLED":
        yield f"want KILLED at the end, found {case.evidence.belief.mode}"


OUTSIDE: tuple[Scenario, ...] = (
    scenario(
        "F21",
        "A signal is delivered a hundred times",
        [
            plan(buy(10, repeats=100), trade_s=20),
            plan(buy(10, repeats=100), fault("crash", 10.02, 1), trade_s=20),
            plan(buy(10, repeats=100), fault("restart", 10.5, 1), trade_s=20),
        ],
        _repeats_are_told,
        enters_once,
        core=1,
    ),
    scenario(
        "F31",
        "Somebody else trades, pays in, draws out or cancels",
        [
            plan(buy(10), sell(30), fault(kind, at_s, target=target, amount=amount), trade_s=45)
            for kind, target, amount in (
                ("hand_trade", BTC, 200.0),
                ("transfer", "USDT", 500.0),
                ("transfer", "USDT", -500.0),
                ("hand_cancel", BTC, 0.0),
            )
            for at_s in (6, 15)
        ],
        _strange_hands_are_booked,
        enters_at_all,
    ),
    scenario(
        "F36",
        "The venue is wrong about what it has",
        [
            plan(
                buy(10),
                sell(30),
                fault(kind, at_s, 30, amount=amount),
                fault("reply_lost", 9.5, target=ORDERS),
                trade_s=60,
            )
            for kind, amount in _LIES
            for at_s in (9, 14)
        ],
        enters_once,
    ),
    scenario(
        "F40",
        "Errors of every sort, and no secret in any of them",
        [
            plan(
                buy(10),
                sell(20),
                fault("reply_lost", 9, target=ORDERS),
                fault("html_body", 12, target="GET *", count=3),
                fault("server_error", 15, target="* *", count=3),
                fault("disconnect", 18, 2),
                fault("crash", 21, 1),
                trade_s=40,
            )
        ],
        _canaries_are_used,
        dies,
    ),
    scenario(
        "F46",
        "The kill switch is pressed in the middle of it",
        [
            plan(
                buy(10, limit_offset=offset),
                buy(14, "after"),
                fault("operator", at_s, target="halt"),
                *others,
                trade_s=30,
            )
            for offset in (None, -0.02)
            for at_s in (9.999, 10.001, 10.01, 10.05, 12)
            for others in (
                (),
                (fault("reply_lost", 9, target=ORDERS),),
                (fault("crash", 13, 1),),
            )
        ],
        _is_killed,
        enters_once,
    ),
)
