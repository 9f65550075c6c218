"""What was on trial, apart from the account: fills, positions and equity in theory."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from argonaut.journal.read_model.tables import Exact, Words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make its tables."""
    texts = ("fill_id", "client_order_id", "strategy_id", "instrument_id", "side", "role")
    op.create_table(
        "dry_run_fills",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_ns", sa.BigInteger, nullable=False),
        *(sa.Column(name, Words, nullable=False) for name in (*texts, "fee_asset")),
        *(sa.Column(name, Exact, nullable=False) for name in ("quantity", "price", "fee")),
        sa.Column("is_maker", sa.Boolean, nullable=False),
        sa.Column("slippage_quote", Exact, nullable=False),
        sa.UniqueConstraint("instrument_id", "fill_id", name="one_dry_run_fill"),
    )
    op.create_index("ix_dry_run_fills_client_order_id", "dry_run_fills", ["client_order_id"])
    op.create_table(
        "dry_run_positions",
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
        "dry_run_equity",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_ns", sa.BigInteger, nullable=False),
        sa.Column("equity", Exact),
        sa.Column("net_transfers", Exact, nullable=False),
        sa.Column("balances", Words, nullable=False),
    )
    op.create_index("ix_dry_run_equity_event_ns", "dry_run_equity", ["event_ns"])


def downgrade() -> None:
    """Take them away: the journal makes them again."""
    for name in ("dry_run_equity", "dry_run_positions", "dry_run_fills"):
        op.drop_table(name)
