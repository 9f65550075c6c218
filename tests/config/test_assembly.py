import sys
from decimal import Decimal

import pytest

from argonaut.config.assembly import assemble, hash_of
from argonaut.config.errors import ConfigError
from argonaut.config.load import check
from argonaut.engine.core import Engine
from argonaut.feeds.tape.cache import ColumnCache
from argonaut.risk.registry import CHECKS
from argonaut.strategies.momentum import Momentum
from argonaut.strategies.trend_follow import TrendFollow
from argonaut.venues.sim import NoFees
from tests.config.written import MOMENTUM, RECORDINGS, TREND, bars, minimal


def assembled(folder=RECORDINGS, **more):
    return assemble(check(minimal(**more), "config"), folder=folder)


def problems_of(**more):
    with pytest.raises(ConfigError) as refused:
        assembled(**more)
    return "\n".join(refused.value.problems)


def test_everything_a_run_needs_is_made_from_a_config():
    assembly = assembled(data=[bars("BTC"), bars("DOGE")])
    venue = assembly.venue()
    engine = Engine(assembly.setup(venue.capability))

    assert [each.instrument_id for each in assembly.instruments] == [
        "BTC/USDT@sim",
        "DOGE/USDT@sim",
    ]
    assert venue.balances == {"USDT": Decimal(10_000)}
    assert [each.instrument_id for each in engine.strategies()] == [
        "BTC/USDT@sim",
        "DOGE/USDT@sim",
    ]
    assert [(each.asset, each.amount) for each in assembly.deposits(7)] == [
        ("USDT", Decimal(10_000))
    ]


def test_venue_and_strategies_are_new_for_each_run():
    assembly = assembled()

    assert assembly.venue() is not assembly.venue()
    assert assembly.strategies()[0] is not assembly.strategies()[0]


def test_the_columns_come_out_of_a_cache(tmp_path):
    config = check(minimal(), "config")
    assemble(config, folder=RECORDINGS, cache=ColumnCache(tmp_path))

    again = assemble(config, folder=RECORDINGS, cache=ColumnCache(tmp_path))
    assert len(list(tmp_path.glob("*.columns"))) == 1
    assert len(again.streams[0]) == 1_440


def test_an_instrument_list_of_a_strategy_overrides_all_of_the_data():
    assembly = assembled(
        data=[bars("BTC"), bars("DOGE")],
        strategies=[
            {"id": "one", "class": MOMENTUM, "instruments": ["DOGE/USDT"]},
            {"id": "off", "class": TREND, "enabled": False},
            {"id": "all", "class": TREND},
        ],
    )

    made = [(each.strategy_id, each.instrument_id, type(each)) for each in assembly.strategies()]
    assert made == [
        ("one", "DOGE/USDT@sim", Momentum),
        ("all", "BTC/USDT@sim", TrendFollow),
        ("all", "DOGE/USDT@sim", TrendFollow),
    ]


def test_a_dry_run_has_no_seat_in_the_account():
    assembly = assembled(
        strategies=[
            {"id": "dry", "class": MOMENTUM, "dry_run": True},
            {"id": "real", "class": MOMENTUM},
            {"id": "off", "class": MOMENTUM, "dry_run": True, "enabled": False},
        ]
    )
    setup = assembly.setup(assembly.venue().capability)

    assert assembly.on_trial == {"dry"}
    assert {each.strategy_id for each in setup.strategies} == {"real"}


def test_a_listed_check_replaces_the_default_in_its_place():
    assembly = assembled(
        risk={
            "checks": [
                {"check": "max_positions", "params": {"max_count": 2}},
                {"check": "daily_loss", "enabled": False},
            ]
        }
    )

    codes = [each.code for each in assembly.checks()]
    assert codes == [code for code in CHECKS if code not in ("daily_loss", "budget", "universe")]
    assert next(each for each in assembly.checks() if each.code == "max_positions").max_count == 2


def test_only_the_listed_checks_in_their_order():
    checks = [{"check": "order_rate"}, {"check": "drawdown"}, {"check": "mode", "enabled": False}]

    assembly = assembled(risk={"only": True, "checks": checks})
    assert [each.code for each in assembly.checks()] == ["order_rate", "drawdown"]


def test_a_check_of_a_class_path_stands_in_for_its_code():
    check_of_path = {"check": "modules.risk.positions.MaxPositions", "params": {"max_count": 3}}

    found = [
        each
        for each in assembled(risk={"checks": [check_of_path]}).checks()
        if each.code == "max_positions"
    ]
    assert [each.max_count for each in found] == [3]


def test_a_model_may_be_named_short_and_switched_off():
    fees = {"class": "MakerTaker", "params": {"taker": 0.0005}}

    short = assembled(venue={"fees": fees})
    off = assembled(venue={"fees": {**fees, "enabled": False}})
    every = {
        name: {"class": "x.y.Z", "enabled": False}
        for name in ("fees", "slippage", "latency", "participation")
    }

    assert short._model("fees", short.config.venue.fees).taker == Decimal("0.0005")
    assert isinstance(off._model("fees", off.config.venue.fees), NoFees)
    assert assembled(venue=every).venue()


