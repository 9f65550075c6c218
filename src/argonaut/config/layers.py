"""The layers a config is made of: file, `.env`, environment, flags, `--set`; the later one wins.

Beside the values stands where each came from, by its place such as `strategies.0.params.fast_bars`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from argonaut.config.flags import FLAGS
from argonaut.config.yaml_file import parse_value

FILE = "file"
SET = "--set"
DEFAULT = "default"
MASK = "***"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_SECRET = re.compile(r"(?i)(secret|password|passphrase|token|api_?key|private_?key|mnemonic)")
_PASSWORD = re.compile(r"://[^/@:\s]*:[^/@\s]+@")
_NAMES = ("id", "check", "instrument")  # what an entry of a list may be called by in --set


@dataclass(frozen=True, slots=True)
class Variables:
    """What the environment and the `.env` file beside the config say; the environment wins."""

    environment: Mapping[str, str]
    file: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """Return the value of a variable; an empty one of the file counts as not set."""
        return self.environment.get(name, self.file.get(name))

    def origin(self, name: str) -> str:
        """Say where the value comes from."""
        return f"environment {name}" if name in self.environment else f".env {name}"


@dataclass(slots=True)
class Layers:
    """Plain values while the layers are laid upon them, and what was learned on the way."""

    raw: dict[str, Any]
    sources: dict[str, str] = field(default_factory=dict)  # by place; not here means the file
    secrets: set[str] = field(default_factory=set)  # places whose value may not be shown
    problems: list[str] = field(default_factory=list)


def read_variables(folder: Path, environment: Mapping[str, str], problems: list[str]) -> Variables:
    """Return the variables of the process and of the `.env` in `folder`."""
    path = folder / ".env"
    found: dict[str, str] = {}
    try:
        if path.is_file():
            values = dotenv_values(path, interpolate=False)
            found = {name: value for name, value in values.items() if value}
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}")
    return Variables(environment, found)


def lay(raw: dict[str, Any], variables: Variables, sets: Sequence[str]) -> Layers:
    """Lay variables, flags and `sets` upon the values of a file."""
    layers = Layers(raw)
    layers.raw = _filled(raw, variables, "", layers)
    for flag in FLAGS:
        value = variables.get(flag.name)
        if value:
            before = dict(leaves(layers.raw))
            problem = flag.apply(layers.raw, value)
            if problem:
                layers.problems.append(f"{flag.name}: {problem}, not {value!r}")
            _credit(layers, before, variables.origin(flag.name))
    for change in sets:
        before = dict(leaves(layers.raw))
        layers.problems += apply_set(layers.raw, change)
        _credit(layers, before, SET)
    return layers


def leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (place, value) of everything that holds no further values."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple) and value:
        for index, each in enumerate(value):
            yield from leaves(each, f"{place}.{index}")
    else:
        yield place, value


def is_secret(place: str) -> bool:
    """Whether the last name of a place, or a variable's name, says that its value is a secret."""
    return _SECRET.search(place.rpartition(".")[2]) is not None


def has_password(value: Any) -> bool:
    """Whether a value is a URL with a password in it."""
    return isinstance(value, str) and _PASSWORD.search(value) is not None


def apply_set(raw: dict[str, Any], change: str) -> list[str]:
    """Apply `a.b.0.c=value` in place; the value is read as YAML. Return what is wrong.

    An entry of a list is named by its index, or by its `id`, `check` or `instrument`.
    """
    path, equals, text = change.partition("=")
    path = path.strip()
    if not equals or not path:
        return [f"--set wants key=value such as paper.speed=60, not {change!r}"]
    try:
        value = parse_value(text)
    except ValueError:
        return [f"--set {path}: {text!r} cannot be read as a value"]
    *parents, last = path.split(".")
    node: Any = raw
    for name in parents:
        key = _key_in(node, name)
        if isinstance(key, _Missing):
            return [f"--set {path}: {key.said}"]
        if isinstance(node, dict) and node.get(key) is None:
            node[key] = {}
        node = node[key]
    key = _key_in(node, last)
    if isinstance(key, _Missing):
        return [f"--set {path}: {key.said}"]
    node[key] = value
    return []


@dataclass(frozen=True, slots=True)
class _Missing:
    said: str


def _key_in(node: Any, name: str) -> Any:
    """Return the key or index of `name` in a mapping or list, or why there is none."""
    if isinstance(node, dict):
        return name
    if not isinstance(node, list):
        return _Missing(f"{name!r} is inside a plain value")
    if name.isdecimal() and int(name) < len(node):
        return int(name)
    for index, each in enumerate(node):
        if isinstance(each, dict) and name in [each.get(key) for key in _NAMES]:
            return index
    return _Missing(f"there is no entry {name}, the list has {len(node)}")


def _credit(layers: Layers, before: Mapping[str, Any], source: str) -> None:
    """Note `source` beside every value that differs from `before`."""
    for place, value in leaves(layers.raw):
        if place not in before or before[place] != value or type(before[place]) is not type(value):
            layers.sources[place] = source
            layers.secrets.discard(place)


def _filled(value: Any, variables: Variables, place: str, layers: Layers) -> Any:
    """Return `value` with `${NAME}` and `${NAME:-default}` replaced in its texts."""
    if isinstance(value, dict):
        return {
            key: _filled(each, variables, f"{place}.{key}" if place else key, layers)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _filled(each, variables, f"{place}.{index}", layers) for index, each in enumerate(value)
        ]
    if not isinstance(value, str) or "${" not in value:
        return value

    def replaced(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        found = variables.get(name)
        if found is None and default is None:
            layers.problems.append(f"{place}: the variable {name} is not set and has no default")
            return ""
        layers.sources[place] = f"{FILE}, ${{{name}}}" if found is None else variables.origin(name)
        if is_secret(name):
            layers.secrets.add(place)
        return default if found is None else found

    return _VARIABLE.sub(replaced, value)
