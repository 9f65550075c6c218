"""Tests of argonaut.rehearsal.soak.evidence: a folder written by hand."""

import os
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from argonaut.domain.event import Deposited
from argonaut.domain.ids import ClientOrderId
from argonaut.domain.order import Rejected
from argonaut.journal.meta import Meta
from argonaut.journal.writer import open_journal
from argonaut.rehearsal.binance.exchange import Truth
from argonaut.rehearsal.simulation.plan import SECOND_NS, Fault
from argonaut.rehearsal.soak.config import JOURNAL, KEYS
from argonaut.rehearsal.soak.evidence import evidence_of
from argonaut.rehearsal.soak.record import SoakRecord
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.lease import KIND, Lease
from argonaut.runtime.snapshot import RunSnapshot

WAITED = ClientOrderId("restless-qz1-1-x")
EPOCH_NS = 1_800_000_000 * SECOND_NS
WORDS = RunSnapshot(
    name="soak",
    mode="KILLED",
    now_ns=0,
    equity=None,
    equity_start=None,
    drawdown_fraction=0.0,
    loss_today=0.0,
    balances={"USDT": Decimal(10)},
    holdings=(),
    orders=(),
    counts={},
    refusals={},
    explanations={},
    rows_played=0,
    rows_total=0,
    journal_seq=0,
    journal_hash="",
    dust={"BTC": Decimal("0.001")},
    limits=("clock: NO_NEW_RISK",),
)
RECORD = SoakRecord(
    seed=7,
    began_ns=EPOCH_NS,
    epoch_ns=EPOCH_NS,
    calm_ns=60 * SECOND_NS,
    ended_ns=EPOCH_NS + 90 * SECOND_NS,
    faults=(Fault(kind="half_body", at_ns=SECOND_NS),),
    last_words=msgspec.json.encode(WORDS).decode(),
)


def refused(at_ns: int, code: str = "-2010") -> Rejected:
    """The venue's own word on an order that was meant in the life before."""
    return Rejected(client_order_id=WAITED, event_ns=at_ns, code=code, reason="closed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return left_in(tmp_path)


def left_in(tmp_path: Path, code: str = "-2010") -> Path:
    """Two starts of a trader, the second a minute after the first."""
    (tmp_path / KEYS).mkdir()
    for name in ("api_key", "api_secret"):
        (tmp_path / KEYS / name).write_text(f"the-{name}\n")
    (tmp_path / "truth.json").write_bytes(
        msgspec.json.encode(
            Truth(
                orders=(),
                trades=(),
                balances={"USDT": Decimal(10)},
                transfers=((EPOCH_NS + SECOND_NS, "USDT", Decimal(5)),),
                events=(),
                peaks=(("weight_1m", 40, 6_000),),
                refusals=0,
                asked_in_ban=0,
                prices={"BTCUSDT": ((EPOCH_NS, Decimal(60_000)),)},
            )
        )
    )
    encode = msgspec.json.Encoder(order="deterministic").encode
    for number, at_s in ((1, 5), (2, 65)):
        meta = Meta(config_hash="c")
        pid = os.getpid() + number
        clock = SystemClock()
        journal = open_journal(tmp_path / JOURNAL, meta, clock=clock, pid=pid, mode="rehearse")
        at_ns = EPOCH_NS + at_s * SECOND_NS
        lease = Lease(epoch=f"qz{number}", number=number, config_hash="c", build="0")
        journal.append(0, at_ns, KIND, lease.epoch, encode(lease))
        money = Deposited(event_ns=at_ns, asset="USDT", amount=Decimal(5))
        journal.append(0, at_ns + SECOND_NS, "deposit", "USDT", encode(money))
        if number == 2:
            journal.append(1, at_ns + SECOND_NS, "report", WAITED, encode(refused(at_ns, code)))
        journal.commit()
        journal.close()
    return tmp_path


def test_each_start_with_a_lease_is_a_life_and_the_last_one_did_not_end(folder: Path) -> None:
    """I24 wants another epoch for each, and the time between two counts as down."""
    found = evidence_of(RECORD, folder)

    assert [(each.epoch, each.ending) for each in found.lives] == [("qz1", "crash"), ("qz2", "end")]
    assert [each.began_ns for each in found.lives] == [5 * SECOND_NS, 65 * SECOND_NS]
    assert [each.ended_ns for each in found.lives] == [6 * SECOND_NS, 90 * SECOND_NS]
    assert [each.number for each in found.lives] == [1, 2]
    assert [each.life for each in found.commits] == [1, 1, 2, 2, 2]
    assert {row.pid for row in found.rows} == {None}  # which the system may give out again


@pytest.mark.parametrize("code", ["-2010", "throttled"])
def test_who_is_told_the_venues_refusal_has_sent_the_order(tmp_path: Path, code: str) -> None:
    """An exit that waited in one life may leave in the next: nothing of it was ever unknown."""
    (sent,) = evidence_of(RECORD, left_in(tmp_path, code)).sent

    assert (sent.places, sent.life, sent.status) == ((WAITED,), 2, 400)


def test_who_is_told_that_an_order_is_absent_need_not_have_sent_it(tmp_path: Path) -> None:
    assert evidence_of(RECORD, left_in(tmp_path, "absent")).sent == ()


def test_the_truth_is_counted_from_when_the_venue_began(folder: Path) -> None:
    """One clock for all that is compared."""
    truth = evidence_of(RECORD, folder).truth

    assert truth.balances == {"USDT": Decimal(10)}
    assert [each.at_ns for each in truth.transfers] == [SECOND_NS]
    assert truth.prices == {"BTC/USDT": ((0, Decimal(60_000)),)}


def test_trading_counts_as_disturbed_all_through_and_the_calm_does_not(folder: Path) -> None:
    """What has to hold within seconds is asked of the calm alone."""
    plan = evidence_of(RECORD, folder).plan

    assert plan.faults_end_ns == 60 * SECOND_NS
    assert plan.end_ns == 90 * SECOND_NS
    assert {each.kind for each in plan.faults} == {"disconnect", "half_body", "operator"}


def test_what_the_last_trader_said_is_what_it_believed(folder: Path) -> None:
    """Dust is at the venue, though no strategy counts it any more."""
    belief = evidence_of(RECORD, folder).belief

    assert (belief.is_ready, belief.mode) == (True, "KILLED")
    assert belief.balances == {"USDT": Decimal(10), "BTC": Decimal("0.001")}
    assert belief.conditions == ("clock: NO_NEW_RISK",)


def test_a_trader_without_last_words_believed_nothing(folder: Path) -> None:
    """One that had to be killed at the end was not well."""
    mute = msgspec.structs.replace(RECORD, last_words="")
    assert not evidence_of(mute, folder).belief.is_ready
