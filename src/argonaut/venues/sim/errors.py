"""Why the simulated venue refuses an order or ends one early. The codes are stable."""

from __future__ import annotations

from argonaut.domain.errors import ArgonautError, ExitCode

# Codes of `Rejected`.
UNKNOWN_INSTRUMENT = "unknown_instrument"
DUPLICATE_ID = "duplicate_client_order_id"
UNSUPPORTED = "unsupported"
FILTER = "filter"
POST_ONLY = "post_only"
REDUCE_ONLY = "reduce_only"
FUNDS = "insufficient_balance"

# Reasons of `Expired`.
REST_OF_IMMEDIATE = "time in force: the rest could not fill at once"
NOT_IN_FULL = "time in force: the whole could not fill at once"
CASH_SPENT = "the quote quantity is spent"
CASH_BELOW_LOT = "the quote quantity buys less than one lot"
NOTHING_TO_REDUCE = "reduce-only: nothing is left to reduce"
FUNDS_SPENT = "insufficient balance for the rest"
WOULD_TAKE = "post-only: it would have taken"

# Reasons of `Canceled`.
REQUESTED = "requested"
SIBLING_FILLED = "an order of its group filled"


class SimVenueError(ArgonautError, ValueError):
    """A setting of the simulated venue is out of range; the message names it and the want."""

    exit_code = ExitCode.USAGE
