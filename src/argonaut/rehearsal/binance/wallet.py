"""The few endpoints outside of /api/v3 that a spot client asks: coins, fees, rights, status."""

from __future__ import annotations

from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.records import MS_NS
from argonaut.rehearsal.binance.state import Call, VenueState
from argonaut.rehearsal.binance.symbols import Json, amount


def coins(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer every coin, with what the account has of it."""
    del parameters, call
    return [_coin(state, each) for each in state.assets]


def _coin(state: VenueState, asset: str) -> Json:
    free, locked = state.matching.split(asset)
    return {
        "coin": asset,
        "depositAllEnable": True,
        "withdrawAllEnable": True,
        "name": asset,
        "free": amount(free),
        "locked": amount(locked),
        "freeze": "0",
        "withdrawing": "0",
        "ipoing": "0",
        "ipoable": "0",
        "storage": "0",
        "isLegalMoney": False,
        "trading": True,
        "networkList": [],
    }


def trade_fees(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer the fees of one symbol or of all."""
    del call
    rates = state.settings.commission
    names = [state.symbol(parameters.symbol()).name] if parameters.has("symbol") else state.symbols
    return [
        {
            "symbol": name,
            "makerCommission": amount(rates.maker),
            "takerCommission": amount(rates.taker),
        }
        for name in names
    ]


def restrictions(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer what the key may do."""
    del parameters
    assert call.key is not None, "a signed call has a key"
    return {
        "ipRestrict": call.key.is_ip_restricted,
        "createTime": state.start_ns // MS_NS,
        "enableReading": call.key.can_read,
        "enableSpotAndMarginTrading": call.key.can_trade,
        "enableWithdrawals": call.key.can_withdraw,
        "enableInternalTransfer": False,
        "permitsUniversalTransfer": False,
        "enableVanillaOptions": False,
        "enableMargin": False,
        "enableFutures": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
        "enablePortfolioMarginTrading": False,
    }


def system_status(state: VenueState, parameters: Parameters, call: Call) -> Json:
    """Answer whether the venue is in maintenance."""
    del parameters, call
    if state.is_in_maintenance:
        return {"status": 1, "msg": "system_maintenance"}
    return {"status": 0, "msg": "normal"}


def nothing(state: VenueState, parameters: Parameters, call: Call) -> list[Json]:
    """Answer an empty list: there is no margin here."""
    del state, parameters, call
    return []
