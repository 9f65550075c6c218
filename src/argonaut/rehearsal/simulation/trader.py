"""The shipped trader as the program of a simulated machine: nothing in it is made for simulation.

Each life is what `argonaut run` does: open the journal, recover, trade, until it is stopped or the
machine dies. Injected are the clock, the dice, the connector and the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from argonaut.config.assembly import Assembly, assemble
from argonaut.config.errors import ConfigError
from argonaut.config.layers import Variables, lay
from argonaut.config.load import check
from argonaut.config.schema import Config
from argonaut.domain.secret import Secret
from argonaut.journal.meta import Meta
from argonaut.journal.row import Row
from argonaut.journal.writer import open_journal
from argonaut.monitoring.logs import LogObserver
from argonaut.rehearsal.binance.access import ApiKey
from argonaut.rehearsal.simulation.clock import SimClock
from argonaut.rehearsal.simulation.dice import Dice
from argonaut.rehearsal.simulation.disk import Mount, SimDisk
from argonaut.rehearsal.simulation.host import Life
from argonaut.rehearsal.simulation.mistakes import (
    CONFIG_MISTAKES,
    KEY_MISTAKES,
    PLACE_MISTAKES,
    Mistake,
    in_force,
)
from argonaut.rehearsal.simulation.net import SimConnector, SimNet
from argonaut.rehearsal.simulation.plan import FaultPlan
from argonaut.rehearsal.simulation.tapped import TappedEmergency, TappedJournal
from argonaut.rehearsal.simulation.venue_host import PORT, STREAM_PORT, WS_API_PORT
from argonaut.runtime.emergency import MemoryEmergency
from argonaut.runtime.lease import new_tag
from argonaut.runtime.live import LiveRun
from argonaut.venues.binance.adapter import BinanceSpot
from argonaut.venues.binance.settings import BinanceSettings

JOURNAL = Path("journal.db")
STRATEGY = "detector"
_HOST = "127.0.0.1"
_SOURCE = "the simulated config"
SNAPSHOT_ROWS = 150  # often, so that most recoveries start from a snapshot and fold the rest
_VENUE = "argonaut.venues.binance.adapter.BinanceSpot"


class Trader:
    """Makes lives. `run` is the last; `on_ready` hears of each that recovered, and its epoch."""

    def __init__(
        self,
        plan: FaultPlan,
        net: SimNet,
        clock: SimClock,
        key: ApiKey,
        *,
        on_ready: Callable[[Life, str], None],
        on_commit: Callable[[Life, int, list[tuple[str, str]]], None],
        mistakes: Sequence[Mistake] = (),
        on_mistake: Callable[[Mistake], None] = lambda _: None,
    ) -> None:
        self.assembly = assembly_of(plan)
        self.run: LiveRun | None = None
        self.venue: BinanceSpot | None = None  # of the last life
        self._plan = plan
        self._net = net
        self._clock = clock
        self._key = key
        self._on_ready = on_ready
        self._on_commit = on_commit
        self._mistakes = mistakes
        self._on_mistake = on_mistake
        self._emergency = MemoryEmergency()  # a file of its own, which the disk's faults spare

    async def __call__(self, life: Life) -> None:
        """Live one life.

        Raises:
            ConfigError: It was started under a mistake in its config.
        """
        self.run = None
        mistake = in_force(self._mistakes, self._net.loop.now_ns)
        if mistake is not None:
            self._on_mistake(mistake)
            refuse_mistaken(self._plan, mistake.name)
        rng = Dice(self._plan.seed, f"bot {life.owner.name}")
        journal = self._journal(life, rng)
        venue = self.venue = self._venue(rng, "" if mistake is None else mistake.name)
        run = self.run = LiveRun(
            self.assembly,
            venue,
            journal,
            self._clock,
            rng,
            observers=(LogObserver(),),
            emergency=TappedEmergency(
                self._emergency,
                point=self._net.loop.point,
                on_commit=lambda seq, rows: self._on_commit(life, seq, rows),
            ),
        )
        try:
            await run.start()
            self._on_ready(life, run.epoch)
            await run.run()
        finally:
            run.close()

    @property
    def dropped(self) -> int:
        """How many messages of its venue the last life refused to believe."""
        in_loop = self.run.loop.dropped if self.run is not None and self.run.has_engine else 0
        return in_loop + (0 if self.venue is None else self.venue.dropped)

    @property
    def lateness_ns(self) -> int:
        """How long after it was sent a request of the adapter may still arrive."""
        return self._settings().lateness_ns

    def _journal(self, life: Life, rng: Dice) -> TappedJournal:
        config = self.assembly.config
        meta = Meta(
            config_hash=self.assembly.config_hash,
            run={"name": config.name, "tag": new_tag(rng)},
        )
        journal = open_journal(
            JOURNAL,
            meta,
            clock=self._clock,
            pid=life.number,
            mode=config.mode,
            vfs=life.mount.name,
            from_snapshot=True,
        )
        return TappedJournal(
            journal,
            point=self._net.loop.point,
            on_commit=lambda seq, rows: self._on_commit(life, seq, rows),
        )

    def _venue(self, rng: Dice, mistake: str) -> BinanceSpot:
        return BinanceSpot(
            self._settings(mistake),
            self.assembly.names,
            clock=self._clock,
            rng=rng,
            connector=lambda: SimConnector(self._net),
            market=self.assembly.feeds,
        )

    def _settings(self, mistake: str = "") -> BinanceSettings:
        change = KEY_MISTAKES.get(mistake)
        key = self._key if change is None else change(self._key)
        right = {
            "rest_url": f"http://{_HOST}:{PORT}",
            "stream_url": f"ws://{_HOST}:{STREAM_PORT}",
            "ws_api_url": f"ws://{_HOST}:{WS_API_PORT}/ws-api/v3",
        }
        return BinanceSettings(
            api_key=Secret(key.key),
            api_secret=Secret(key.secret),
            keeps_books=self._plan.market.keeps_books,
            **{**right, **PLACE_MISTAKES.get(mistake, {})},
        )


def rows_on(disk: SimDisk, clock: SimClock, assembly: Assembly) -> tuple[Row, ...]:
    """Return the rows of the journal as the disk has them, of a machine that is off."""
    if str(JOURNAL) not in disk.files:
        return ()
    mount = Mount(f"reader-{id(disk)}", disk)
    meta = Meta(config_hash=assembly.config_hash)
    journal = open_journal(JOURNAL, meta, clock=clock, pid=0, mode="read", vfs=mount.name)
    with closing(journal):
        return tuple(journal.rows())


def assembly_of(plan: FaultPlan) -> Assembly:
    """Return the trader's config for a plan, checked and assembled as any other."""
    return _assembled(plan.market.symbols, str(plan.symbol_cap), str(plan.account_cap))


