import asyncio
import io

from rich.console import Console

from argonaut.cli.loading import load_assembly
from argonaut.cli.views import Camera, LineView, LiveView
from argonaut.runtime.paper import PaperRun
from tests.cli.pictures import picture

SECOND_NS = 1_000_000_000


class HandClock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now_ns = 5 * SECOND_NS

    def wall_ns(self):
        return self.now_ns

    def mono_ns(self):
        return self.now_ns


def test_the_picture_is_drawn_eight_times_a_second_and_no_more():
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=100, height=50)
    taken = []

    def take():
        taken.append(1)
        return picture()

    with LiveView(console) as view:
        for millisecond in range(0, 1_000, 20):
            view.turn(take, SECOND_NS + millisecond * 1_000_000)

    assert len(taken) == 8
    assert "demo" in file.getvalue()


def test_lines_say_every_five_seconds_where_a_run_stands():
    told: list[str] = []
    with LineView(told.append) as view:
        for second in range(1, 13):
            view.turn(picture, second * SECOND_NS)

    assert len(told) == 2
    assert all("status ACTIVE" in line for line in told)


def test_a_camera_measures_the_pace_and_what_is_left(paper):
    clock = HandClock()
    run = PaperRun.start(load_assembly(paper, no_cache=True), paper.parent / "j.db", clock)
    camera = Camera(run, clock, metrics_url="http://x")
    before = camera()
    run.player.play_to_row(1_440)  # half of the bars of two instruments
    clock.now_ns += 10 * SECOND_NS
    half = camera()
    asyncio.run(run.run())
    end = camera()
    run.close()

    assert before.speed == 0
    assert before.left_s is None
    assert half.speed > 0
    assert half.left_s is not None
    assert half.left_s > 0
    assert half.metrics_url == "http://x"
    assert end.is_over
    assert end.left_s is None
    assert end.snapshot.rows_played == end.snapshot.rows_total
    assert end.signals
    assert 2 <= len(end.equity) <= 600
