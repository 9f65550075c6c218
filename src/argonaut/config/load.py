"""Read a config: YAML, `.env`, `${VARIABLES}`, flags and `--set`; every problem told at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values
from pydantic import BaseModel, ValidationError

from argonaut.config.errors import ConfigError
from argonaut.config.flags import apply_flags
from argonaut.config.schema import Config

_BYTES_MAX = 1_000_000
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def load_config(
    path: Path,
    *,
    sets: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Return the checked config of a YAML file.

    Args:
        path: The file. A `.env` beside it adds variables; the environment wins over it.
        sets: Changes such as `risk.enabled=false` or `strategies.0.params.fast_bars=5`.
        environment: Variables instead of the process's own; for tests.

    Raises:
        ConfigError: Anything is wrong; the error lists every problem with its place.
    """
    raw = read_yaml(path)
    variables = {key: value for key, value in dotenv_values(path.parent / ".env").items() if value}
    variables.update(os.environ if environment is None else environment)
    problems: list[str] = []
    raw = _filled(raw, variables, "", problems)
    problems += apply_flags(raw, variables)
    for change in sets:
        problems += _set(raw, change)
    if problems:
        raise ConfigError(str(path), problems)
    return check(raw, str(path))


def check(raw: Mapping[str, Any], source: str) -> Config:
    """Return the config made from plain values.

    Raises:
        ConfigError: Every unknown key, missing key, wrong type and value out of range.
    """
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(source, [_said(each) for each in error.errors()]) from error


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping of a YAML file, refusing what could hide a mistake.

    Raises:
        ConfigError: Not a file, too large, not YAML, aliases, a key twice, or not a mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(str(path), [f"cannot be read: {reason}"]) from error
    if len(text) > _BYTES_MAX:
        raise ConfigError(str(path), [f"want at most {_BYTES_MAX} characters, not {len(text)}"])
    try:
        raw = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
    except yaml.YAMLError as error:
        raise ConfigError(str(path), [" ".join(str(error).split())]) from error
    if not isinstance(raw, dict):
        raise ConfigError(str(path), [f"want a mapping of settings, not {type(raw).__name__}"])
    return raw


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader without aliases (a billion laughs) and without keys given twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None, None, "aliases are not allowed in a config", self.peek_event().start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.constructor.ConstructorError(
                    None, None, f"want a text as key, not {key!r}; quote it", key_node.start_mark
                )
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands here twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _filled(value: Any, variables: Mapping[str, str], where: str, problems: list[str]) -> Any:
    """Return `value` with `${NAME}` and `${NAME:-default}` replaced in its texts."""
    if isinstance(value, dict):
        return {
            key: _filled(each, variables, f"{where}.{key}" if where else key, problems)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _filled(each, variables, f"{where}.{index}", problems)
            for index, each in enumerate(value)
        ]
    if not isinstance(value, str) or "${" not in value:
        return value

    def replaced(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(2)
        found = variables.get(name, default)
        if found is None:
            problems.append(f"{where}: the variable {name} is not set and has no default")
            return ""
        return found

    return _VARIABLE.sub(replaced, value)


def _set(raw: dict[str, Any], change: str) -> list[str]:
    """Apply `a.b.0.c=value` in place; the value is read as YAML. Return what is wrong."""
    path, equals, text = change.partition("=")
    if not equals or not path:
        return [f"--set wants key=value such as paper.speed=60, not {change!r}"]
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return [f"--set {path}: {text!r} cannot be read as a value"]
    node: Any = raw
    *parents, last = path.split(".")
    for name in parents:
        if isinstance(node, list):
            if not name.isdecimal() or int(name) >= len(node):
                return [f"--set {path}: there is no entry {name}, the list has {len(node)}"]
            node = node[int(name)]
        elif isinstance(node, dict):
            node = node.setdefault(name, {})
        else:
            return [f"--set {path}: {name!r} is inside a plain value"]
    if isinstance(node, list):
        if not last.isdecimal() or int(last) >= len(node):
            return [f"--set {path}: there is no entry {last}, the list has {len(node)}"]
        node[int(last)] = value
    elif isinstance(node, dict):
        node[last] = value
    else:
        return [f"--set {path}: {last!r} is inside a plain value"]
    return []


def _said(error: Mapping[str, Any]) -> str:
    """Say one validation error in our words, with its place and the nearest known key."""
    place = ".".join(str(each) for each in error["loc"])
    if error["type"] == "extra_forbidden":
        known = _keys_at(error["loc"][:-1])
        near = get_close_matches(str(error["loc"][-1]), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
        return f"{place}: unknown key{hint}"
    if error["type"] == "missing":
        return f"{place}: is missing"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {message[:1].lower()}{message[1:]}, not {error['input']!r}"


def _keys_at(place: Sequence[int | str]) -> list[str]:
    """Return the keys known at a place of the schema."""
    model: Any = Config
    for name in place:
        if isinstance(name, int):
            continue
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
        field = next(
            (each for key, each in model.model_fields.items() if name in (key, each.alias)), None
        )
        if field is None:
            continue  # a key of a mapping such as instruments
        model = _model_in(field.annotation)
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [each.alias or key for key, each in model.model_fields.items()]


def _model_in(annotation: Any) -> Any:
    """Return the section inside an annotation such as `tuple[Recording, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for each in getattr(annotation, "__args__", ()):
        found = _model_in(each)
        if found is not None:
            return found
    return None
