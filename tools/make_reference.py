"""Write the reference pages from the code they describe.

Usage: python -m tools.make_reference [--check]

With --check nothing is written; the exit code is 1 when a page is not what the code says.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.reference.binance_errors import binance_errors
from tools.reference.commands import commands
from tools.reference.configuration import configuration
from tools.reference.connectors import connectors
from tools.reference.exit_codes import exit_codes
from tools.reference.flags import flags
from tools.reference.floors import floors
from tools.reference.indicators import indicators
from tools.reference.monitoring import log_events, metrics
from tools.reference.orders import order_states
from tools.reference.planted_bugs import planted_bugs
from tools.reference.rehearsal import rehearsal
from tools.reference.signal_answers import signal_answers

ROOT = Path(__file__).resolve().parents[1]
PAGES: Mapping[str, Callable[[], str]] = {
    "docs/explanation/planted-bugs.md": planted_bugs,
    "docs/reference/binance-errors.md": binance_errors,
    "docs/reference/commands.md": commands,
    "docs/reference/configuration.md": configuration,
    "docs/reference/connectors.md": connectors,
    "docs/reference/exit-codes.md": exit_codes,
    "docs/reference/flags.md": flags,
    "docs/reference/indicators.md": indicators,
    "docs/reference/log-events.md": log_events,
    "docs/reference/metrics.md": metrics,
    "docs/reference/order-states.md": order_states,
    "docs/reference/rehearsal.md": rehearsal,
    "docs/reference/signal-answers.md": signal_answers,
}
FLOORS_PAGE = "docs/explanation/one-engine.md"
FLOORS_BEGIN = "<!-- Made by tools/make_reference.py from pyproject.toml. -->"
FLOORS_END = "<!-- End of what was made. -->"


def wanted(path: str) -> str:
    """Return what the page at `path` has to be by the code of now."""
    if path != FLOORS_PAGE:
        return PAGES[path]()
    text = (ROOT / path).read_text(encoding="utf-8")
    before, _, rest = text.partition(FLOORS_BEGIN)
    _, _, after = rest.partition(FLOORS_END)
    assert after, f"{path} has no place for the floors"
    return f"{before}{FLOORS_BEGIN}\n\n{floors(ROOT)}\n\n{FLOORS_END}{after}"


def main(arguments: list[str]) -> int:
    """Write every page that is not up to date, or with --check only say so."""
    stale = []
    for path in (*PAGES, FLOORS_PAGE):
        page = ROOT / path
        text = wanted(path)
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            stale.append(path)
            if "--check" not in arguments:
                page.write_text(text, encoding="utf-8")
    said = "is stale" if "--check" in arguments else "written"
    for path in stale:
        print(f"{path} {said}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
