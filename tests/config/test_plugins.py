import os
import sys
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argonaut.config.errors import PluginError
from argonaut.config.plugins import ALIASES, build, check_params, load_class, params_of, resolve
from argonaut.risk.drawdown import Drawdown
from argonaut.strategies import momentum
from argonaut.strategies.momentum import Momentum
from argonaut.venues.sim import FixedBps, JitterLatency, NoFees

OWN = """
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from subprocess import Popen

from argonaut.strategies.interface import Strategy

@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    bars: int = 3

class Own(Strategy):
    def __init__(self, strategy_id, instrument_id, params):
        super().__init__(strategy_id, instrument_id)
        self.params = params
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with a user's strategy, whose modules are forgotten after the test."""
    before = set(sys.modules)
    package = tmp_path / "my_bots"
    package.mkdir()
    (package / "own.py").write_text(OWN)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith("my_bots"):
            del sys.modules[name]


def problem_of(class_path, *, allow=(), folder=None):
    with pytest.raises(PluginError) as refused:
        load_class(class_path, allow=allow, folder=folder)
    (problem,) = refused.value.problems
    assert problem.startswith(f"{class_path}: ")
    return problem


def test_a_strategy_of_ours_needs_no_allowance():
    assert load_class("argonaut.strategies.momentum.Momentum", allow=()) is Momentum


@pytest.mark.parametrize("old", ALIASES)
def test_the_older_spelling_names_the_same(old):
    assert resolve(f"{old}.x.Y") == f"{ALIASES[old]}.x.Y"


def test_an_alias_is_a_prefix_of_whole_names():
    assert resolve("modules.strategyx.Y") == "modules.strategyx.Y"


def test_the_older_spelling_loads():
    assert load_class("modules.strategy.momentum.Momentum", allow=()) is Momentum


@pytest.mark.parametrize(
    "class_path",
    [
        "os.system",
        "subprocess.Popen",
        "builtins.eval",
        "argonautx.strategies.X",
        "my_bots.own.Own",
        "pathlib.Path",
    ],
)
def test_what_is_not_allowed_is_refused_and_not_imported(class_path, folder):
    problem = problem_of(class_path, folder=folder)

    assert "not allowed" in problem
    assert f"add {class_path.partition('.')[0]!r} to plugins.allow" in problem
    assert "my_bots.own" not in sys.modules


@pytest.mark.parametrize(
    "class_path",
    ["", "Momentum", "a..b", "../evil.X", "argonaut/strategies.X", "argonaut.__main__.X", "a b.C"],
)
def test_what_is_no_dotted_path_is_refused(class_path):
    assert "want a dotted path such as" in problem_of(class_path, allow=("a", "argonaut"))


@given(st.text(max_size=60))
def test_no_class_path_imports_what_is_not_allowed(class_path):
    before = set(sys.modules)

    with pytest.raises(PluginError):
        load_class(class_path, allow=())
    assert set(sys.modules) == before


def test_a_file_beside_the_config_is_loaded_once(folder):
    first = load_class("my_bots.own.Own", allow=("my_bots",), folder=folder)
    second = load_class("my_bots.own.Own", allow=("my_bots",), folder=folder)

    assert first is second
    assert first.__name__ == "Own"


def test_two_folders_have_strategies_of_one_name(folder, tmp_path_factory):
    """Otherwise the second config would trade with the first one's code."""
    other = tmp_path_factory.mktemp("other")
    (other / "my_bots").mkdir()
    (other / "my_bots" / "own.py").write_text(OWN.replace("bars: int = 3", "bars: int = 9"))

    here = load_class("my_bots.own.Own", allow=("my_bots",), folder=folder)
    there = load_class("my_bots.own.Own", allow=("my_bots",), folder=other)

    assert here is not there
    assert params_of(there)().bars == 9


def test_a_file_imports_the_file_beside_it(folder):
    (folder / "my_bots" / "sums.py").write_text("ANSWER = 42\n")
    (folder / "my_bots" / "user.py").write_text(
        "from my_bots.sums import ANSWER\nclass User:\n    answer = ANSWER\n"
    )
    path_before = list(sys.path)

    assert load_class("my_bots.user.User", allow=("my_bots",), folder=folder).answer == 42
    assert sys.path == path_before


