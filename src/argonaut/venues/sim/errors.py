"""Why the simulated venue refuses an order or ends one early. The codes are stable."""

from __future__ import annotations

from typing import Final

from argonaut.domain.errors import ArgonautError, ExitCode

# Codes of `Rejected`.
UNKNOWN_INSTRUMENT: Final = "unknown_instrument"
DUPLICATE_ID: Final = "duplicate_client_order_id"
UNSUPPORTED: Final = "unsupported"
FILTER: Final = "filter"
POST_ONLY: Final = "post_only"
REDUCE_ONLY: Final = "reduce_only"
FUNDS: Final = "insufficient_balance"

# Reasons of `Expired`.
REST_OF_IMMEDIATE: Final = "time in force: the rest could not fill at once"
NOT_IN_FULL: Final = "time in force: the whole could not fill at once"
CASH_SPENT: Final = "the quote quantity is spent"
CASH_BELOW_LOT: Final = "the quote quantity buys less than one lot"
NOTHING_TO_REDUCE: Final = "reduce-only: nothing is left to reduce"
FUNDS_SPENT: Final = "insufficient balance for the rest"
WOULD_TAKE: Final = "post-only: it would have taken"

# Reasons of `Canceled`.
REQUESTED: Final = "requested"
SIBLING_FILLED: Final = "an order of its group filled"


class SimVenueError(ArgonautError, ValueError):
    """A setting of the simulated venue is out of range; the message names it and the want."""

    exit_code = ExitCode.USAGE
