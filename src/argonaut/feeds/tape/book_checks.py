"""Checks of order book deltas: levels, clocks, and the chain of update ids."""

from __future__ import annotations

import numpy as np

from argonaut.feeds.tape.columns import BookDeltaColumns
from argonaut.feeds.tape.findings import Findings, Flaw
from argonaut.feeds.tape.tick_checks import Clocks, check_clocks, check_prices, check_quantities


def check_book_deltas(deltas: BookDeltaColumns, clocks: Clocks, findings: Findings) -> None:
    """File every flaw of `deltas`."""
    # A snapshot asked for over REST is stamped when it arrives, in between the stream's updates.
    snapshot = deltas.snapshot
    edge = np.concatenate(([False], snapshot[1:] != snapshot[:-1]))
    check_clocks(clocks, findings, reordered=edge)
    check_prices("price", deltas.price, findings)
    check_quantities("quantity", deltas.quantity, findings)
    if deltas.last_id is not None:
        _check_sequence(deltas, findings)


def _check_sequence(deltas: BookDeltaColumns, findings: Findings) -> None:
    """File messages that do not continue the one before.

    Binance: a futures update names the last id of the one before (`pu`); a spot update starts at
    that id plus one (`U = u + 1`).
    """
    last_id = deltas.last_id
    assert last_id is not None, "the caller checked"
    starts = np.flatnonzero(
        np.concatenate(([True], (np.diff(last_id) != 0) | (np.diff(deltas.ts_ns) != 0)))
    )
    before, at = starts[:-1], starts[1:]
    follows = ~deltas.snapshot[at] & ~deltas.snapshot[before]
    if deltas.prev_id is not None:
        said, expected, name = deltas.prev_id[at], last_id[before], "previous id"
    elif deltas.first_id is not None:
        said, expected, name = deltas.first_id[at], last_id[before] + 1, "first id"
    else:
        return
    breaks = follows & (said != expected)
    if 2 * breaks.sum() > follows.sum():
        return  # this venue numbers its updates without chaining them
    broken = np.zeros(len(last_id), dtype=np.bool_)
    broken[at[breaks]] = True
    position = dict(
        zip(at.tolist(), zip(said.tolist(), expected.tolist(), strict=True), strict=True)
    )
    findings.rows(
        Flaw.SEQUENCE_BREAK,
        broken,
        lambda row: f"{name} is {position[row][0]}, want {position[row][1]}",
    )