def test_a_name_of_ours_is_never_looked_for_beside_the_config(folder):
    """A file called argonaut/strategies/momentum.py may not stand in for the real one."""
    fake = folder / "argonaut" / "strategies"
    fake.mkdir(parents=True)
    (fake / "momentum.py").write_text("class Momentum: pass\n")

    found = load_class("argonaut.strategies.momentum.Momentum", allow=(), folder=folder)
    assert found is Momentum


@pytest.mark.parametrize("name", ["Path", "Popen", "Decimal"])
def test_what_a_file_merely_imported_is_not_a_class_of_its_own(folder, name):
    problem = problem_of(f"my_bots.own.{name}", allow=("my_bots",), folder=folder)

    assert "not allowed: it is" in problem


def test_a_file_that_everyone_may_write_is_refused(folder):
    (folder / "my_bots" / "own.py").chmod(0o666)

    problem = problem_of("my_bots.own.Own", allow=("my_bots",), folder=folder)
    assert "may be written by everyone; chmod o-w it first" in problem


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(folder):
    os.chown(folder / "my_bots" / "own.py", 12345, 12345)

    problem = problem_of("my_bots.own.Own", allow=("my_bots",), folder=folder)
    assert "belongs to user 12345, want 0 or root" in problem


def test_a_module_that_is_not_there_is_named_with_the_file_looked_for(folder):
    problem = problem_of("my_bots.absent.X", allow=("my_bots",), folder=folder)

    assert "there is no module 'my_bots" in problem
    assert "absent.py" in problem


def test_a_class_that_is_not_there_is_told_the_nearest(folder):
    problem = problem_of("my_bots.own.Onw", allow=("my_bots",), folder=folder)

    assert "my_bots.own has no class 'Onw'; did you mean 'Own'?" in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise KeyError('x')", "my_bots.bad raised KeyError: 'x'"),
        ("def f(:\n", "my_bots.bad raised SyntaxError: "),
        ("import absent_module_of_nobody", "there is no module 'absent_module_of_nobody'"),
        ("1 / 0", "my_bots.bad raised ZeroDivisionError: division by zero"),
    ],
)
def test_a_file_that_cannot_be_run_says_why_and_is_forgotten(folder, text, said):
    (folder / "my_bots" / "bad.py").write_text(text)

    assert said in problem_of("my_bots.bad.X", allow=("my_bots",), folder=folder)
    assert "my_bots.bad" not in sys.modules


def test_parameters_are_given_their_declared_types():
    params = check_params(Momentum, momentum.Params, {"notional_quote": 0.1, "baseline_bars": 9})

    assert params.notional_quote == Decimal("0.1")
    assert params.baseline_bars == 9


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            {"rise_fracton": 1},
            "Momentum has no parameter 'rise_fracton'; did you mean 'rise_fraction'?",
        ),
        ({"zzz": 1}, "Momentum has no parameter 'zzz'; it takes source, rise_fraction"),
        (
            {"baseline_bars": "6"},
            "Momentum.baseline_bars: input should be a valid integer, not '6'",
        ),
        ({"baseline_bars": 6.0}, "Momentum.baseline_bars: input should be a valid integer"),
        ({"rise_fraction": True}, "Momentum.rise_fraction: input should be a valid number"),
        ({"rise_fraction": "a"}, "Momentum.rise_fraction: input should be a valid number"),
        ({"source": "ticks"}, "Momentum.source: input should be 'bars' or 'trades', not 'ticks'"),
        ({"rise_fraction": 1.8}, "Momentum: want 0 < rise_fraction < 1 (0.018 is 1.8 percent)"),
        ({"rise_fraction": float("nan")}, "Momentum: want 0 < rise_fraction < 1"),
    ],
)
def test_a_wrong_parameter_is_named(raw, said):
    with pytest.raises(PluginError) as refused:
        check_params(Momentum, momentum.Params, raw)
    (problem,) = refused.value.problems
    assert problem.startswith(said)


