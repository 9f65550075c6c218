"""What every refusal, failure and silence of Binance means: one table, by what may be done next.

Codes are those of the venue's `errors.md` (2026); RELIABILITY 1.2 gives the classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

from argonaut.domain.errors import ArgonautError


class VenueUnreachableError(ArgonautError, ConnectionError):
    """The venue did not answer at the start; worth another try."""


class Operation(Enum):
    """What was asked for."""

    PLACE = "place"
    CANCEL = "cancel"
    QUERY = "query"


class Outcome(Enum):
    """What may be done next."""

    DEFINITE_REJECT = "definite reject"  # not executed, and the same content never will be
    UNKNOWN = "unknown"  # nobody can know: ask, never resend
    THROTTLED = "throttled"  # not executed: hold everything until the time the venue names
    NOT_FOUND = "not found"  # weak evidence (R3)
    VENUE_STATE = "venue state"  # not executed: the market or the account is shut
    NOT_SENT = "not sent"  # no byte left this machine


class Row(msgspec.Struct, frozen=True):
    """One line of the table: the outcome for each operation, and what we do beside it."""

    name: str
    place: Outcome
    cancel: Outcome
    query: Outcome
    then: str = ""

    def outcome(self, operation: Operation) -> Outcome:
        """Return the outcome for `operation`."""
        if operation is Operation.PLACE:
            return self.place
        return self.cancel if operation is Operation.CANCEL else self.query


_REJECT, _UNKNOWN, _STATE = Outcome.DEFINITE_REJECT, Outcome.UNKNOWN, Outcome.VENUE_STATE
_THROTTLED, _FOUND_NOT = Outcome.THROTTLED, Outcome.NOT_FOUND


def _same(name: str, outcome: Outcome, then: str = "") -> Row:
    return Row(name, outcome, outcome, outcome, then)


_KEY = "the key is wrong: refuse to start, alert"
_RULES = "our idea of the rules is wrong: read exchangeInfo anew"
_REQUEST_FAULTS = {  # what is wrong with the request itself: never executed
    -1014: "UNKNOWN_ORDER_COMPOSITION",
    -1020: "UNSUPPORTED_OPERATION",
    -1033: "COMP_ID_IN_USE",
    -1034: "TOO_MANY_CONNECTIONS",
    -1035: "LOGGED_OUT",
    -1100: "ILLEGAL_CHARS",
    -1101: "TOO_MANY_PARAMETERS",
    -1102: "MANDATORY_PARAM_EMPTY_OR_MALFORMED",
    -1103: "UNKNOWN_PARAM",
    -1104: "UNREAD_PARAMETERS",
    -1105: "PARAM_EMPTY",
    -1106: "PARAM_NOT_REQUIRED",
    -1108: "PARAM_OVERFLOW",
    -1112: "NO_DEPTH",
    -1114: "TIF_NOT_REQUIRED",
    -1115: "INVALID_TIF",
    -1116: "INVALID_ORDER_TYPE",
    -1117: "INVALID_SIDE",
    -1118: "EMPTY_NEW_CL_ORD_ID",
    -1119: "EMPTY_ORG_CL_ORD_ID",
    -1120: "BAD_INTERVAL",
    -1122: "INVALID_SYMBOLSTATUS",
    -1125: "INVALID_LISTEN_KEY",
    -1127: "MORE_THAN_XX_HOURS",
    -1128: "OPTIONAL_PARAMS_BAD_COMBO",
    -1130: "INVALID_PARAMETER",
    -1134: "BAD_STRATEGY_TYPE",
    -1135: "INVALID_JSON",
    -1139: "INVALID_TICKER_TYPE",
    -1145: "INVALID_CANCEL_RESTRICTIONS",
    -1151: "DUPLICATE_SYMBOLS",
    -1152: "INVALID_SBE_HEADER",
    -1153: "UNSUPPORTED_SCHEMA_ID",
    -1155: "SBE_DISABLED",
    -1158: "OCO_ORDER_TYPE_REJECTED",
    -1160: "OCO_ICEBERGQTY_TIMEINFORCE",
    -1161: "DEPRECATED_SCHEMA",
    -1165: "BUY_OCO_LIMIT_MUST_BE_BELOW",
    -1166: "SELL_OCO_LIMIT_MUST_BE_ABOVE",
    -1168: "BOTH_OCO_ORDERS_CANNOT_BE_LIMIT",
    -1169: "INVALID_TAG_NUMBER",
    -1170: "TAG_NOT_DEFINED_IN_MESSAGE",
    -1171: "TAG_APPEARS_MORE_THAN_ONCE",
    -1172: "TAG_OUT_OF_ORDER",
    -1173: "GROUP_FIELDS_OUT_OF_ORDER",
    -1174: "INVALID_COMPONENT",
    -1175: "RESET_SEQ_NUM_SUPPORT",
    -1176: "ALREADY_LOGGED_IN",
    -1177: "GARBLED_MESSAGE",
    -1178: "BAD_SENDER_COMPID",
    -1179: "BAD_SEQ_NUM",
    -1180: "EXPECTED_LOGON",
    -1181: "TOO_MANY_MESSAGES",
    -1182: "PARAMS_BAD_COMBO",
    -1183: "NOT_ALLOWED_IN_DROP_COPY_SESSIONS",
    -1184: "DROP_COPY_SESSION_NOT_ALLOWED",
    -1185: "DROP_COPY_SESSION_REQUIRED",
    -1186: "NOT_ALLOWED_IN_ORDER_ENTRY_SESSIONS",
    -1187: "NOT_ALLOWED_IN_MARKET_DATA_SESSIONS",
    -1188: "INCORRECT_NUM_IN_GROUP_COUNT",
    -1189: "DUPLICATE_ENTRIES_IN_A_GROUP",
    -1190: "INVALID_REQUEST_ID",
    -1191: "TOO_MANY_SUBSCRIPTIONS",
    -1194: "INVALID_TIME_UNIT",
    -1196: "BUY_OCO_STOP_LOSS_MUST_BE_ABOVE",
    -1197: "SELL_OCO_STOP_LOSS_MUST_BE_BELOW",
    -1198: "BUY_OCO_TAKE_PROFIT_MUST_BE_BELOW",
    -1199: "SELL_OCO_TAKE_PROFIT_MUST_BE_ABOVE",
    -1210: "INVALID_PEG_PRICE_TYPE",
    -1211: "INVALID_PEG_OFFSET_TYPE",
    -1220: "SYMBOL_DOES_NOT_MATCH_STATUS",
    -1221: "INVALID_SBE_MESSAGE_FIELD",
    -1222: "OPO_WORKING_MUST_BE_BUY",
    -1223: "OPO_PENDING_MUST_BE_SELL",
    -1224: "WORKING_PARAM_REQUIRED",
    -1225: "PENDING_PARAM_NOT_REQUIRED",
    -2016: "NO_TRADING_WINDOW",
    -2035: "SUBSCRIPTION_ACTIVE",
    -2036: "SUBSCRIPTION_INACTIVE",
    -2039: "CLIENT_ORDER_ID_INVALID",
    -2042: "MAXIMUM_SUBSCRIPTION_IDS",
    -2043: "NO_REFERENCE_PRICE",
}

CODES: Mapping[int, Row] = {
    -1000: _same("UNKNOWN", _UNKNOWN),
    -1001: _same("DISCONNECTED", _UNKNOWN),
    -1002: _same("UNAUTHORIZED", _REJECT, _KEY),
    -1003: _same("TOO_MANY_REQUESTS", _THROTTLED, "hold everything until Retry-After"),
    -1006: _same("UNEXPECTED_RESP", _UNKNOWN),
    -1007: _same("TIMEOUT", _UNKNOWN),
    -1008: _same("SERVER_BUSY", _UNKNOWN, "the venue says overloaded, not that it did nothing"),
    -1013: _same("INVALID_MESSAGE", _REJECT, _RULES),
    -1015: _same("TOO_MANY_ORDERS", _THROTTLED, "no new order until the interval ends"),
    -1016: _same("SERVICE_SHUTTING_DOWN", _STATE, "alert"),
    -1021: _same("INVALID_TIMESTAMP", _REJECT, "measure the venue's clock anew"),
    -1022: _same("INVALID_SIGNATURE", _REJECT, _KEY),
    -1111: _same("BAD_PRECISION", _REJECT, _RULES),
    -1121: _same("BAD_SYMBOL", _REJECT, _RULES),
    **{code: _same(name, _REJECT) for code, name in _REQUEST_FAULTS.items()},
    -2008: _same("BAD_API_ID", _REJECT, _KEY),
    -2010: Row("NEW_ORDER_REJECTED", _REJECT, _UNKNOWN, _UNKNOWN, "see the texts below"),
    -2011: Row("CANCEL_REJECTED", _UNKNOWN, _FOUND_NOT, _FOUND_NOT, "look the order up"),
    -2013: Row("NO_SUCH_ORDER", _UNKNOWN, _FOUND_NOT, _FOUND_NOT, "evidence only (R3)"),
    -2014: _same("BAD_API_KEY_FMT", _REJECT, _KEY),
    -2015: _same("REJECTED_MBX_KEY", _REJECT, _KEY),
    -2021: _same("CANCEL_REPLACE_HALF", _UNKNOWN, "look both orders up"),
    -2022: _same("CANCEL_REPLACE_FAILED", _UNKNOWN, "look both orders up"),
    -2026: Row("ORDER_ARCHIVED", _UNKNOWN, _FOUND_NOT, _FOUND_NOT, "evidence only (R3)"),
}
KEY_CODES = frozenset(code for code, row in CODES.items() if row.then == _KEY)
CLOCK_CODE = -1021
RULES_CODES = frozenset(code for code, row in CODES.items() if row.then == _RULES)

# The matching engine says with a text what its code leaves open (-1010, -2010, -2011).
WOULD_TRIGGER = "Order would trigger immediately."
TEXTS: Mapping[str, Row] = {
    WOULD_TRIGGER: Row(
        "its trigger price is passed", _REJECT, _UNKNOWN, _UNKNOWN, "a stop is reached: leave"
    ),
    "Duplicate order sent.": Row(
        "an open order has this id", _UNKNOWN, _UNKNOWN, _UNKNOWN, "look it up: it may be ours"
    ),
    "Market is closed.": _same("the symbol does not trade", _STATE, "no entries there"),
    "This action is disabled on this account.": _same("the account is limited", _STATE, "alert"),
    "This account may not place or cancel orders.": _same(
        "the account may not trade", _STATE, "alert"
    ),
    "This symbol is not permitted for this account.": _same(
        "the account may not trade it", _STATE, "alert"
    ),
    "This symbol is restricted for this account.": _same(
        "the account may not trade it", _STATE, "alert"
    ),
    "Order was not canceled due to cancel restrictions.": Row(
        "the order is in another state", _UNKNOWN, _REJECT, _UNKNOWN, "look the order up"
    ),
}

STATUSES: Mapping[int, Row] = {
    403: _same("the venue's firewall", _REJECT, "hold everything for five minutes, alert"),
    409: _same("half of a cancel-replace", _UNKNOWN, "look both orders up"),
    418: _same("this address is banned", _THROTTLED, "hold everything until Retry-After, alert"),
    429: _same("too many requests", _THROTTLED, "hold everything until Retry-After"),
}
ANY_5XX = _same("any 5xx", _UNKNOWN, "never taken for a failure, whatever its body says")
UNREADABLE = _same("any other answer we cannot read", _UNKNOWN)
UNLISTED = _same("a code not listed here", _UNKNOWN)
FIRST_BYTE: Mapping[bool, Row] = {  # whether the first byte of the request had been written
    False: _same("no connection, no name, no time, before the first byte", Outcome.NOT_SENT),
    True: _same("no answer, half an answer or a cut after the first byte", _UNKNOWN),
}


def row_of(*, status: int, code: int | None, text: str = "") -> Row:
    """Return what an answer other than success means.

    The status counts before the code where the venue says so (5xx, 429, 418): a code in the body
    of a 503 proves nothing. `code` is None when the body told none.
    """
    if status >= 500:
        return ANY_5XX
    if status in {418, 429}:
        return STATUSES[status]
    if code is not None:
        return TEXTS.get(text) or CODES.get(code, UNLISTED)
    return STATUSES.get(status, UNREADABLE)
