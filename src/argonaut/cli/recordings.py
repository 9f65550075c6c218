"""What `argonaut data` does: read folders and files, tell what they hold and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from argonaut.cli.output import (
    UnusableTargetError,
    console,
    errors,
    print_json,
    print_line,
    require_target,
)
from argonaut.cli.tables import aligned, grid
from argonaut.domain.errors import ExitCode, InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.feeds.errors import FeedError
from argonaut.feeds.tape.catalogue import (
    Progress,
    RecordingInfo,
    import_file,
    list_recordings,
)
from argonaut.feeds.tape.columns import Kind
from argonaut.feeds.tape.findings import utc
from argonaut.feeds.tape.load import verify
from argonaut.feeds.tape.quality import QualityReport
from argonaut.feeds.tape.spec import DataSpec
from argonaut.feeds.tape.write import origin_of

_KINDS = ", ".join(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a file is to be read, as far as the command line says."""

    kind: str | None = None
    timeframe: str | None = None
    symbol: str | None = None
    tolerate: tuple[str, ...] = ()

    def spec(self, path: Path, instrument: str = "") -> DataSpec:
        """Return the reader's order for one file.

        Raises:
            InvalidValueError: The kind or timeframe is none.
        """
        if self.kind is not None and self.kind not in set(Kind):
            raise InvalidValueError(f"--kind: want one of {_KINDS}, not {self.kind!r}")
        return DataSpec(
            path=path,
            instrument=InstrumentId(instrument),
            kind=None if self.kind is None else Kind(self.kind),
            timeframe=self.timeframe,
            symbol=self.symbol,
            tolerate=self.tolerate,
        )


def tell_recordings(folder: Path, *, as_json: bool) -> None:
    """Print what recordings a folder holds.

    Raises:
        DataFileError: There is no such folder.
    """
    found = list_recordings(folder)
    if as_json:
        print_json([msgspec.to_builtins(each) for each in found])
        return
    if not found:
        print_line(f"{folder} holds no recording")
        return
    head = ("file", "market", "kind", "bars", "rows", "from (UTC)", "to (UTC)", "KB")
    rows = [_info_row(each, folder) for each in found]
    if console.is_terminal:
        console.print(grid(head, rows))
    else:
        for line in aligned(head, rows):
            print_line(line)
    for each in found:
        if each.problem:
            print_line(each.problem)


def import_recording(
    source: Path,
    target: Path,
    instrument: str,
    asked: Asked,
    *,
    licence: str,
    sort: bool,
    replace: bool,
    as_json: bool,
) -> None:
    """Import one file and print what came of it.

    Raises:
        FeedError, OutputError, InvalidValueError: Nothing was written.
    """
    require_target(target)
    if target.suffix != ".parquet":
        raise UnusableTargetError(f"{target}: want a name that ends in .parquet")
    if target.exists() and not replace and origin_of(target) is None:
        raise UnusableTargetError(
            f"{target} is there and was not made by an import; name another file or use --replace"
        )
    with _progress() as progress:
        done = import_file(
            asked.spec(source, instrument), target, licence=licence, sort=sort, progress=progress
        )
    if as_json:
        print_json(done)
        return
    for line in _report_lines(done.report):
        print_line(line)
    print_line(f"{target} was there already" if done.was_there else f"written to {target}")


def verify_recordings(paths: Sequence[Path], asked: Asked, *, as_json: bool) -> ExitCode:
    """Print the report on every file and return the code of the worst."""
    worst = ExitCode.OK
    told: list[dict[str, Any]] = []
    for path in _files(paths):
        try:
            report = verify(asked.spec(path))
        except FeedError as error:
            worst = max(worst, ExitCode.USAGE)
            told.append({"path": str(path), "problem": str(error)})
            if not as_json:
                errors.print(str(error), style="red", markup=False, soft_wrap=True)
            continue
        if not report.is_usable:
            worst = ExitCode.REFUSED
        told.append(msgspec.to_builtins(report))
        if not as_json:
            for line in _report_lines(report):
                print_line(line)
    if as_json:
        print_json(told)
    return worst


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (Path(each.path) for each in list_recordings(path))
        else:
            yield path


def _info_row(info: RecordingInfo, folder: Path) -> tuple[str, ...]:
    return (
        str(Path(info.path).relative_to(folder)),
        ", ".join(info.markets[:3]) + (" …" if len(info.markets) > 3 else ""),
        "unreadable" if info.problem else str(info.kind or ""),
        info.timeframe or "",
        f"{info.rows:,}",
        "" if info.from_ns is None else utc(info.from_ns)[:16],
        "" if info.to_ns is None else utc(info.to_ns)[:16],
        f"{info.bytes / 1000:,.0f}",
    )


def _report_lines(report: QualityReport) -> Iterator[str]:
    period = ""
    if report.from_ns is not None and report.to_ns is not None:
        period = f", {utc(report.from_ns)} to {utc(report.to_ns)}"
    length = f" of {report.timeframe}" if report.timeframe else ""
    verdict = "usable" if report.is_usable else "NOT usable"
    yield f"{report.path}: {verdict}, {report.rows:,} {report.kind}{length}{period}"
    for name, findings in (("error", report.errors), ("warning", report.warnings)):
        for finding in findings:
            yield f"  {name} {finding.flaw}: {finding.message}"
    for note in report.notes:
        yield f"  note: {note}"


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """Yield what draws a progress bar on standard error when a person watches."""
    if not errors.is_terminal:
        yield None
        return
    # Drawn for a person only.
    from rich.progress import Progress as Bars  # noqa: PLC0415

    with Bars(console=errors, transient=True) as bars:
        task = bars.add_task("import", total=1.0)
        yield lambda step, fraction: bars.update(task, description=step, completed=fraction)
