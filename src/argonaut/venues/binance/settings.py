"""Where Binance is, who we are there, and what we want to hear."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from argonaut.domain.errors import InvalidValueError, RefusedToStartError
from argonaut.domain.secret import Secret
from argonaut.domain.timeframe import SECOND_NS

_PRODUCTION = (
    "https://api.binance.com",
    "wss://stream.binance.com:9443",
    "wss://ws-api.binance.com:443/ws-api/v3",
)
_TESTNET = (
    "https://testnet.binance.vision",
    "wss://stream.testnet.binance.vision",
    "wss://ws-api.testnet.binance.vision/ws-api/v3",
)
RECV_WINDOW_MAX_MS = 5_000
ENGINE_TIMEOUT_MS = 10_000  # after that the venue itself gives up (-1007)
_CLOCK_AND_MARGIN_MS = 2_000  # a timestamp may be 1 s ahead of the venue's clock, and 1 s more


@dataclass(frozen=True, kw_only=True)
class BinanceSettings:
    """One account at one of Binance's places.

    URLs that are left out are those of production, with `is_sandbox` of the testnet; next to a
    `rest_url` of one's own they are on its host. A host other than Binance's must be loopback.
    `keeps_books` takes quotes from an order book kept from its changes, in the place of the best
    prices the venue sends.
    """

    api_key: Secret
    api_secret: Secret
    rest_url: str = ""
    stream_url: str = ""
    ws_api_url: str = ""
    recv_window_ms: int = 5_000
    is_sandbox: bool = False
    keeps_books: bool = False

    def __post_init__(self) -> None:
        """Refuse what the venue or we could not live with."""
        if not 100 <= self.recv_window_ms <= RECV_WINDOW_MAX_MS:
            raise InvalidValueError(
                f"want 100 <= recv_window_ms <= {RECV_WINDOW_MAX_MS}, not {self.recv_window_ms}"
            )
        places = self._places()
        for name, place in zip(("rest_url", "stream_url", "ws_api_url"), places, strict=True):
            # The one moment a frozen value is still being made.
            object.__setattr__(self, name, (getattr(self, name) or place).rstrip("/"))

    def _places(self) -> tuple[str, str, str]:
        """Return where what is left out is."""
        if not self.rest_url or self.rest_url in {_PRODUCTION[0], _TESTNET[0]}:
            return _TESTNET if self.is_sandbox else _PRODUCTION
        sockets = self.rest_url.replace("http", "ws", 1).rstrip("/")
        return self.rest_url, sockets, f"{sockets}/ws-api/v3"

    @classmethod
    def testnet(cls, api_key: Secret, api_secret: Secret) -> BinanceSettings:
        """Return the settings of the venue's own test network, where money is play money."""
        return cls(api_key=api_key, api_secret=api_secret, is_sandbox=True)

    @classmethod
    def loopback(cls, api_key: Secret, api_secret: Secret, root: str) -> BinanceSettings:
        """Return the settings of a venue on this machine, `root` being `http://127.0.0.1:8080`."""
        return cls(api_key=api_key, api_secret=api_secret, rest_url=root)

    @property
    def lateness_ns(self) -> int:
        """How long after `submit` was called an unseen request can no longer be executed.

        The venue checks the receive window again just before the matching engine (RELIABILITY R2).
        """
        window_ms = self.recv_window_ms + ENGINE_TIMEOUT_MS + _CLOCK_AND_MARGIN_MS
        return window_ms * SECOND_NS // 1000

    def check_hosts(self) -> None:
        """Let keys go to the venue or to this machine, and nowhere else.

        Raises:
            RefusedToStartError: Another host, or hosts of two places mixed.
        """
        urls = (self.rest_url, self.stream_url, self.ws_api_url)
        if urls == (_TESTNET if self.is_sandbox else _PRODUCTION):
            return
        if self.is_sandbox and urls == _PRODUCTION:
            raise RefusedToStartError(
                "the sandbox is asked for and the URLs are those of production: a testnet key "
                "never goes there"
            )
        if urls == _TESTNET:
            raise RefusedToStartError(
                "production is asked for and the URLs are those of the testnet: "
                "say is_sandbox, or leave the URLs out"
            )
        for url in urls:
            if not _is_loopback(url):
                raise RefusedToStartError(
                    f"want every URL of Binance its own or on this machine, not {_host(url)!r}: "
                    "orders and signatures would go there"
                )


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    if parts.username is not None or parts.scheme not in {"http", "ws", "https", "wss"}:
        return False
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
