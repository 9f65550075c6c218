"""What a soaked trader is run with: the markets, the account, and a strategy that never rests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from argonaut.domain.instrument import Instrument
from argonaut.rehearsal.binance.listing import LISTED
from argonaut.rehearsal.binance.symbols import Symbol, instrument_id_of

SYMBOLS = ("BTCUSDT", "ETHUSDT")
CASH = "1000000"  # USDT; fees of a long soak are tens of thousands
KEYS = "keys"
JOURNAL = "journal.db"
LOG = "argonaut.log"
TRADERS = "traders.log"  # what every trader said, one after the other
_NO_LIMIT = 100_000_000
_LIMITS: dict[str, dict[str, Any]] = {
    "max_notional": {"max_quote": 1_000},
    "symbol_exposure": {"gross_quote": 5_000, "net_quote": 5_000},
    "venue_exposure": {"gross_quote": 8_000, "net_quote": 8_000},
    "account_exposure": {"gross_quote": 8_000, "net_quote": 8_000},
    "daily_loss": {"limit_quote": _NO_LIMIT},
    "order_rate": {"max_per_minute": 1_000},
}


def config_of(rest_url: str) -> dict[str, Any]:
    """Return the config of a trader at a venue served at `rest_url`, as plain values."""
    names = [f"{_symbol(each).base}/{_symbol(each).quote}" for each in SYMBOLS]
    return {
        "mode": "rehearse",
        "name": "soak",
        "data": [{"instrument": each, "kind": "quotes"} for each in names],
        "venue": {
            "class": "argonaut.venues.binance.adapter.BinanceSpot",
            "params": {
                "rest_url": rest_url,
                "api_key_file": f"{KEYS}/api_key",
                "api_secret_file": f"{KEYS}/api_secret",
            },
        },
        "strategies": [
            {
                "id": "restless",
                "class": "argonaut.rehearsal.soak.restless.Restless",
                "params": {"entry_chance": 0.08, "act_chance": 0.03},
            },
        ],
        "risk": {"checks": [{"check": code, "params": _LIMITS[code]} for code in _LIMITS]},
        "journal": {"path": JOURNAL, "snapshot_rows": 2_000},
        "monitoring": {"prometheus": False, "log_path": LOG},
    }


def write_config(folder: Path, rest_url: str) -> Path:
    """Write the config into the folder of a soak and return its path."""
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config_of(rest_url), sort_keys=False), encoding="utf-8")
    return path


def names() -> dict[str, str]:
    """Return BTC/USDT by BTCUSDT, for every market."""
    return {each: f"{_symbol(each).base}/{_symbol(each).quote}" for each in SYMBOLS}


def instruments() -> tuple[Instrument, ...]:
    """Return the trading rules of every market."""
    return tuple(_instrument(_symbol(each)) for each in SYMBOLS)


def _symbol(name: str) -> Symbol:
    return LISTED[name].symbol


def _instrument(symbol: Symbol) -> Instrument:
    return Instrument(
        instrument_id=instrument_id_of(symbol),
        base=symbol.base,
        quote=symbol.quote,
        tick_size=symbol.tick,
        lot_size=symbol.step,
        min_quantity=symbol.quantity_min,
        min_notional=symbol.notional_min,
    )
