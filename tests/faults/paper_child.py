"""A paper run in a process of its own, for tests that kill it. Says when it has recovered."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from argonaut.runtime.clock import SystemClock
from argonaut.runtime.paper import PaperRun
from tests.parity.one_day import one_day


def main() -> None:
    """Run to the end, or until killed."""
    path, speed = Path(sys.argv[1]), float(sys.argv[2])
    run = PaperRun.start(one_day(speed=speed), path, SystemClock())
    sys.stdout.write(f"recovered {run.rows_recovered}\n")
    sys.stdout.flush()
    asyncio.run(run.run())
    run.close()


if __name__ == "__main__":
    main()
