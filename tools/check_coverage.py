"""Fail when any package is covered by less than 90 % of its lines.

Usage: python tools/check_coverage.py coverage.json

The gate on the total stands in pyproject.toml; this one keeps a well-tested package from hiding a
poorly tested one.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

LINE_FRACTION_MIN = 0.90


def lines_by_package(report: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Return (covered, all) statements of each package below `argonaut`."""
    counts: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for path, entry in report["files"].items():
        parts = PurePath(path).parts
        inner = parts[parts.index("argonaut") + 1 :]
        package = inner[0] if len(inner) > 1 else "argonaut"
        covered, total = counts[package]
        summary = entry["summary"]
        counts[package] = covered + summary["covered_lines"], total + summary["num_statements"]
    return dict(counts)


def main(report_path: Path) -> int:
    """Print a line per package and return the exit code."""
    report = json.loads(report_path.read_text(encoding="utf-8"))
    short = 0
    for package, (covered, total) in sorted(lines_by_package(report).items()):
        fraction = covered / total if total else 1.0
        verdict = "" if fraction >= LINE_FRACTION_MIN else f"  want {LINE_FRACTION_MIN:.0%}"
        short += bool(verdict)
        print(f"{package:<12} {covered:>6} of {total:>6} lines {fraction:>7.1%}{verdict}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