def test_dice_of_a_model_fall_by_the_seed_of_the_config():
    latency = {"class": "JitterLatency", "params": {"jitter_ms": 40}}

    def delays(**more):
        assembly = assembled(venue={"latency": latency}, **more)
        return assembly._model("latency", assembly.config.venue.latency).delay_ns()

    assert delays(seed=1) == delays(seed=1)
    assert delays(seed=1) != delays(seed=2)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"strategies": [{"id": "a", "class": "argonaut.strategies.trend.TrendFollow"}]},
            "strategies.a: argonaut.strategies.trend.TrendFollow: there is no module",
        ),
        (
            {"strategies": [{"id": "a", "class": "argonaut.engine.core.Engine"}]},
            "strategies.a: argonaut.engine.core.Engine is no Strategy",
        ),
        (
            {"strategies": [{"id": "a", "class": MOMENTUM, "params": {"fast": 1}}]},
            "strategies.a: Momentum has no parameter 'fast'",
        ),
        (
            {"strategies": [{"id": "a", "class": MOMENTUM, "instruments": ["BTC/USD"]}]},
            "strategies.a: BTC/USD has no recording under data; did you mean 'BTC/USDT'?",
        ),
        (
            {"strategies": [{"id": "a", "class": MOMENTUM}, {"id": "a", "class": MOMENTUM}]},
            "two strategies are called a at BTC/USDT@sim; ids must differ",
        ),
        (
            {"strategies": [{"id": "a", "class": TREND, "params": {"timeframe": "90s"}}]},
            "strategies.a: wants bars of 90s",
        ),
        ({"risk": {"checks": [{"check": "drawdwon"}]}}, "risk: there is no check 'drawdwon'"),
        (
            {"risk": {"checks": [{"check": "drawdown", "params": {"limit_fraction": 15}}]}},
            "risk: Drawdown: want 0 < limit_fraction <= 1",
        ),
        (
            {"risk": {"checks": [{"check": "argonaut.venues.sim.NoFees"}]}},
            "risk: argonaut.venues.sim.NoFees is no check",
        ),
        ({"instruments": {"ETH/USDT": {}}}, "instruments: ETH/USDT has no recording under data"),
        (
            {"venue": {"fees": {"class": "MakerTakr"}}},
            "venue.fees: argonaut.venues.sim.MakerTakr: argonaut.venues.sim has no class",
        ),
        (
            {"venue": {"fees": {"class": "MakerTaker", "params": {"maker": 2}}}},
            "venue.fees: MakerTaker: want -1 < maker < 1",
        ),
        ({"venue": {"class": "argonaut.engine.core.Engine"}}, "venue: argonaut.engine.core.Engine"),
        ({"venue": {"params": {"zzz": 1}}}, "venue.params: TypeError: "),
        ({"data": [bars(instrument="BTC-USDT")]}, "want BASE/QUOTE such as BTC/USDT"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_does_not_fit_together_is_told_before_anything_starts(more, said):
    assert said in problems_of(**more)


def test_problems_of_venue_risk_and_strategies_are_told_at_once():
    said = problems_of(
        strategies=[
            {"id": "a", "class": MOMENTUM, "params": {"zzz": 1}},
            {"id": "b", "class": "os.system"},
            {"id": "c", "class": MOMENTUM, "instruments": ["X/Y"]},
        ],
        risk={"checks": [{"check": "nix"}, {"check": "drawdown", "params": {"x": 1}}]},
        venue={"fees": {"class": "Nix"}, "slippage": {"class": "Nix"}},
    )

    assert said.count("\n") == 6


def test_signals_alone_are_no_market(tmp_path):
    (tmp_path / "s.jsonl").write_text(
        '{"ts_ns": 1620000000000000000, "id": "1", "source": "s", "instrument": "A/B",'
        ' "side": "buy"}\n'
    )

    said = problems_of(folder=tmp_path, data=[{"path": "s.jsonl", "kind": "signals"}])
    assert "want market data of at least one instrument, not signals alone" in said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise KeyError('why')", "my_odd.bot.Odd: KeyError: 'why'"),
        ("super().__init__(*args)", "my_odd.bot.Odd: TypeError: "),
    ],
)
def test_a_strategy_that_cannot_be_made_is_quoted(tmp_path, body, said):
    (tmp_path / "my_odd").mkdir()
    (tmp_path / "my_odd" / "bot.py").write_text(
        "from dataclasses import dataclass\n"
        "from argonaut.strategies.interface import Strategy\n"
        "@dataclass(frozen=True)\n"
        "class Params: pass\n"
        "class Odd(Strategy):\n"
        f"    def __init__(self, *args):\n        {body}\n"
    )
    try:
        found = problems_of(
            folder=tmp_path,
            strategies=[{"id": "odd", "class": "my_odd.bot.Odd"}],
            plugins={"allow": ["my_odd"]},
        )
    finally:
        sys.modules.pop("my_odd.bot", None)

    assert said in found


def test_the_hash_is_of_what_decides():
    """Otherwise a faster demo could not go on with the journal of a slower one."""
    one = check(minimal(), "config")
    same = check(
        minimal(mode="paper", name="x", paper={"speed": 9}, journal={"path": "j.db"}), "config"
    )
    other = check(minimal(equity_sample_s=60), "config")

    assert hash_of(one) == hash_of(same)
    assert hash_of(one) != hash_of(other)
