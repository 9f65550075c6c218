"""The floors of the package, as import-linter sees them."""

import tomllib
from pathlib import Path

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[2]


def test_every_package_imports_only_from_floors_below_its_own(capsys):
    """The engine cannot reach a socket, and no venue can reach another."""
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)

    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_core_package_is_under_the_purity_contract():
    """A core package left out of the list would be free to read the clock."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = config["tool"]["importlinter"]["contracts"]
    pure = next(contract for contract in contracts if "pure" in contract["name"])

    assert {name.removeprefix("argonaut.") for name in pure["source_modules"]} == {
        "domain",
        "indicators",
        "ledger",
        "strategies",
        "risk",
        "execution",
        "engine",
        "reports",
    }
