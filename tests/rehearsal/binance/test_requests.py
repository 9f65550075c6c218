"""A request as it came, and what its endpoint costs."""

from argonaut.rehearsal.binance.errors import no_such_order
from argonaut.rehearsal.binance.parameters import Parameters
from argonaut.rehearsal.binance.requests import Request, refusal_body
from argonaut.rehearsal.binance.routes import ROUTES


def test_query_and_body_are_read_together():
    """A client may send either; what is empty was sent, too."""
    parameters = Request(
        method="POST", path="/", query="symbol=BTCUSDT", body="side=BUY&price="
    ).parameters()

    assert (parameters.symbol(), parameters.text("side")) == ("BTCUSDT", "BUY")
    assert parameters.has("price")


def test_a_cost_may_depend_on_what_is_asked():
    """All open orders of all symbols are the dear question."""
    endpoint = ROUTES["GET", "/api/v3/openOrders"]

    assert endpoint.cost(Parameters([("symbol", "BTCUSDT")])) == 6
    assert endpoint.cost(Parameters([])) == 80


def test_a_refusal_is_code_and_words():
    """Nothing else is in the body."""
    assert refusal_body(no_such_order()) == {"code": -2013, "msg": "Order does not exist."}
