import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

from argonaut.domain.verdict import SENTENCES
from argonaut.risk.drawdown import Drawdown
from argonaut.risk.limit import OnExcess
from argonaut.risk.registry import CHECKS, default_checks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "risk-checks.md"
ROW = re.compile(r"^\| `(?P<code>\w+)` \|(?P<cells>.*)\|$", re.MULTILINE)
ALWAYS_SIZED = "size"  # a step of the gate, not a rule of the config


def test_the_default_checks_stand_in_the_order_of_the_pre_trade_gate():
    assert [each.code for each in default_checks()] == [
        "mode",
        "finite",
        "filters",
        "order_type",
        "short",
        "staleness",
        "collar",
        "max_quantity",
        "min_notional",
        "max_notional",
        "max_positions",
        "symbol_exposure",
        "strategy_exposure",
        "venue_exposure",
        "account_exposure",
        "drawdown",
        "daily_loss",
        "order_rate",
    ]


def test_every_check_is_found_by_its_code():
    assert {code: check().code for code, check in CHECKS.items()} == {code: code for code in CHECKS}


def test_every_check_has_a_sentence():
    assert CHECKS.keys() <= SENTENCES.keys()


def shown(value):
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return "all"
    return "off" if value is None or value == {} else str(value)


def limits_of(check):
    """The defaults as the page writes them."""
    default = check()
    named = [
        (each.name, getattr(default, each.name))
        for each in fields(check)
        if each.name != "on_excess"
    ]
    return ", ".join(f"`{name}` {shown(value)}" for name, value in named) or "none"


def excess_of(check):
    if check is Drawdown:
        return "clip, at the limit refuse"
    named = {each.name: each.default for each in fields(check)}
    return "clip or refuse" if named.get("on_excess") is OnExcess.CLIP else "refuse"


def test_the_reference_page_says_what_the_code_does():
    """An operator reads the page, the gate reads the code."""
    rows = {
        found["code"]: [cell.strip() for cell in found["cells"].split("|")]
        for found in ROW.finditer(PAGE.read_text(encoding="utf-8"))
    }
    size = rows.pop(ALWAYS_SIZED)

    assert size[2:] == ["none", "refuse"]
    assert list(rows) == list(CHECKS)
    for code, check in CHECKS.items():
        assert rows[code][2:] == [limits_of(check), excess_of(check)], code
