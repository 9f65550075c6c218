"""What `argonaut train hmm` does: find the bars, learn, keep the model, tell how it went."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argonaut.cli.loading import load_assembly
from argonaut.cli.output import print_json, print_line
from argonaut.cli.progress import progress
from argonaut.cli.tables import aligned
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.ids import InstrumentId
from argonaut.domain.timeframe import format_timeframe, parse_timeframe
from argonaut.feeds.models.learning import STEPS, Learned, Lesson, learn
from argonaut.feeds.models.registry import Registry
from argonaut.feeds.tape.aggregate import aggregate
from argonaut.feeds.tape.catalogue import recording_info
from argonaut.feeds.tape.columns import BarColumns, Kind
from argonaut.feeds.tape.load import load
from argonaut.feeds.tape.spec import DataSpec
from argonaut.indicators.hmm.card import REGIMES, hash_of
from argonaut.runtime.clock import SystemClock
from argonaut.strategies.hmm_ensemble import HmmEnsemble

_ALL_NS = 2**63 - 1
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The command line of one training."""

    instrument: str = ""
    timeframe: str = "1m"
    name: str = ""
    models: Path = Path("data/models")
    start: str = ""
    end: str = ""
    window_bars: int = 120
    short_bars: int = 15
    rounds_max: int = 2000
    tolerance: float = 1e-4
    promote: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One model to be learned."""

    bars: BarColumns
    name: str
    models: Path
    lesson: Lesson
    data: tuple[str, ...]


def tell_training(sources: Sequence[Path], asked: Asked, *, as_json: bool) -> None:
    """Learn a model from each source and print what came of it.

    Raises:
        ArgonautError: A file or name is wrong, or nothing can be learned; nothing half-made stays.
    """
    tasks = list(_tasks(sources, asked))
    names = [(task.models.resolve(), task.name) for task in tasks]
    double = next((name for place, name in names if names.count((place, name)) > 1), None)
    if double is not None:
        raise InvalidValueError(f"two sources are for the model {double}; train one, or use --name")
    told: list[dict[str, Any]] = []
    for task in tasks:
        learned = _learned(task)
        told.append(_kept(task, learned, promote=asked.promote))
        if not as_json:
            for line in _lines(learned, told[-1]):
                print_line(line)
    if as_json:
        print_json(told)


def name_of(instrument: str) -> str:
    """Return what a model of an instrument is called: btc-usdt for BTC/USDT."""
    return instrument.partition("@")[0].replace("/", "-").replace(":", "-").lower()


def utc_now() -> str:
    """Return this moment as it stands in cards and ledgers."""
    now = datetime.fromtimestamp(SystemClock().wall_ns() // _SECOND_NS, UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _tasks(sources: Sequence[Path], asked: Asked) -> Iterator[Task]:
    for source in sources:
        if source.suffix in {".yaml", ".yml"}:
            yield from _tasks_of_config(source, asked)
        else:
            yield _task_of_file(source, asked)


def _tasks_of_config(path: Path, asked: Asked) -> Iterator[Task]:
    assembly = load_assembly(path)
    found = [each for each in assembly.strategies() if isinstance(each, HmmEnsemble)]
    if not found:
        raise InvalidValueError(f"{path} has no HmmEnsemble; name files of bars instead")
    done: set[tuple[str, str]] = set()
    for strategy in found:
        wanted = next(each for each in strategy.tunings() if each.kind == "model")
        if (wanted.path, wanted.name) in done:
            continue
        done.add((wanted.path, wanted.name))
        params = strategy.params
        bars = next(
            each
            for each in assembly.streams
            if isinstance(each, BarColumns) and each.instrument_id == strategy.instrument_id
        )
        yield Task(
            bars=_cut(bars, params.timeframe, asked),
            name=asked.name or wanted.name,
            models=assembly.folder / wanted.path,
            lesson=Lesson(
                window_bars=params.window_bars,
                short_bars=params.short_bars,
                rounds_max=asked.rounds_max,
                tolerance=asked.tolerance,
            ),
            data=tuple(
                _fingerprint(assembly.folder / each.path)
                for each in assembly.config.data
                if each.path is not None and strategy.instrument_id.startswith(each.instrument)
            ),
        )


def _task_of_file(path: Path, asked: Asked) -> Task:
    instrument = asked.instrument or _instrument_in(path)
    loaded = load(DataSpec(path=path, instrument=InstrumentId(instrument), kind=Kind.BARS))
    loaded.report.raise_if_unusable()
    assert isinstance(loaded.columns, BarColumns), "bars were asked for"
    return Task(
        bars=_cut(loaded.columns, asked.timeframe, asked),
        name=asked.name or name_of(instrument),
        models=asked.models,
        lesson=Lesson(
            window_bars=asked.window_bars,
            short_bars=asked.short_bars,
            rounds_max=asked.rounds_max,
            tolerance=asked.tolerance,
        ),
        data=(_fingerprint(path),),
    )


def _instrument_in(path: Path) -> str:
    markets = recording_info(path).markets
    if len(markets) != 1:
        have = ", ".join(markets[:5]) or "none"
        raise InvalidValueError(f"{path} names {have}; say --instrument, such as BTC/USDT")
    return markets[0]


def _cut(bars: BarColumns, timeframe: str, asked: Asked) -> BarColumns:
    """Return the bars of the wanted length and time."""
    timeframe_ns = parse_timeframe(timeframe)
    if timeframe_ns < bars.timeframe_ns:
        raise InvalidValueError(
            f"want bars of {timeframe}, the recording has {format_timeframe(bars.timeframe_ns)}; "
            f"say --timeframe {format_timeframe(bars.timeframe_ns)}"
        )
    made = bars if timeframe_ns == bars.timeframe_ns else aggregate(bars, timeframe_ns)
    return made.between(_instant(asked.start, 0), _instant(asked.end, _ALL_NS))


def _instant(text: str, default_ns: int) -> int:
    if not text:
        return default_ns
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValueError(
            f"want a time such as 2023-04-15 or 2023-04-15T12:00: {error}"
        ) from error
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()) * _SECOND_NS


def _fingerprint(path: Path) -> str:
    return f"{path.name} sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _learned(task: Task) -> Learned:
    with progress(f"training {task.name}", "steps") as tell:
        if tell is not None:
            tell(0, STEPS)
        return learn(
            task.bars,
            task.lesson,
            name=task.name,
            trained=utc_now(),
            data=task.data,
            progress=None if tell is None else lambda done: tell(done, STEPS),
        )


def _kept(task: Task, learned: Learned, *, promote: bool) -> dict[str, Any]:
    """Keep the model, give it its role, and return what is told of it."""
    registry = Registry(task.models)
    card = registry.add(learned.card)
    at = utc_now()
    if registry.ledger(card.name).current is None:
        registry.promote(card.name, card.version, at=at, why="the first version")
        role = "current"
    elif promote:
        registry.promote(card.name, card.version, at=at, why="train --promote")
        role = "current"
    else:
        registry.watch(card.name, card.version, at=at, why="trained")
        role = "candidate"
    return {
        "name": card.name,
        "version": card.version,
        "role": role,
        "sha256": hash_of(card),
        "models": str(task.models),
        "timeframe": card.timeframe,
        "rows": card.rows,
        "rounds": learned.rounds,
        "log_likelihood": learned.log_likelihood,
        "regimes": [
            {
                "regime": regime,
                "share": learned.shares[k],
                "stays_bars": learned.stay_bars[k],
                "drift": card.model.means[k][0],
                "volatility": card.model.means[k][1],
                "activity": card.model.means[k][2],
            }
            for k, regime in enumerate(REGIMES)
        ],
    }


def _lines(learned: Learned, told: dict[str, Any]) -> Iterator[str]:
    decides = "decides" if told["role"] == "current" else "is watched beside the one that decides"
    yield (
        f"{told['name']} v{told['version']} {decides}: {told['rows']:,} bars of "
        f"{told['timeframe']}, {learned.rounds} rounds, sha256 {told['sha256'][:12]}"
    )
    head = ("regime", "of the time", "lasts", "drift", "volatility", "activity")
    rows = [
        (
            each["regime"],
            f"{each['share']:.0%}",
            f"{each['stays_bars']:,.0f} bars",
            f"{each['drift']:+.2f}",
            f"{each['volatility']:+.2f}",
            f"{each['activity']:+.2f}",
        )
        for each in told["regimes"]
    ]
    yield from aligned(head, rows)
