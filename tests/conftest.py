"""What every test shares: where the real data lies, and how hypothesis and skips behave."""

import gc
import os
import resource
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ARGONAUT_SHARED", ROOT.parent / "shared"))
REAL = f"{ROOT}/tests/real/"
# What starts whole programs, or reads files and runs none of them: no line of it is counted.
APART = ("architecture", "benchmarks", "docs", "faults", "rehearsal/soak")
UNCOUNTED = tuple(f"{ROOT}/tests/{each}/" for each in APART)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Two shared cores make single examples slow now and then; that is no failure.
settings.register_profile(
    "argonaut", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", parent=settings.get_profile("argonaut"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "argonaut"))

# A test that runs away fails by itself, before it takes the machine and every other test with it.
MEMORY_MAX = 8 * 2**30
_, hard = resource.getrlimit(resource.RLIMIT_DATA)
resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_MAX, hard))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests/real as `real`, and skip, saying why, what this machine cannot run.

    What is slow begins first: a long test begun last has one core wait for the other.
    """
    no_data = pytest.mark.skip(reason=f"no recordings at {SHARED} (set ARGONAUT_SHARED)")
    no_browser = pytest.mark.skip(reason="no Chromium: apt-get install chromium")
    has_data = (SHARED / "data").is_dir()
    has_browser = any(shutil.which(name) for name in BROWSERS)
    for item in items:
        if str(item.path).startswith(REAL):
            item.add_marker("real")
        elif item.get_closest_marker("real"):
            raise pytest.UsageError(f"{item.nodeid}: `make test-real` looks for it in tests/real")
        if str(item.path).startswith(UNCOUNTED):
            item.add_marker("slow")
        if item.get_closest_marker("real") and not has_data:
            item.add_marker(no_data)
        if item.get_closest_marker("browser") and not has_browser:
            item.add_marker(no_browser)
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Let the garbage collector look at what tests make, no more at the thousands of them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of larger real data: `data`, `fixtures` and `cases.md`. For `real` tests only."""
    return SHARED


@pytest.fixture
def chromium() -> str:
    """The browser's command. For `browser` tests only."""
    return next(path for name in BROWSERS if (path := shutil.which(name)))
