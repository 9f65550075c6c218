"""Who asks, and whether what they sent is theirs and of this moment."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec

from argonaut.rehearsal.binance.errors import RefusalError, missing
from argonaut.rehearsal.binance.parameters import Parameters

_MS_NS = 1_000_000
_AHEAD_MS = 1_000
_WINDOW_MS = 5_000
_WINDOW_MOST_MS = 60_000
_KEY = re.compile(r"[A-Za-z0-9]{8,128}")


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A throw-away key of a rehearsal and what it may do. Never a key of a real account."""

    key: str
    secret: str
    can_read: bool = True
    can_trade: bool = True
    can_withdraw: bool = False
    is_ip_restricted: bool = True

    def __repr__(self) -> str:
        """Show whose it is, not what signs for it."""
        return f"ApiKey({self.key[:4]}...)"


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """When a request says it was made, and how long it may travel, venue milliseconds."""

    timestamp_ms: int
    window_ms: int

    def expect_current(self, now_ns: int) -> None:
        """Refuse what is early or late; asked at receipt and again before the matching engine.

        Raises:
            RefusalError: -1021.
        """
        now_ms = now_ns // _MS_NS
        if self.timestamp_ms >= now_ms + _AHEAD_MS:
            raise RefusalError(
                -1021, "Timestamp for this request was 1000ms ahead of the server's time."
            )
        if now_ms - self.timestamp_ms > self.window_ms:
            raise RefusalError(-1021, "Timestamp for this request is outside of the recvWindow.")


class Access:
    """The keys of the account."""

    def __init__(self, keys: Sequence[ApiKey]) -> None:
        self._keys: Mapping[str, ApiKey] = {each.key: each for each in keys}

    def known(self, key: str | None) -> ApiKey:
        """Return the key of that name.

        Raises:
            RefusalError: -2014 for no key at all, -2015 for one that is not known.
        """
        if key is None or _KEY.fullmatch(key) is None:
            raise RefusalError(-2014, "API-key format invalid.", status=401)
        found = self._keys.get(key)
        if found is None:
            raise no_permission()
        return found

    def timing(self, parameters: Parameters, now_ns: int) -> Timing:
        """Return the timing of a signed request.

        Raises:
            RefusalError: It has none, or is early or late.
        """
        timestamp_ms = parameters.whole("timestamp")
        if timestamp_ms is None:
            raise missing("timestamp")
        sent_ms = parameters.whole("recvWindow")
        window_ms = _WINDOW_MS if sent_ms is None else sent_ms
        if not 0 < window_ms <= _WINDOW_MOST_MS:
            raise RefusalError(-1131, "recvWindow must be less than 60000.")
        timing = Timing(timestamp_ms=timestamp_ms, window_ms=window_ms)
        timing.expect_current(now_ns)
        return timing


def expect_signed(key: ApiKey, payload: str, signature: str | None) -> None:
    """Refuse a signature that is not HMAC-SHA256 of exactly these bytes.

    Raises:
        RefusalError: -1102 without one, -1022 with a wrong one.
    """
    if not signature:
        raise missing("signature")
    wanted = hmac.new(key.secret.encode(), payload.encode(), sha256).hexdigest()
    if not hmac.compare_digest(wanted, signature.lower()):
        raise RefusalError(-1022, "Signature for this request is not valid.")


def no_permission() -> RefusalError:
    """The key is not known, or may not do this."""
    return RefusalError(-2015, "Invalid API-key, IP, or permissions for action.", status=401)


def signed_part(text: str) -> tuple[str, str | None]:
    """Split a query or body into what was signed and the signature, which comes last.

    Binance takes the signature out wherever it stands; clients put it at the end.
    """
    parts = [each for each in text.split("&") if each]
    signatures = [each for each in parts if each.startswith("signature=")]
    signed = "&".join(each for each in parts if not each.startswith("signature="))
    return signed, signatures[-1].partition("=")[2] if signatures else None
