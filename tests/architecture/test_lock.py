"""The lock files pin by hash, name no host, and hold what pyproject asks for."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins_of(name):
    """Package name -> (version, number of hashes)."""
    entries = re.split(r"\n(?=[a-z0-9])", text_of(name))
    heads = [(re.match(r"([a-z0-9._-]+)==(\S+)", entry), entry) for entry in entries]
    return {head[1]: (head[2], entry.count("--hash=sha256:")) for head, entry in heads if head}


def wanted(requirement):
    """The normalized name in a requirement such as `PyYAML>=6`."""
    name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_carries_its_hashes(name):
    pins = pins_of(name)

    assert len(pins) > 40
    assert not [package for package, (_, hashes) in pins.items() if not hashes]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name):
    """Where packages come from is the machine's affair."""
    assert not re.findall(r"\S*://\S*|^--(?!hash).*|\s@\s\S+", text_of(name), re.MULTILINE)


def test_the_dev_lock_is_the_runtime_lock_and_more():
    """Tests that ran on other versions than the bot would prove little."""
    runtime, dev = pins_of("requirements.lock"), pins_of("requirements-dev.lock")

    assert runtime.items() < dev.items()


def test_the_locks_hold_all_that_pyproject_asks_for():
    config = tomllib.loads(text_of("pyproject.toml"))
    core = config["project"]["dependencies"] + config["dependency-groups"]["build"]
    dev = config["project"]["optional-dependencies"]["dev"]

    assert {wanted(line) for line in core} <= pins_of("requirements.lock").keys()
    assert {wanted(line) for line in dev} <= pins_of("requirements-dev.lock").keys()


def test_no_test_tool_ships():
    assert not {"pytest", "ta-lib", "mypy"} & pins_of("requirements.lock").keys()
