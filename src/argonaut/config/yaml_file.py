"""One YAML file as plain values, refusing what could hide a mistake or hurt the reader.

YAML 1.1 has traps: dates and sexagesimal numbers are taken for what they look like. Here a time
stays the text it was written as, a key stands once, and aliases (a billion laughs) are refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from argonaut.config.errors import ConfigError

BYTES_MAX = 1_000_000
_TIMESTAMP = "tag:yaml.org,2002:timestamp"
# Python refuses texts of thousands of digits and deep nesting by exceptions of its own.
_UNREADABLE = (yaml.YAMLError, ValueError, RecursionError)


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping of a YAML file.

    Raises:
        ConfigError: Not a file, too large, not YAML, aliases, a key twice, or not a mapping.
    """
    raw = _parse(_text_of(path), path)
    if not isinstance(raw, dict):
        raise ConfigError(str(path), [f"want a mapping of settings, not {_said(raw)}"])
    return raw


def parse_value(text: str) -> Any:
    """Return the value a text stands for in a config, such as `60`, `true` or `[1, 2]`.

    Raises:
        ValueError: The text is no YAML value.
    """
    try:
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506 - a SafeLoader, made stricter
    except _UNREADABLE as error:
        said = " ".join(str(error).split()).replace('in "<unicode string>", ', "")
        raise ValueError(said) from error


def _text_of(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > BYTES_MAX:
            raise ConfigError(str(path), [f"want at most {BYTES_MAX:,} bytes, not {size:,}"])
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(str(path), [f"cannot be read: {reason}"]) from error


def _parse(text: str, path: Path) -> Any:
    try:
        return parse_value(text)
    except ValueError as error:
        cause = error.__cause__
        said = "nested too deeply" if isinstance(cause, RecursionError) else str(error)
        raise ConfigError(str(path), [said]) from error


def _said(raw: Any) -> str:
    return "an empty file" if raw is None else f"a {type(raw).__name__}"


class StrictLoader(yaml.SafeLoader):
    """SafeLoader without aliases, without keys given twice, and with times left as text."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse an alias."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None, None, "aliases are not allowed in a config", self.get_mark()
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the library's signature
        """Refuse a key that stands twice or is no text."""
        seen: set[str] = set()
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


StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
