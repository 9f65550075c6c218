"""Rows of the shadow share the chain and nothing else."""

from __future__ import annotations

from argonaut.journal.body import body_of, row_object
from argonaut.journal.memory import MemoryJournal
from argonaut.journal.order_log import OrderLog
from argonaut.journal.shadow import ShadowJournal, of_both, plain, shadow_rows, told
from argonaut.journal.why import reason_of
from tests.journal.told import told_rows


def both() -> MemoryJournal:
    """The rows of a run, each once as the account's and once as the shadow's."""
    journal = MemoryJournal(keeps_rows=True)
    shadow = ShadowJournal(journal)
    for row in told_rows():
        given = row.event_seq, row.event_ns, row.kind, row.subject, row.payload
        journal.append(*given)
        shadow.append(*given)
    return journal


def test_the_hash_covers_them() -> None:
    journal = both()

    assert ShadowJournal(journal).head == journal.head
    assert journal.head[0] == 2 * len(told_rows())


def test_a_reader_of_the_accounts_rows_does_not_meet_them() -> None:
    """Whoever forgot that there is a shadow must not add its fills to real money."""
    rows = [row for row in both().rows if plain(row)]

    assert rows
    assert all(body_of(row) is None for row in rows)


def test_whoever_asks_for_them_gets_what_the_account_would_have_written() -> None:
    ours = [(row.event_seq, row.kind, row.payload) for row in shadow_rows(both().rows)]

    assert ours == [(row.event_seq, row.kind, row.payload) for row in told_rows()]


def test_a_commit_is_left_to_the_account() -> None:
    """Nothing of the shadow leaves, so nothing waits for a disk because of it."""
    journal = both()
    ShadowJournal(journal).commit()
    ShadowJournal(journal).close()

    assert journal.append(1, 1, "note", "", b"{}") == 2 * len(told_rows()) + 1


def test_a_row_says_whose_it_is() -> None:
    account, shadow = both().rows[:2]

    assert told(account) == (account, False)
    assert told(shadow)[1]
    assert told(shadow)[0].kind == account.kind
    assert of_both(("fill",)) == ("fill", "shadow.fill")


def test_the_log_of_orders_marks_what_was_on_trial() -> None:
    log = OrderLog()
    for row in both().rows:
        if plain(row):
            log.take(row)

    assert log.lines
    assert all(line.is_dry_run for line in log.lines)
    assert any(line.order.filled for line in log.lines)
    assert log.live == ()


def test_why_tells_a_trial_from_earnest() -> None:
    answers = {
        reason.answer
        for row in both().rows
        if plain(row) and (reason := reason_of(row)) is not None
    }

    assert answers == {"dry run", "dry run: refused", "dry run: nothing done"}


def test_verdicts_of_a_trial_have_their_sentences() -> None:
    row = next(row for row in both().rows if row.kind == "shadow.decision")

    assert all(each["sentence"] for each in row_object(row)["body"]["verdicts"])
