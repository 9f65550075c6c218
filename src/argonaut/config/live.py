"""The venue of a live config: its class, its settings with their keys, and what it is to stream."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from argonaut.config.errors import ConfigError
from argonaut.config.plugins import check_params, load_class
from argonaut.config.recordings import at_venue
from argonaut.config.schema import Config
from argonaut.domain.errors import InvalidValueError
from argonaut.domain.secret import Secret
from argonaut.domain.timeframe import parse_timeframe
from argonaut.ports import MarketStream

_ENDING = "_file"
_KEY_BYTES_MAX = 4096


def venue_class(config: Config, *, folder: Path, allow: Sequence[str]) -> type[Any]:
    """Return the class of a venue with a network.

    Raises:
        ConfigError: There is no such class, or it is no venue that orders can be sent to.
    """
    path = config.venue.class_path
    found = load_class(path, allow=allow, folder=folder)
    missing = [name for name in ("settings_type", "venue_id", "submit") if not hasattr(found, name)]
    if missing:
        said = f"venue.class: {path} takes no orders over a network, it has no {missing[0]}"
        raise ConfigError("venue", [said])
    return found


def feeds_wanted(config: Config, venue: type[Any]) -> tuple[MarketStream, ...]:
    """Return the market data a live config asks its venue for."""
    return tuple(
        MarketStream(
            instrument_id=at_venue(each.instrument, venue.venue_id),
            kind=each.kind,  # type: ignore[arg-type]  # signals are refused in live modes
            timeframe_ns=parse_timeframe(each.timeframe) if each.timeframe else 0,
        )
        for each in config.data
    )


def settings_of(venue: type[Any], params: Mapping[str, Any], *, folder: Path) -> Any:
    """Return a venue's settings made from `venue.params`; keys come as `Secret`.

    A parameter `api_key` of that type is given as `api_key_file`, a path beside the config, or
    out of a variable.

    Raises:
        ConfigError: A parameter is wrong, or a key file is missing, empty or open to others.
    """
    settings_type = venue.settings_type
    values, problems = with_secrets(settings_type, params, folder=folder)
    if problems:
        raise ConfigError("venue", [f"venue.params.{each}" for each in problems])
    return check_params(venue, settings_type, values)


def with_secrets(
    settings_type: type[Any], params: Mapping[str, Any], *, folder: Path
) -> tuple[dict[str, Any], list[str]]:
    """Return `params` with keys as `Secret`, read from their files, and what is wrong with them."""
    secrets = {name for name, hint in get_type_hints(settings_type).items() if _is_secret(hint)}
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in params.items():
        plain = name.removesuffix(_ENDING)
        try:
            if plain in secrets and name.endswith(_ENDING):
                values[plain] = read_secret(folder / str(value))
            else:
                values[name] = Secret(str(value)) if name in secrets and value else value
        except InvalidValueError as error:
            problems.append(f"{name}: {error}")
    return values, problems


def _is_secret(hint: Any) -> bool:
    return hint is Secret or Secret in getattr(hint, "__args__", ())


def read_secret(path: Path) -> Secret:
    """Return the key in a file that its owner alone may read.

    Raises:
        InvalidValueError: There is none, it is empty, or others may read it.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(_KEY_BYTES_MAX + 1)
    except OSError as error:
        raise InvalidValueError(f"{path} cannot be read: {error.strerror}") from error
    if stat.S_IMODE(status.st_mode) & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        raise InvalidValueError(f"{path} may be read by others (mode {mode:o}); chmod 600 it first")
    if len(content) > _KEY_BYTES_MAX:
        raise InvalidValueError(f"{path} is no key: want at most {_KEY_BYTES_MAX} bytes")
    try:
        return Secret(content.decode())
    except (InvalidValueError, UnicodeDecodeError) as error:
        raise InvalidValueError(f"{path} holds no key: want one word of text") from error


def account_hash(config: Config) -> str:
    """Return the SHA-256 of what makes an account: the venue, where it is, and its reporting asset.

    Keys rotate and strategies change, and the positions stay.
    """
    places = {
        name: str(value)
        for name, value in config.venue.params.items()
        if config.mode == "live" and (name.endswith("_url") or isinstance(value, bool))
    }
    account = {
        "mode": config.mode,
        "venue": config.venue.class_path,
        "places": dict(sorted(places.items())),
        "quote": config.quote,
    }
    return hashlib.sha256(msgspec.json.encode(account)).hexdigest()
