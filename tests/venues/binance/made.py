"""What the tests of the Binance adapter share: recorded messages, rules, orders and clocks."""

import json
from decimal import Decimal
from pathlib import Path

from argonaut.domain.ids import ClientOrderId, InstrumentId, StrategyId
from argonaut.domain.order import Order, OrderRole, OrderType, Side
from argonaut.domain.secret import Secret
from argonaut.venues.binance.rules import SymbolRules, decode_exchange_info, rules_of
from argonaut.venues.binance.settings import BinanceSettings

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings" / "binance"
BTC = InstrumentId("BTC/USDT@binance")
ETH = InstrumentId("ETH/BTC@binance")
T_MS = 1_795_000_000_000  # the time of the recorded messages
T_NS = T_MS * 1_000_000
SECOND_NS = 1_000_000_000
KEY, SECRET = "canarykey" * 7, "canarysecret" * 5  # never to be seen in any output


def message(file: str, name: str) -> dict:
    """One recorded message, to be changed at will."""
    return json.loads((RECORDINGS / f"{file}.json").read_text())[name]


def text(content: object) -> str:
    """A message as the venue writes it: without spaces."""
    return json.dumps(content, separators=(",", ":"))


def recorded(file: str, name: str) -> str:
    return text(message(file, name))


def rules(instrument_id: InstrumentId = BTC) -> SymbolRules:
    info = decode_exchange_info((RECORDINGS / "exchange_info.json").read_bytes())
    return rules_of(info, [instrument_id])[instrument_id]


def order(**other) -> Order:
    """A limit order to buy, as `trend-k1-1-e` of the recorded answers."""
    made = {
        "client_order_id": ClientOrderId("trend-k1-1-e"),
        "strategy_id": StrategyId("trend"),
        "instrument_id": BTC,
        "side": Side.BUY,
        "order_type": OrderType.LIMIT,
        "role": OrderRole.ENTRY,
        "quantity": Decimal("0.01"),
        "price": Decimal("64000.00"),
    }
    return Order(**{**made, **other})


def settings(root: str = "http://127.0.0.1:9", **other) -> BinanceSettings:
    made = BinanceSettings.loopback(Secret(KEY), Secret(SECRET), root)
    return BinanceSettings(**{**made.__dict__, **other})


class ManualClock:
    """A clock that stands until it is moved."""

    def __init__(self, wall_ns: int = T_NS, mono_ns: int = 0) -> None:
        self.wall, self.mono = wall_ns, mono_ns

    def wall_ns(self) -> int:
        return self.wall

    def mono_ns(self) -> int:
        return self.mono

    def pass_s(self, seconds: float) -> None:
        self.wall += int(seconds * SECOND_NS)
        self.mono += int(seconds * SECOND_NS)


class Half:
    """Dice that always show a half."""

    def random(self) -> float:
        return 0.5
