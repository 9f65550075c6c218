from argonaut.cli.reasons import why_lines
from argonaut.journal.why import KINDS, why
from tests.journal.told import told_rows


def test_a_refusal_is_told_gate_by_gate():
    """ "Why did it not trade" has one answer: the check, what it measured, and its limit."""
    rows = [
        row for row in told_rows() if row.kind == "decision" and b"max_positions" in row.payload
    ]
    text = "\n".join(why_lines(why(rows, limit=len(rows))))

    assert "buy: refused, wanted " in text
    assert "wanted because: rise of " in text
    assert "first blocker: max_positions: refused: 2 positions would be open" in text
    assert "    ok       mode, finite, size, filters, " in text
    assert "REFUSED  max_positions                   2 of 1            2 positions would" in text
    assert "refused by: max_positions " in text


def test_a_smaller_entry_is_told_with_both_sizes():
    rows = [row for row in told_rows() if row.kind == "decision"]
    text = "\n".join(why_lines(why(rows, limit=len(rows))))

    assert "buy: reduced, " in text
    assert "reduced  max_notional" in text


def test_an_empty_journal_has_nothing_to_say():
    assert list(why_lines(why([]))) == ["nothing was decided about anything; there is none"]


def test_every_kind_of_moment_is_a_line():
    rows = [row for row in told_rows() if row.kind in KINDS]

    assert len(list(why_lines(why(rows, limit=len(rows))))) > len(rows)
