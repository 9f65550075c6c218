"""An order of our own that the stream never tells of shows that the stream is dead (F06)."""

from argonaut.venues.binance.echo import PATIENCE_NS, Echo


def test_an_acknowledged_order_that_is_not_heard_of_is_overdue():
    echo = Echo()
    echo.begin("a")
    echo.acknowledged("a", 10)

    assert echo.overdue(10 + PATIENCE_NS) == ""
    assert echo.overdue(11 + PATIENCE_NS) == "a"


def test_a_report_that_overtakes_the_acknowledgement_counts():
    """The stream is often faster than REST; the order would be missed for ever."""
    echo = Echo()
    echo.begin("a")
    echo.heard("a")
    echo.acknowledged("a", 10)

    assert echo.overdue(10**18) == ""


def test_an_order_without_an_acknowledgement_proves_nothing():
    """It may never have arrived."""
    echo = Echo()
    echo.begin("a")

    assert echo.overdue(10**18) == ""


def test_a_new_stream_owes_nothing():
    echo = Echo()
    echo.begin("a")
    echo.acknowledged("a", 0)
    echo.clear()

    assert echo.overdue(10**18) == ""


def test_it_does_not_grow_without_bound():
    echo = Echo()
    for number in range(2_000):
        echo.begin(str(number))

    assert len(echo._due_ns) == 1_000
