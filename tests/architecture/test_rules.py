"""Each tidy rule catches what it is for, and lets the nearest innocent line pass."""

from pathlib import PurePosixPath

import pytest

from tests.architecture import rules
from tests.architecture.rules import Rule, Source

# rule, path below src/argonaut, source at fault, its innocent neighbor
CASES: list[tuple[Rule, str, str, str]] = [
    (rules.short_file, "risk/gate.py", "x = 1\n" * 501, "x = 1\n" * 500),
    (
        rules.short_functions,
        "risk/gate.py",
        "def gate():\n" + "    x = 1\n" * 70,
        "def gate():\n" + "    x = 1\n" * 69,
    ),
    (
        rules.no_swallowed_errors,
        "feeds/tape.py",
        "try:\n    read()\nexcept OSError:\n    pass\n",
        "try:\n    read()\nexcept OSError:\n    count += 1\n",
    ),
    (
        rules.no_swallowed_errors,
        "feeds/tape.py",
        "from contextlib import suppress\nwith suppress(Exception):\n    read()\n",
        "from contextlib import suppress\nwith suppress(FileNotFoundError):\n    read()\n",
    ),
    (
        rules.time_and_dice_are_inputs,
        "runtime/loop.py",
        "import time\nnow = time.time_ns()\n",
        "import time\nassert time.tzname\n",
    ),
    (
        rules.time_and_dice_are_inputs,
        "journal/writer.py",
        "from datetime import datetime as dt\nnow = dt.now()\n",
        "from datetime import datetime as dt\nthen = dt.fromtimestamp(0)\n",
    ),
    (
        rules.time_and_dice_are_inputs,
        "venues/sim/latency.py",
        "from time import monotonic\ndef wait(clock=monotonic): ...\n",
        "def wait(clock): ...\n",
    ),
    (
        rules.time_and_dice_are_inputs,
        "venues/sim/latency.py",
        "import numpy as np\nrng = np.random.default_rng()\n",
        "def draw(random): return random.random()\n",
    ),
    (
        rules.only_the_gate_approves,
        "engine/core.py",
        "order = Approved(signal)\n",
        "assert isinstance(verdict, Approved)\n",
    ),
    (
        rules.no_unordered_iteration,
        "engine/core.py",
        "for name in set(names):\n    act(name)\n",
        "for name in sorted(set(names)):\n    act(name)\n",
    ),
    (
        rules.no_unordered_iteration,
        "ledger/book.py",
        "names = [n for n in {a.name, b.name}]\n",
        "known = a.name in {b.name}\n",
    ),
    (
        rules.money_stays_decimal,
        "ledger/book.py",
        "cash = float(quantity)\n",
        "nothing = float('nan')\n",
    ),
    (
        rules.queues_are_bounded,
        "runtime/outbox.py",
        "import asyncio\nq = asyncio.Queue()\n",
        "import asyncio\nq = asyncio.Queue(maxsize=64)\n",
    ),
    (
        rules.flat_inheritance,
        "feeds/tape.py",
        "class A: ...\nclass B(A): ...\nclass C(B): ...\n",
        "class A: ...\nclass B(A): ...\nclass C(A): ...\n",
    ),
    (
        rules.nothing_left_over,
        "feeds/tape.py",
        "path = '/ho" + "me/someone/data'\n",
        "path = 'data'\n",
    ),
    (rules.nothing_left_over, "feeds/tape.py", "x = 1  # TO" + "DO faster\n", "x = 1\n"),
]


@pytest.mark.parametrize(("rule", "where", "wrong", "right"), CASES)
def test_a_rule_catches_its_fault_and_nothing_else(rule, where, wrong, right):
    """A rule that never fires is worse than none: people trust it."""
    faults = list(rule(Source(PurePosixPath(where), wrong)))
    innocent = list(rule(Source(PurePosixPath(where), right)))

    assert len(faults) == 1, faults
    assert faults[0].startswith(where)
    assert not innocent


@pytest.mark.parametrize("where", ["risk/utils.py", "helpers/order.py"])
def test_a_drawer_is_no_name(where):
    assert list(rules.no_drawers(Source(PurePosixPath(where), "")))


def test_the_seam_may_read_the_clock():
    """Somebody has to: the ports' own files are the only ones."""
    text = "import time\nnow = time.time_ns()\n"

    assert not list(rules.time_and_dice_are_inputs(Source(PurePosixPath("runtime/clock.py"), text)))


def test_only_core_packages_must_order_their_sets():
    text = "for name in set(names):\n    act(name)\n"

    assert not list(rules.no_unordered_iteration(Source(PurePosixPath("cli/data.py"), text)))


def test_bare_shapes_do_nothing_and_a_property_does_something():
    """Only files that do something have to have a test file of their own."""
    shape = 'class Feed(Protocol):\n    def events(self):\n        """Yield."""\n'
    behavior = "class Fill(Struct):\n    @property\n    def cost(self):\n        return 1\n"

    assert not rules.does_something(Source(PurePosixPath("ports/feed.py"), shape))
    assert rules.does_something(Source(PurePosixPath("domain/fill.py"), behavior))
