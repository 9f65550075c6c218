"""The page on commands, from the command line itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import typer

from argonaut.cli.app import app
from tools.reference.markdown import code, page, table

NOTE = """\
Every command answers `--help`. What ends how: [exit codes](exit-codes.md)."""
MARKUP = re.compile(r"\[/?[a-z ]*\]")


def commands() -> str:
    """Return the page."""
    root: Any = typer.main.get_command(app)
    parts = [_command(name, command) for name, command in _walk("argonaut", root)]
    return page("Commands", "src/argonaut/cli", NOTE, *parts)


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Yield each command that does something, with its full name."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for each in inner.values():
        yield from _walk(f"{name} {each.name}", each)


def _command(name: str, command: Any) -> str:
    shown = [each for each in command.params if not getattr(each, "hidden", False)]
    arguments = [each for each in shown if each.param_type_name == "argument"]
    usage = " ".join([name, *(_metavar(each) for each in arguments)])
    parts = [f"## `{usage}`", _plain(command.help or "")]
    rows = [_row(each) for each in shown if each.name != "help"]
    if rows:
        parts.append(table(("argument or option", "default", "meaning"), rows))
    return "\n\n".join(parts)


def _metavar(argument: Any) -> str:
    word = argument.metavar or argument.name.upper()
    word = word.strip("[]")
    return word if argument.required else f"[{word}]"


def _row(parameter: Any) -> tuple[str, str, str]:
    if parameter.param_type_name == "argument":
        spelled = code(_metavar(parameter))
    else:
        value = "" if parameter.is_flag else f" {_value(parameter)}"
        names = [*parameter.opts, *parameter.secondary_opts]
        spelled = ", ".join(code(f"{each}{value}") for each in names)
    return spelled, _default(parameter), _plain(parameter.help or "")


def _value(option: Any) -> str:
    return str(option.metavar or option.name.upper())


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    default = parameter.default
    is_said = default not in (None, "", False, ()) and not callable(default)
    return code(str(default)) if is_said else ""


def _plain(text: str) -> str:
    """Return help text as Markdown: no colors, no wrapped lines."""
    paragraphs = MARKUP.sub("", text).replace("\f", "").split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs)
