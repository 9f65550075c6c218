"""The machine a figure was measured on, in words: enough to judge it by, nothing that names it."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def describe() -> str:
    """Return cores, processor, memory, system and Python in one sentence."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{cores} cores, {_processor()}, {memory_gib:.0f} GiB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def load() -> float:
    """Return the load average of the last minute: how much else was going on."""
    return round(os.getloadavg()[0], 2)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"
