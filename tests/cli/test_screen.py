import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.cli.screen import duration, screen, sparkline
from tests.cli.pictures import drawn, held, picture, resting, signal, snapshot

FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)


def test_the_view_shows_what_a_person_asks():
    text = drawn(screen(picture()), width=140)

    assert "demo · ACTIVE" in text
    assert "10,100.00 USDT +1.00 %" in text
    assert "drawdown 1.00 %   today -5.00" in text
    assert "▁▅█" in text or "▁▄█" in text
    assert "tape 2021-05-19 12:00:00 UTC" in text
    assert "25%, 9,000x, 1 min 05 s left" in text
    assert "metrics http://127.0.0.1:8000/metrics   Ctrl-C stops cleanly" in text
    assert "2 positions would be open, the limit is 1 · rise of 2 %" in text
    assert "decisions 3  orders 2  fills 1" in text
    assert "refused: mode 5, max_positions 2" in text


def test_positions_and_orders_are_shown_with_their_prices():
    text = drawn(screen(picture()))
    (position,) = [line for line in text.splitlines() if "trend" in line]
    (order,) = [line for line in text.splitlines() if "accepted" in line]

    assert position.split()[1:-1] == [
        "trend", "BTC/USDT@sim", "0.005", "40000", "41000", "+5.00", "39000", "–",
    ]  # fmt: skip
    assert order.split()[1:-1] == [
        "stop", "BTC/USDT@sim", "0.005", "39000", "sell", "stop", "accepted",
    ]  # fmt: skip


def test_an_empty_account_is_a_picture_too():
    empty = snapshot(equity=None, equity_start=None, holdings=(), orders=(), refusals={})
    text = drawn(screen(picture(of=empty, signals=(), equity=(), left_s=None, metrics_url="")))

    assert "– USDT –" in text
    assert text.count("none") >= 2
    assert "refused" not in text
    assert "metrics" not in text


def test_a_long_list_is_cut_and_counted():
    many = snapshot(holdings=(held(),) * 13, orders=(resting(),) * 11)
    text = drawn(screen(picture(of=many)))

    assert "and 3 more" in text
    assert "and 1 more" in text


def test_notices_are_shown_below():
    text = drawn(screen(picture(notices=("one", "two", "three", "strategy x was paused"))))

    assert "! strategy x was paused" in text
    assert "! one" not in text


def test_a_tape_that_has_ended_says_that_the_run_stays_up():
    assert "the tape has ended; staying up until stopped" in drawn(screen(picture(is_over=True)))


def test_what_comes_from_outside_is_no_markup_and_moves_no_cursor():
    """A detector may call itself anything."""
    hostile = signal(who="[red]x[/]\x1b[2J", reason="a\nb")
    text = drawn(screen(picture(signals=(hostile,))), width=160)

    assert "[red]x[/]?[2J" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_every_width_is_drawn_within_it(width):
    text = drawn(screen(picture()), width=width)

    assert all(len(line) <= width for line in text.splitlines())


@given(st.lists(FLOATS, max_size=300), st.integers(1, 80))
def test_a_sparkline_fits_and_keeps_its_first_and_last_value(values, width):
    line = sparkline(values, width)

    assert len(line) == min(len(values), width)
    if values and width > 1 and max(values) > min(values):
        ends = {0: values[0], -1: values[-1]}
        for at, value in ends.items():
            if value == max(values):
                assert line[at] == "█"
            if value == min(values):
                assert line[at] == "▁"


def test_a_flat_line_is_flat():
    assert sparkline([5.0] * 4, 10) == "▁▁▁▁"
    assert sparkline([1.0, 9.0], 1) == "▁"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (-3, "0 s"),
        (59.9, "59 s"),
        (65, "1 min 05 s"),
        (3_600, "1 h 00 min"),
        (8_100, "2 h 15 min"),
    ],
)
def test_a_duration_is_said_by_its_length(seconds, said):
    assert duration(seconds) == said