def refuse_mistaken(plan: FaultPlan, mistake: str) -> None:
    """Read the config of a plan with a mistake in it; one about keys or places is none of its.

    Raises:
        ConfigError: There is one.
    """
    raw = _raw_config(plan.market.symbols, str(plan.symbol_cap), str(plan.account_cap))
    if mistake in CONFIG_MISTAKES:
        CONFIG_MISTAKES[mistake](raw)
        assemble(_checked(raw), folder=Path())


@lru_cache(maxsize=16)
def _assembled(symbols: tuple[str, ...], symbol_cap: str, account_cap: str) -> Assembly:
    """Assemble once for all runs of a process that trade under the same limits."""
    return assemble(_checked(_raw_config(symbols, symbol_cap, account_cap)), folder=Path())


def _checked(raw: dict[str, Any]) -> Config:
    """Read a config as one from a file is: variables, then every check."""
    layers = lay(raw, Variables({}, {}), ())
    if layers.problems:
        raise ConfigError(_SOURCE, layers.problems)
    return check(layers.raw, _SOURCE)


def _raw_config(symbols: tuple[str, ...], symbol_cap: str, account_cap: str) -> dict[str, Any]:
    return {
        "mode": "rehearse",
        "name": "simulation",
        "data": [
            {"instrument": name, **kind}
            for name in symbols
            for kind in ({"kind": "quotes"}, {"kind": "bars", "timeframe": "1m"})
        ],
        "venue": {"class": _VENUE, "params": {"api_key": "none", "api_secret": "none"}},
        "strategies": [
            {
                "id": STRATEGY,
                "class": "argonaut.strategies.detector_driven.DetectorDriven",
                "params": {"stop_fraction": None, "ttl_s": 86_400.0},
            }
        ],
        "risk": {
            "checks": [
                {"check": "symbol_exposure", "params": {"gross_quote": symbol_cap}},
                {"check": "account_exposure", "params": {"gross_quote": account_cap}},
                {"check": "drawdown"},
            ]
        },
        "journal": {"path": str(JOURNAL), "snapshot_rows": SNAPSHOT_ROWS},
    }
