"""How the venue refuses: Binance's codes and its words, to the letter.

Source: https://developers.binance.com/docs/binance-spot-api-docs/errors, read 2026-11.
"""

from __future__ import annotations

from argonaut.domain.errors import ArgonautError

INSUFFICIENT = "Account has insufficient balance for requested action."
DUPLICATE = "Duplicate order sent."
UNKNOWN_ORDER = "Unknown order sent."
WOULD_TAKE = "Order would immediately match and take."
WOULD_TRIGGER = "Order would trigger immediately."
CLOSED = "Market is closed."
BAD_OCO_PRICES = "The relationship of the prices for the orders is not correct."


class RefusalError(ArgonautError):
    """The venue's own answer to a request it does not grant: an HTTP status, a code, its words."""

    def __init__(
        self, code: int, msg: str, *, status: int = 400, retry_after_s: int | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {msg}")
        self.code = code
        self.msg = msg
        self.status = status
        self.retry_after_s = retry_after_s


def rejected(msg: str) -> RefusalError:
    """The matching engine refuses a new order."""
    return RefusalError(-2010, msg)


def filter_failure(name: str) -> RefusalError:
    """An order breaks a rule of its symbol; it never reached the matching engine."""
    return RefusalError(-1013, f"Filter failure: {name}")


def cancel_rejected(msg: str = UNKNOWN_ORDER) -> RefusalError:
    """The matching engine refuses a cancel."""
    return RefusalError(-2011, msg)


def no_such_order() -> RefusalError:
    """A query finds nothing. Weak evidence: see R3 of RELIABILITY."""
    return RefusalError(-2013, "Order does not exist.")


def illegal(name: str, legal: str) -> RefusalError:
    """A parameter is written with characters it cannot have."""
    return RefusalError(
        -1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'."
    )


def missing(name: str) -> RefusalError:
    """A mandatory parameter is not there."""
    return RefusalError(
        -1102,
        f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.",
    )


def not_wanted(name: str) -> RefusalError:
    """A parameter makes no sense for what was asked."""
    return RefusalError(-1106, f"Parameter '{name}' sent when not required.")
