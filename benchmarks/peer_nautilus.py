"""NautilusTrader, stable (1, Cython) or new (2, Rust), on both workloads; run by `peers.py`.

Its own indicators do the averages (compiled, faster than the same in Python), logging is off, the
risk engine and all else are as installed. `bars-silent` decides and sends nothing: the difference
to `bars` is what its orders cost. Usage: `peer_nautilus.py bars|bars-silent|trades FOLDER`.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from decimal import Decimal
from pathlib import Path
from typing import Any

import nautilus_trader  # type: ignore[import-not-found]
import nautilus_trader.indicators as ind  # type: ignore[import-not-found]
import nautilus_trader.model as nt  # type: ignore[import-not-found]

from benchmarks import rules
from benchmarks.columns import read_column
from benchmarks.outcome import Outcome, peak_rss_mb, report

SECOND = nautilus_trader.__version__.startswith("2")
if SECOND:
    import nautilus_trader.backtest as engines  # type: ignore[import-not-found]
    import nautilus_trader.common as logs  # type: ignore[import-not-found]
    import nautilus_trader.execution as fees  # type: ignore[import-not-found]
    import nautilus_trader.model as enums
    import nautilus_trader.model as instruments
    import nautilus_trader.trading as plans  # type: ignore[import-not-found]
else:
    import nautilus_trader.backtest.engine as engines  # type: ignore[import-not-found]
    import nautilus_trader.config as logs  # type: ignore[import-not-found]
    import nautilus_trader.trading.strategy as plans  # type: ignore[import-not-found]
    from nautilus_trader.model import enums, instruments

    plans.StrategyConfig = logs.StrategyConfig

VENUE = nt.Venue("SIM")
INSTRUMENT = nt.InstrumentId(nt.Symbol("BTCUSDT"), VENUE)
BARS = nt.BarType.from_str("BTCUSDT.SIM-1-MINUTE-LAST-EXTERNAL")
QUOTE = nt.Currency.from_str("USDT")
BASE = nt.Currency.from_str("BTC")
ONE = nt.Quantity.from_int(1)
RATIO = rules.BASELINE_NS // rules.WINDOW_NS


class Cross(plans.Strategy):  # type: ignore[misc]
    """Hold one unit while the fast average is above the slow one."""

    def __init__(self, config: Any = None) -> None:
        super().__init__(config)
        self.fast = ind.SimpleMovingAverage(rules.FAST_BARS)
        self.slow = ind.SimpleMovingAverage(rules.SLOW_BARS)
        self.seen = 0
        self.above: bool | None = None
        self.long = False
        self.silent = False

    def on_start(self) -> None:
        """Register what is needed."""
        self.register_indicator_for_bars(BARS, self.fast)
        self.register_indicator_for_bars(BARS, self.slow)
        self.subscribe_bars(BARS)

    def on_bar(self, _bar: Any) -> None:
        """Deal when the averages change places."""
        self.seen += 1
        if self.seen < rules.SLOW_BARS:
            return
        fast, slow = self.fast.value, self.slow.value
        if fast == slow or (fast > slow) == self.above:
            return
        if self.above is not None:
            if fast > slow:
                self.deal(enums.OrderSide.BUY, long=True)
            elif self.long:
                self.deal(enums.OrderSide.SELL, long=False)
        self.above = fast > slow

    def deal(self, side: Any, *, long: bool) -> None:
        """Send a market order of one unit."""
        if not self.silent:
            self.submit_order(self.order_factory.market(INSTRUMENT, side, ONE))
        self.long = long


class Burst(plans.Strategy):  # type: ignore[misc]
    """Buy a fast rise on heavy volume, with a target and a stop."""

    def __init__(self, config: Any = None) -> None:
        super().__init__(config)
        self.window: deque[tuple[int, float, float]] = deque()
        self.baseline: deque[tuple[int, float]] = deque()
        self.window_volume = 0.0
        self.baseline_volume = 0.0
        self.next_entry_ns = 0
        self.long = False
        self.seen = 0

    def on_start(self) -> None:
        """Register what is needed."""
        subscribe = self.subscribe_trades if SECOND else self.subscribe_trade_ticks
        subscribe(INSTRUMENT)

    def on_trade(self, trade: Any) -> None:
        """Keep both windows; enter when price and volume agree."""
        self.seen += 1
        now_ns, price, size = trade.ts_event, float(trade.price), float(trade.size)
        if self.next_entry_ns == 0:
            self.next_entry_ns = now_ns + rules.BASELINE_NS
        window, baseline = self.window, self.baseline
        window.append((now_ns, price, size))
        baseline.append((now_ns, size))
        self.window_volume += size
        self.baseline_volume += size
        while window[0][0] <= now_ns - rules.WINDOW_NS:
            self.window_volume -= window.popleft()[2]
        while baseline[0][0] <= now_ns - rules.BASELINE_NS:
            self.baseline_volume -= baseline.popleft()[1]
        if (
            price - window[0][1] >= rules.RISE_TICKS
            and self.window_volume * RATIO >= rules.SPIKE * self.baseline_volume
            and not self.long
            and now_ns >= self.next_entry_ns
        ):
            self.enter(int(price))
            self.next_entry_ns = now_ns + rules.COOLDOWN_NS

    on_trade_tick = on_trade  # its name in version 1

    def enter(self, price: int) -> None:
        """Buy one unit between a limit above and a stop below."""
        orders = self.order_factory.bracket(
            INSTRUMENT,
            enums.OrderSide.BUY,
            ONE,
            tp_price=nt.Price.from_int(price + rules.TAKE_PROFIT_TICKS),
            tp_post_only=False,
            sl_trigger_price=nt.Price.from_int(price - rules.STOP_TICKS),
        )
        self.submit_order_list(orders)
        self.long = True

    def on_position_closed(self, _event: Any) -> None:
        """Allow the next entry."""
        self.long = False


def bar_objects(folder: Path) -> list[Any]:
    """Build one Bar a row."""
    names = ("close_ns", "open", "high", "low", "close", "volume")
    columns = [read_column(folder, name) for name in names]
    price, quantity, bar = nt.Price.from_int, nt.Quantity.from_int, nt.Bar
    return [
        bar(BARS, price(o), price(h), price(low), price(c), quantity(v), ns, ns)
        for ns, o, h, low, c, v in zip(*columns, strict=True)
    ]


def trade_objects(folder: Path) -> list[Any]:
    """Build one TradeTick a row."""
    columns = [read_column(folder, name) for name in ("time_ns", "price", "size")]
    price, quantity = nt.Price.from_int, nt.Quantity.from_int
    side, name, tick = enums.AggressorSide.NO_AGGRESSOR, nt.TradeId, nt.TradeTick
    return [
        tick(INSTRUMENT, price(p), quantity(s), side, name(str(row)), ns, ns)
        for row, (ns, p, s) in enumerate(zip(*columns, strict=True))
    ]


def build_engine() -> Any:
    """Make an engine with one cash venue and one instrument of tick 1 and lot 1."""
    fee = Decimal(rules.FEE_PER_MILLE) / 1000
    if SECOND:
        quiet = logs.LoggerConfig(stdout_level=logs.LogLevel.OFF, bypass_logging=True)
        venue_fees = {"fee_model": fees.MakerTakerFeeModel(fee, fee)}
        instrument_fees = {}
    else:
        quiet = logs.LoggingConfig(bypass_logging=True)
        venue_fees = {}
        instrument_fees = {"maker_fee": fee, "taker_fee": fee}
    engine = engines.BacktestEngine(engines.BacktestEngineConfig(logging=quiet, run_analysis=False))
    engine.add_venue(
        VENUE,
        enums.OmsType.NETTING,
        enums.AccountType.CASH,
        [nt.Money(rules.START_CASH, QUOTE), nt.Money(0, BASE)],
        **venue_fees,
    )
    symbol, tick = nt.Symbol("BTCUSDT"), nt.Price.from_int(1)
    pair = (INSTRUMENT, symbol, BASE, QUOTE, 0, 0, tick, ONE, 0, 0)
    engine.add_instrument(instruments.CurrencyPair(*pair, **instrument_fees))
    return engine


def main(workload: str, folder: Path) -> None:
    """Run one workload and report it."""
    started = time.perf_counter()
    bars = workload.startswith("bars")
    data = bar_objects(folder) if bars else trade_objects(folder)
    rows = len(data)
    engine = build_engine()
    engine.add_data(data)
    del data
    config = plans.StrategyConfig(log_events=False, log_commands=False)
    strategy = Cross(config) if bars else Burst(config)
    strategy.silent = workload == "bars-silent"
    engine.add_strategy(strategy)
    loaded, cpu = time.perf_counter(), time.process_time()
    engine.run()
    run_s, run_cpu_s = time.perf_counter() - loaded, time.process_time() - cpu

    assert strategy.seen == rows, f"strategy saw {strategy.seen} of {rows} rows"
    account = engine.cache.account_for_venue(VENUE)
    cash, units = (account.balance_total(kind).as_decimal() for kind in (QUOTE, BASE))
    filled = [order for order in engine.cache.orders() if order.filled_qty.as_decimal() > 0]
    last = read_column(folder, "close" if bars else "price")[-1]
    report(
        Outcome(
            engine=f"NautilusTrader {nautilus_trader.__version__}",
            workload=workload,
            rows=rows,
            load_s=loaded - started,
            run_s=run_s,
            run_cpu_s=run_cpu_s,
            peak_rss_mb=peak_rss_mb(),
            orders=len(filled),
            entries=sum(order.is_buy for order in filled),
            profit_mille=int((cash + units * last - rules.START_CASH) * 1000),
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
