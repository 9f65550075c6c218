"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from argonaut.journal.read_model.tables import Exact, Words

revision = "0001"
down_revision = None

_TEXTS_OF_ORDER = (
    *("strategy_id", "instrument_id", "side", "order_type", "role", "status"),
    *("signal_id", "parent_id", "tag", "user_id", "reason", "fees", "document"),
)


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "progress",
        sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", Words, nullable=False),
        sa.Column("state", Words, nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("client_order_id", Words, primary_key=True),
        *(sa.Column(name, Words, nullable=False) for name in _TEXTS_OF_ORDER),
        *(sa.Column(name, Exact, nullable=False) for name in ("quantity", "filled")),
        *(sa.Column(name, Exact) for name in ("average_price", "price")),
        *(sa.Column(name, Exact) for name in ("trigger_price", "decision_price")),
        sa.Column("venue_order_id", Words),
        sa.Column("is_dry_run", sa.Boolean, nullable=False),
        sa.Column("decided_ns", sa.BigInteger, nullable=False),
        sa.Column("ended_ns", sa.BigInteger),
        sa.Column("updated_seq", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_orders_status", "orders", ["status"])
    _make_fills()
    op.create_table(
        "positions",
        sa.Column("strategy_id", Words, primary_key=True),
        sa.Column("instrument_id", Words, primary_key=True),
        *(sa.Column(name, Exact, nullable=False) for name in ("quantity", "cost", "realized")),
        sa.Column("entry_fees", Exact, nullable=False),
        sa.Column("average_price", Exact),
        sa.Column("opened_ns", sa.BigInteger),
        sa.Column("closed_ns", sa.BigInteger),
        sa.Column("updated_seq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "equity",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_ns", sa.BigInteger, nullable=False),
        sa.Column("equity", Exact),
        sa.Column("net_transfers", Exact, nullable=False),
        sa.Column("balances", Words, nullable=False),
    )
    op.create_index("ix_equity_event_ns", "equity", ["event_ns"])
    _make_signals()


def _make_fills() -> None:
    texts = ("fill_id", "client_order_id", "strategy_id", "instrument_id", "side", "role")
    op.create_table(
        "fills",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_ns", sa.BigInteger, nullable=False),
        *(sa.Column(name, Words, nullable=False) for name in (*texts, "fee_asset")),
        *(sa.Column(name, Exact, nullable=False) for name in ("quantity", "price", "fee")),
        sa.Column("is_maker", sa.Boolean, nullable=False),
        sa.Column("slippage_quote", Exact, nullable=False),
        sa.UniqueConstraint("instrument_id", "fill_id", name="one_fill"),
    )
    op.create_index("ix_fills_client_order_id", "fills", ["client_order_id"])


def _make_signals() -> None:
    texts = ("signal_id", "who", "instrument_id", "wish", "answer", "why", "reason")
    op.create_table(
        "signals",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_ns", sa.BigInteger, nullable=False),
        *(sa.Column(name, Words, nullable=False) for name in texts),
        sa.Column("first_blocker", Words),
        *(sa.Column(name, Exact) for name in ("requested", "quantity", "market_price")),
    )
    op.create_index("ix_signals_event_ns", "signals", ["event_ns"])
    op.create_index("ix_signals_instrument_id", "signals", ["instrument_id"])


def downgrade() -> None:
    """Take every table away: the journal makes them again."""
    for name in ("signals", "equity", "positions", "fills", "orders", "progress"):
        op.drop_table(name)
