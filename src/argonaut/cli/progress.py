"""A bar on standard error for whoever waits at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from argonaut.cli.output import errors

Told = Callable[[int, int], None]


@contextmanager
def progress(what: str, unit: str) -> Iterator[Told | None]:
    """Yield what to call with (done, total); None where nobody watches."""
    if not errors.is_terminal:
        yield None
        return
    # Drawn for a person only.
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    with Progress(
        TextColumn(what),
        BarColumn(),
        TextColumn(f"{{task.completed:,.0f}} of {{task.total:,.0f}} {unit}"),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
    ) as bars:
        task = bars.add_task(what)
        yield lambda done, total: bars.update(task, completed=done, total=total)
