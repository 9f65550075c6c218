"""The table of endpoints."""

import pytest

from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.requests import Security
from argonaut.rehearsal.binance.routes import METHODS, ROUTES


@pytest.mark.parametrize(
    ("path", "sent", "weight"),
    [
        ("depth", {}, 5),
        ("depth", {"limit": "500"}, 25),
        ("depth", {"limit": "1000"}, 50),
        ("depth", {"limit": "5000"}, 250),
        ("myTrades", {}, 20),
        ("myTrades", {"orderId": "1"}, 5),
        ("ticker/24hr", {}, 80),
        ("account", {}, 20),
    ],
)
def test_weights_are_the_documented_ones(path, sent, weight):
    """A bot that plans its budget by the documentation must not be surprised."""
    assert ROUTES["GET", f"/api/v3/{path}"].cost(Parameters(sent.items())) == weight


def test_everything_that_changes_orders_wants_the_right_to_trade():
    """POST and DELETE are the only ways in, but for the order that is only tried."""
    changing = {key for key, endpoint in ROUTES.items() if endpoint.changes_orders}

    assert changing == {key for key in ROUTES if key[0] != "GET"} - {("POST", "/api/v3/order/test")}
    assert all(ROUTES[key].security is not Security.NONE for key in ROUTES if "account" in key[1])


def test_every_method_of_the_websocket_api_has_its_endpoint():
    """They are twins."""
    assert set(METHODS.values()) <= set(ROUTES)
