"""From a config file to the parts of a run, with the columns of its recordings out of a cache."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from argonaut.cli.place import JournalPlace
from argonaut.config.assembly import Assembly, assemble
from argonaut.config.errors import ConfigError
from argonaut.config.load import load_config
from argonaut.config.schema import Config
from argonaut.feeds.tape.cache import ColumnCache

_TAKEN_ENDINGS = (".sock", ".finished", ".part")


def load_assembly(
    path: Path,
    *,
    sets: Sequence[str] = (),
    cache: Path | None = None,
    no_cache: bool = False,
) -> Assembly:
    """Return the checked parts of a run.

    Raises:
        ConfigError, FeedError: What the file says or names is wrong.
    """
    config = load_config(path, sets=sets)
    columns = None if no_cache else ColumnCache(cache or cache_folder())
    return assemble(config, folder=path.parent, cache=columns)


def cache_folder() -> Path:
    """Return the user's cache: `$XDG_CACHE_HOME/argonaut` or `~/.cache/argonaut`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "argonaut"


def beside(folder: Path, path: Path) -> Path:
    """Return a path of a config, which starts at its folder, as short as it can be written."""
    whole = (folder / path).resolve()
    here = Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else whole


def journal_of(config: Config, folder: Path) -> Path | None:
    """Return where a run keeps its journal; relative paths start at the config file."""
    path = config.journal.path
    return None if path is None else beside(folder, path)


def journal_place(config: Config, path: Path) -> JournalPlace:
    """Return where the rows of a run are, and where its trader listens.

    Raises:
        ConfigError: The config names no journal.
    """
    journal = require_journal(config, path)
    return JournalPlace(rows=config.journal.url or journal, beside=journal)


def require_journal(config: Config, path: Path) -> Path:
    """Return where a run keeps its journal.

    Raises:
        ConfigError: The config names none.
    """
    journal = journal_of(config, path.parent)
    if journal is None:
        raise ConfigError(str(path), ["journal.path: is missing; a paper run wants a journal"])
    if journal.suffix in _TAKEN_ENDINGS:  # what stands beside a journal
        said = f"journal.path: want another ending than {journal.suffix}, such as .db"
        raise ConfigError(str(path), [said])
    return journal
