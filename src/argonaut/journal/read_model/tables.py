"""The tables of the read model. Every value is a function of the journal's rows up to `seq`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine


class Exact(sa.TypeDecorator[Any]):
    """A Decimal to the last digit: `numeric` in PostgreSQL, and text in SQLite, which has floats.

    Written without an exponent, so that both give back equal texts.
    """

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the database stores it as."""
        is_postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(sa.Numeric() if is_postgres else sa.Text())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        """Return what is sent."""
        if value is None:
            return None
        plain = f"{value:f}"
        return Decimal(plain) if dialect.name == "postgresql" else plain

    def process_result_value(self, value: Decimal | str | None, dialect: Dialect) -> Decimal | None:
        """Return what was stored."""
        del dialect
        return None if value is None else Decimal(value)


class Words(sa.TypeDecorator[str]):
    """A text that strangers may have written: PostgreSQL takes no NUL, so it is shown as ␀."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is sent."""
        del dialect
        return None if value is None else value.replace("\0", "␀")


metadata = sa.MetaData()

progress = sa.Table(
    "progress",
    metadata,
    sa.Column("only", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),  # of the last row that is in the tables
    sa.Column("hash", Words, nullable=False),
    sa.Column("state", Words, nullable=False),  # JSON: what the next row is folded into
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("client_order_id", Words, primary_key=True),
    sa.Column("strategy_id", Words, nullable=False),
    sa.Column("instrument_id", Words, nullable=False),
    sa.Column("side", Words, nullable=False),
    sa.Column("order_type", Words, nullable=False),
    sa.Column("role", Words, nullable=False),
    sa.Column("status", Words, nullable=False, index=True),
    sa.Column("quantity", Exact, nullable=False),
    sa.Column("filled", Exact, nullable=False),
    sa.Column("average_price", Exact),
    sa.Column("price", Exact),
    sa.Column("trigger_price", Exact),
    sa.Column("decision_price", Exact),
    sa.Column("venue_order_id", Words),
    sa.Column("signal_id", Words, nullable=False),
    sa.Column("parent_id", Words, nullable=False),
    sa.Column("tag", Words, nullable=False),
    sa.Column("user_id", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("is_dry_run", sa.Boolean, nullable=False),
    sa.Column("decided_ns", sa.BigInteger, nullable=False),
    sa.Column("ended_ns", sa.BigInteger),
    sa.Column("fees", Words, nullable=False),  # JSON: units by asset
    sa.Column("updated_seq", sa.BigInteger, nullable=False),
    sa.Column("document", Words, nullable=False),  # JSON: the whole order and its story
)


def _fills(name: str, unique: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_ns", sa.BigInteger, nullable=False),
        sa.Column("fill_id", Words, nullable=False),
        sa.Column("client_order_id", Words, nullable=False, index=True),
        sa.Column("strategy_id", Words, nullable=False),
        sa.Column("instrument_id", Words, nullable=False),
        sa.Column("side", Words, nullable=False),
        sa.Column("role", Words, nullable=False),
        sa.Column("quantity", Exact, nullable=False),
        sa.Column("price", Exact, nullable=False),
        sa.Column("fee", Exact, nullable=False),
        sa.Column("fee_asset", Words, nullable=False),
        sa.Column("is_maker", sa.Boolean, nullable=False),
        sa.Column("slippage_quote", Exact, nullable=False),
        sa.UniqueConstraint("instrument_id", "fill_id", name=unique),
    )


def _positions(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("strategy_id", Words, primary_key=True),
        sa.Column("instrument_id", Words, primary_key=True),
        sa.Column("quantity", Exact, nullable=False),
        sa.Column("average_price", Exact),
        sa.Column("cost", Exact, nullable=False),
        sa.Column("realized", Exact, nullable=False),  # quote units since the start, net of fees
        sa.Column("entry_fees", Exact, nullable=False),
        sa.Column("opened_ns", sa.BigInteger),
        sa.Column("closed_ns", sa.BigInteger),
        sa.Column("updated_seq", sa.BigInteger, nullable=False),
    )


def _equity(name: str) -> sa.Table:
    """After every row that moved money, at the last price of each instrument in the journal.

    That is the price of a fill, or of the market when a decision was made.
    """
    return sa.Table(
        name,
        metadata,
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("event_ns", sa.BigInteger, nullable=False, index=True),
        sa.Column("equity", Exact),  # None while something held has no price
        sa.Column("net_transfers", Exact, nullable=False),
        sa.Column("balances", Words, nullable=False),  # JSON: units by asset
    )


fills = _fills("fills", "one_fill")
positions = _positions("positions")
equity = _equity("equity")

# What was on trial: theoretical, and in none of the three above.
dry_run_fills = _fills("dry_run_fills", "one_dry_run_fill")
dry_run_positions = _positions("dry_run_positions")
dry_run_equity = _equity("dry_run_equity")

signals = sa.Table(
    "signals",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_ns", sa.BigInteger, nullable=False, index=True),
    sa.Column("signal_id", Words, nullable=False),
    sa.Column("who", Words, nullable=False),
    sa.Column("instrument_id", Words, nullable=False, index=True),
    sa.Column("wish", Words, nullable=False),
    sa.Column("answer", Words, nullable=False),
    sa.Column("first_blocker", Words),
    sa.Column("why", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("requested", Exact),
    sa.Column("quantity", Exact),
    sa.Column("market_price", Exact),
)

FOR_PEOPLE = (
    orders,
    fills,
    positions,
    equity,
    signals,
    dry_run_fills,
    dry_run_positions,
    dry_run_equity,
)
