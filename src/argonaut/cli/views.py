"""Who watches a run: a person at a terminal, a log of lines, or nobody but a script."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

import msgspec
from rich.console import Console
from rich.live import Live

from argonaut.cli.lines import LineTeller, status_line
from argonaut.cli.screen import SIGNALS_SHOWN, Picture, screen
from argonaut.domain.command import Record
from argonaut.monitoring.trials import TrialsOnly
from argonaut.ports import Clock
from argonaut.runtime.control import ServedRun
from argonaut.runtime.paper import PaperRun
from argonaut.runtime.snapshot import snapshot_of

_SECOND_NS = 1_000_000_000
_DRAWN_EVERY_NS = _SECOND_NS // 8
_TOLD_EVERY_NS = 5 * _SECOND_NS
_NOTICES_SHOWN = 3
_CURVE_POINTS = 240


class View(Protocol):
    """Shows a run while it goes. Entered when trading starts and left when it ends."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the terminal back."""

    def observe(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Take a journal row."""

    def observe_trial(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Take a row of the shadow."""

    def turn(self, picture: Callable[[], Picture], now_ns: int) -> None:
        """Take a turn of the loop at `now_ns` (monotonic); draw when it is time."""


class LiveView:
    """A picture on the terminal, drawn anew eight times a second."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._drawn_ns = 0

    def __enter__(self) -> Self:
        """Take the terminal."""
        self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give it back."""
        self._live.__exit__(kind, error, traceback)

    def observe(self, event_seq: int, event_ns: int, record: Record) -> None:
        """Need nothing: the picture is made from the run itself."""

    observe_trial = observe

    def turn(self, picture: Callable[[], Picture], now_ns: int) -> None:
        """Draw when the last picture is old enough."""
        if now_ns - self._drawn_ns >= _DRAWN_EVERY_NS:
            self._drawn_ns = now_ns
            self._live.update(screen(picture()), refresh=True)


class LineView:
    """Plain lines: what happens, and every few seconds where the run stands."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self.observe = LineTeller(tell)
        self.observe_trial = TrialsOnly(LineTeller(tell, mark="dry run: "))
        self._told_ns = 0

    def __enter__(self) -> Self:
        """Need nothing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave nothing."""

    def turn(self, picture: Callable[[], Picture], now_ns: int) -> None:
        """Tell where the run stands when that was some seconds ago."""
        if not self._told_ns:
            self._told_ns = now_ns
        if now_ns - self._told_ns >= _TOLD_EVERY_NS:
            self._told_ns = now_ns
            self._tell(status_line(picture()))


class Camera:
    """Takes pictures of a run, and measures its pace between them."""

    def __init__(self, run: PaperRun, clock: Clock, *, metrics_url: str = "") -> None:
        self._run = run
        self._clock = clock
        self._metrics_url = metrics_url
        self._began_mono_ns = clock.mono_ns()
        self._began_tape_ns = run.player.next_ns() or run.engine.now_ns

    def __call__(self) -> Picture:
        """Return what there is to see now."""
        run = self._run
        wall_s = (self._clock.mono_ns() - self._began_mono_ns) / _SECOND_NS
        gone_s = max(run.engine.now_ns - self._began_tape_ns, 0) / _SECOND_NS
        speed = gone_s / wall_s if wall_s > 0 else 0.0
        picture = picture_of(run, run.journal.head, wall_s=wall_s, metrics_url=self._metrics_url)
        return msgspec.structs.replace(
            picture, speed=speed, left_s=self._left_s(speed), is_over=run.is_finished
        )

    def _left_s(self, speed: float) -> float | None:
        span = self._run.player.plan.span_ns
        if span is None or speed <= 0 or self._run.is_finished:
            return None
        return max(span[1] - self._run.engine.now_ns, 0) / _SECOND_NS / speed


def picture_of(
    run: ServedRun, head: tuple[int, str], *, wall_s: float, metrics_url: str
) -> Picture:
    """Return what there is to see of any run; `head` is that of its journal."""
    config = run.assembly.config
    _, equity = run.log.equity_columns()
    step = max(len(equity) // _CURVE_POINTS, 1)
    return Picture(
        snapshot=snapshot_of(
            run.engine,
            run.log,
            name=config.name,
            progress=run.progress,
            head=head,
            shadow=run.shadow,
        ),
        quote=config.quote,
        equity=tuple(equity[::step].tolist()),
        signals=tuple(run.log.last_signals(SIGNALS_SHOWN, with_skips=True)),
        notices=tuple(each.sentence for each in list(run.log.notices)[-_NOTICES_SHOWN:]),
        wall_s=wall_s,
        metrics_url=metrics_url,
    )
