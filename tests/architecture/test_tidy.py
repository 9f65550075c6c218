"""The house rules a linter does not know, applied to every file of the repository."""

import ast
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.rules import (
    EVERYWHERE,
    IN_THE_PACKAGE,
    does_something,
    source_of,
    text_faults,
)

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "argonaut"
TESTS = ROOT / "tests"

SOURCES = sorted(PACKAGE.rglob("*.py"))
OTHERS = sorted(
    path
    for folder in ("tests", "tools", "benchmarks", "examples")
    for path in (ROOT / folder).rglob("*.py")
    # The rules and their examples have to spell what they forbid.
    if path not in {TESTS / "architecture" / "rules.py", TESTS / "architecture" / "test_rules.py"}
)
TEXTS = sorted(
    path
    for pattern in (
        "*.md",
        "*.toml",
        "*.lock",
        "Makefile",
        ".ci/*",
        "docs/**/*.md",
        "config/**/*.yaml",
        "examples/**/*.yaml",
        "tools/*.sh",
    )
    for path in ROOT.glob(pattern)
)


def below_root(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=below_root)
def test_a_source_file_keeps_the_rules(path):
    source = source_of(path, PACKAGE)

    assert not [fault for rule in IN_THE_PACKAGE for fault in rule(source)]


@pytest.mark.parametrize("path", OTHERS, ids=below_root)
def test_tests_and_tools_keep_the_rules_of_size(path):
    source = source_of(path, ROOT)

    assert not [fault for rule in EVERYWHERE for fault in rule(source)]


@pytest.mark.parametrize("path", TEXTS, ids=below_root)
def test_a_text_names_no_machine_and_leaves_nothing_over(path):
    text = path.read_text(encoding="utf-8")

    assert not list(text_faults(PurePosixPath(below_root(path)), text))


@pytest.mark.parametrize("path", SOURCES, ids=below_root)
def test_a_source_file_that_does_something_has_a_test_file_of_its_own(path):
    """A file only tested through others is tested by luck. Bare shapes need no test."""
    if path.stem in {"__init__", "__main__"} or not does_something(source_of(path, PACKAGE)):
        return
    where = path.relative_to(PACKAGE)
    mirrors = (TESTS / where.parts[0]).rglob(f"test_{where.name}")

    assert any(mirrors), f"{where} wants tests/{where.parent}/test_{where.name}"


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.name == "__init__.py"], ids=below_root
)
def test_a_package_says_what_lives_in_it_and_where_to_start_reading(path):
    """Three lines, so a newcomer need not open ten files."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""

    assert "start reading" in said.lower(), f"{below_root(path)} gives no place to start"
    assert "import" in said.lower() or path.parent == PACKAGE, "want: what it may import"
