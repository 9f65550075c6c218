"""F21, F31, F36, F40, F46: repeated signals, strange hands, liars, secrets, the kill switch."""

from __future__ import annotations

from collections.abc import Iterator

from argonaut.rehearsal.simulation.invariants.case import Case
from argonaut.rehearsal.simulation.kinds import ANY_REQUEST, ORDERS, QUESTIONS
from argonaut.rehearsal.simulation.mistakes import KEY_MISTAKES, MISTAKES
from argonaut.rehearsal.simulation.plan import SECOND_NS
from argonaut.rehearsal.simulation.scenarios.expect import (
    dies,
    ends_flat,
    ends_guarded,
    enters_at_all,
    enters_not,
    enters_once,
    entries_at_venue,
)
from argonaut.rehearsal.simulation.scenarios.scenario import (
    BTC,
    Scenario,
    buy,
    fault,
    plan,
    scenario,
    sell,
)

_LIES = (
    ("order_invisible", 25.0),
    ("order_invisible", 1_800.0),  # half an hour, as was seen (freqtrade#12681)
    ("stale_reads", 5.0),
    ("orders_truncated", 0.0),
    ("wrong_cum_qty", 0.0),
)
_SEEN_NS = 30 * SECOND_NS  # by then what others did is known (F31)


def _repeats_are_told(case: Case) -> Iterator[str]:
    """Every further delivery has an answer, and it is `duplicate`."""
    answers = [each.body.answer for each in case.story.of_kind("signal")]
    if answers.count("duplicate") < 50:
        yield f"want the repeats answered as duplicates, found {answers.count('duplicate')}"


def _strange_hands_are_booked(case: Case) -> Iterator[str]:
    """What others did to the account stands in the journal as an adjustment, soon."""
    booked = [each.at_ns for each in case.story.of_kind("adjustment")]
    foreign = [each.event_ns for each in case.truth.fills if not each.is_ours]
    for done_ns in (*(each.at_ns for each in case.truth.transfers), *foreign):
        if not any(done_ns <= each <= done_ns + _SEEN_NS for each in booked):
            found = [each / SECOND_NS for each in booked]
            yield f"want an adjustment within 30 s of {done_ns / SECOND_NS} s, found {found}"


def _starts_are_refused(case: Case) -> Iterator[str]:
    """No start under a mistake comes to anything: refused, and no order sent."""
    mistakes = [each for each in case.plan.faults if each.kind == "misconfigured"]
    until_ns = max((each.end_ns for each in mistakes), default=0)
    early = [life for life in case.evidence.lives if life.began_ns < until_ns]
    for life in early:
        if life.ending != "refused" or life.ready_ns is not None:
            yield f"want life {life.number} refused, found {life.ending} {life.error}"
    for name, sent in case.placements:
        if any(life.number == sent.life for life in early):
            yield f"want nothing sent under a mistake, found {name}"


def _all_signals_enter(case: Case) -> Iterator[str]:
    """Every signal to buy became an order: what others did stops nobody."""
    for wish in case.plan.wishes:
        if wish.side == "buy" and not entries_at_venue(case, wish.signal_id):
            yield f"want an order for {wish.signal_id}, found none"


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
            plan(
                buy(10),
                buy(35, "later"),
                sell(50),
                fault(kind, at_s, target=target, amount=amount),
                trade_s=60,
            )
            for kind, target, amount in (
                ("hand_trade", BTC, 200.0),
                ("transfer", "USDT", 500.0),
                ("transfer", "USDT", -500.0),
                ("transfer", "USDT", -50_000.0),  # half of all: no drawdown
                ("hand_cancel", BTC, 0.0),
            )
            for at_s in (12, 20)
        ],
        _strange_hands_are_booked,
        _all_signals_enter,
        enters_once,
        ends_flat,
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
        ends_guarded,
    ),
    scenario(
        "F38",
        "Whoever starts the trader has made a mistake, and mends it",
        [plan(buy(10), sell(22), fault("misconfigured", 0, 6, target=name)) for name in MISTAKES],
        _starts_are_refused,
        enters_at_all,
        enters_once,
        ends_flat,
    ),
    scenario(
        "F40",
        "Errors of every sort, and no secret in any of them",
        [
            plan(
                buy(10),
                sell(20),
                fault("reply_lost", 9, target=ORDERS),
                fault(answer, 12, target=QUESTIONS, count=3),
                fault("server_error", 19.9, target=ANY_REQUEST, count=3),
                fault("disconnect", 22, 2),
                fault("crash", 25, 1),
                trade_s=40,
            )
            for answer in ("html_body", "half_body", "nan_body", "unknown_answer")
        ]
        + [plan(buy(10), fault("misconfigured", 0, 6, target=name)) for name in KEY_MISTAKES],
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
            if at_s > 10 or not others or others[0].kind == "crash"  # else no order is answered
        ],
        enters_not("after"),
        _is_killed,
        enters_once,
        core=8,  # bought, and killed a moment later
    ),
)