def test_every_wrong_parameter_is_told_at_once():
    with pytest.raises(PluginError) as refused:
        check_params(Momentum, momentum.Params, {"zzz": 1, "source": 3, "window_s": "x"})

    assert len(refused.value.problems) == 3


def test_a_missing_parameter_is_named():
    class Needs:
        def __init__(self, bars: int) -> None:
            self.bars = bars

    with pytest.raises(PluginError, match="Needs wants the parameter 'bars'"):
        check_params(Needs, Needs, {})
    assert check_params(Needs, Needs, {"bars": 3}).bars == 3


def test_types_that_are_equal_but_for_their_order_keep_their_own_order():
    """What was read of a type is kept, and `int | Decimal == Decimal | int`."""

    class Whole:
        def __init__(self, bars: int | Decimal) -> None:
            self.bars = bars

    class Exact:
        def __init__(self, bars: Decimal | int) -> None:
            self.bars = bars

    assert type(check_params(Whole, Whole, {"bars": "3"}).bars) is int
    assert type(check_params(Exact, Exact, {"bars": "3"}).bars) is Decimal


def test_a_type_without_a_hash_is_checked_too():
    class Odd:
        def __init__(self, bars: Annotated[int, ["a list has no hash"]]) -> None:
            self.bars = bars

    assert check_params(Odd, Odd, {"bars": 3}).bars == 3
    with pytest.raises(PluginError, match=r"Odd\.bars"):
        check_params(Odd, Odd, {"bars": "many"})


def test_more_keywords_than_are_named_are_not_asked_for():
    class Open:
        def __init__(self, bars: int = 1, **more: int) -> None:
            self.bars = bars

    assert check_params(Open, Open, {}).bars == 1


def test_a_plug_in_may_raise_anything_and_is_quoted():
    class Odd:
        def __init__(self) -> None:
            raise KeyError("why")

    with pytest.raises(PluginError, match="Odd raised KeyError: 'why'"):
        check_params(Odd, Odd, {})


def test_a_type_nobody_knows_is_a_problem_of_the_plug_in():
    class Odd:
        def __init__(self, bars: "Absent" = 1) -> None:  # type: ignore[name-defined]  # noqa: F821
            self.bars = bars

    with pytest.raises(PluginError, match="a type of its parameters is unknown"):
        check_params(Odd, Odd, {"bars": 1})


def test_a_parameter_without_a_type_takes_what_there_is():
    class Loose:
        def __init__(self, bars=1):
            self.bars = bars

    assert check_params(Loose, Loose, {"bars": "x"}).bars == "x"


def test_a_model_is_its_own_parameters():
    made = build("argonaut.venues.sim.FixedBps", {"bps": 2.5}, allow=())

    assert made == FixedBps(Decimal("2.5"))
    assert build("argonaut.venues.sim.JitterLatency", {"seed": 5}, allow=()).delay_ns() == (
        JitterLatency(seed=5).delay_ns()
    )
    assert isinstance(build("argonaut.venues.sim.NoFees", {}, allow=()), NoFees)


def test_a_model_without_parameters_says_so():
    with pytest.raises(PluginError, match="NoFees has no parameter 'maker'; it takes none"):
        build("argonaut.venues.sim.NoFees", {"maker": 1}, allow=())


def test_a_check_takes_words_for_its_choices():
    made = build("argonaut.risk.notional.MaxNotional", {"on_excess": "refuse"}, allow=())

    assert made.on_excess.value == "refuse"
    with pytest.raises(PluginError, match="on_excess: input should be 'clip' or 'refuse'"):
        build("argonaut.risk.notional.MaxNotional", {"on_excess": "ask"}, allow=())


def test_a_percentage_where_a_fraction_is_wanted_is_refused():
    with pytest.raises(PluginError, match=r"0.15 is fifteen percent\), not 15"):
        check_params(Drawdown, Drawdown, {"limit_fraction": 15})


def test_a_strategy_without_parameters_beside_it_is_told_what_is_wanted(folder):
    (folder / "my_bots" / "bare.py").write_text("class Bare: pass\n")
    found = load_class("my_bots.bare.Bare", allow=("my_bots",), folder=folder)

    with pytest.raises(PluginError, match="want a frozen dataclass called Params"):
        params_of(found)
