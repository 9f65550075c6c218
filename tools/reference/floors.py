"""The floors of the program as text, from the import contracts and the packages' own words."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from textwrap import wrap

from tools.reference.markdown import first_line

WIDTH = 98


def floors(root: Path) -> str:
    """Return the diagram: one block a floor, highest first."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(
        each["layers"]
        for each in contracts["tool"]["importlinter"]["contracts"]
        if each["type"] == "layers"
    )
    lines: list[str] = []
    for layer in layers:
        names = [each.strip(" ()") for each in layer.split("|")]
        packages = [each for each in names if (root / "src/argonaut" / each).is_dir()]
        lines.append("-" * WIDTH)
        for name in packages:
            lines += _package(name, first_line(_docstring(root, name)))
    return "\n".join(["```text", *lines, "-" * WIDTH, "```"])


def _package(name: str, said: str) -> list[str]:
    first, *rest = wrap(said, WIDTH - 14)
    return [f" {name:<12} {first}", *(f" {'':<12} {each}" for each in rest)]


def _docstring(root: Path, name: str) -> str:
    source = (root / "src/argonaut" / name / "__init__.py").read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""
    return docstring.split("\n", 1)[0]
