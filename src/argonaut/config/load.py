"""Read a config: YAML, `.env`, `${VARIABLES}`, flags and `--set`; every problem told at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from argonaut.config.errors import ConfigError
from argonaut.config.layers import (
    DEFAULT,
    FILE,
    MASK,
    Layers,
    has_password,
    is_secret,
    lay,
    leaves,
    read_variables,
)
from argonaut.config.modes import faults_of, literal_secrets
from argonaut.config.schema import Config
from argonaut.config.yaml_file import read_yaml

_SHOWN_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value of a config, where it stands and which layer it came from; secrets are masked."""

    place: str
    value: Any
    source: str


def load_config(
    path: Path,
    *,
    sets: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Return the checked config of a YAML file.

    Args:
        path: The file. A `.env` beside it adds variables; the environment wins over it.
        sets: Changes such as `risk.enabled=false` or `strategies.trend.params.fast_bars=5`.
        environment: Variables instead of the process's own; for tests.

    Raises:
        ConfigError: Anything is wrong; the error lists every problem with its place.
    """
    return load_explained(path, sets=sets, environment=environment)[0]


def load_explained(
    path: Path,
    *,
    sets: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> tuple[Config, tuple[Setting, ...]]:
    """Return the checked config and every setting with the layer that won.

    Raises:
        ConfigError: As `load_config`.
    """
    raw = read_yaml(path)
    problems: list[str] = []
    variables = read_variables(
        path.parent, os.environ if environment is None else environment, problems
    )
    layers = lay(raw, variables, sets)
    problems += layers.problems
    config: Config | None = None
    try:
        config = check(layers.raw, str(path))
    except ConfigError as error:
        told = {problem.partition(":")[0] for problem in problems}
        problems += [each for each in error.problems if each.partition(":")[0] not in told]
    if config is not None:
        problems += literal_secrets(config, layers.sources)
    if problems or config is None:
        raise ConfigError(str(path), problems)
    return config, _settings(config, layers)


def check(raw: Mapping[str, Any], source: str) -> Config:
    """Return the config made from plain values.

    Raises:
        ConfigError: Every unknown key, missing key, wrong type and value out of range.
    """
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(source, [_said(each) for each in error.errors()]) from error
    faults = faults_of(config)
    if faults:
        raise ConfigError(source, faults)
    return config


def _settings(config: Config, layers: Layers) -> tuple[Setting, ...]:
    stated = {_spelled(place) for place, _ in leaves(layers.raw)}
    sources = {_spelled(place): source for place, source in layers.sources.items()}
    return tuple(
        Setting(
            place=place,
            value=MASK if _is_masked(place, value, layers) else value,
            source=sources.get(place, FILE if place in stated else DEFAULT),
        )
        for place, value in leaves(config.model_dump(mode="json", by_alias=True))
    )


def _is_masked(place: str, value: Any, layers: Layers) -> bool:
    is_hidden = place in layers.secrets or is_secret(place) or has_password(value)
    return value not in (None, "") and is_hidden


def _spelled(place: str) -> str:
    """Return a place with the one spelling of a class path."""
    return ".".join("class" if name == "class_path" else name for name in place.split("."))


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
    message = str(error["msg"])
    if error["type"] == "value_error":  # one of our own, which names the value itself
        return f"{place}: {message.removeprefix('Value error, ')}"
    return f"{place}: {message[:1].lower()}{message[1:]}, not {_shown(place, error['input'])}"


def _shown(place: str, value: Any) -> str:
    """Return what was found, short, and not at all when it may be a secret."""
    if is_secret(place):
        return MASK
    said = "nothing" if value is None else repr(value)
    return said if len(said) <= _SHOWN_MAX else f"{said[:_SHOWN_MAX]}…"


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
