"""Finding the run a person means, and asking its trader if one is alive.

Nobody else may open the journal of a live run, so its trader is asked over the control socket
beside it; only when none listens is the file opened.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from argonaut.cli.loading import journal_place
from argonaut.cli.place import JournalPlace
from argonaut.config.errors import ConfigError
from argonaut.config.load import load_config
from argonaut.domain.errors import ArgonautError, ExitCode
from argonaut.journal.postgres_url import is_postgres
from argonaut.journal.reader import JournalReader

_YAML = (".yaml", ".yml")


class NoJournalError(ArgonautError):
    """There is no journal where one was said to be."""

    exit_code = ExitCode.USAGE


class TraderSilentError(ArgonautError):
    """A trader listens and does not answer."""


class LastRun(msgspec.Struct, frozen=True):
    """What `argonaut run` leaves for commands that name no config."""

    config: str
    journal: str
    is_in_database: bool = False


def journal_at(source: Path) -> JournalPlace:
    """Return the journal a person names by its file or by the config of its run.

    Raises:
        ConfigError: The config is wrong or keeps no journal.
    """
    if source.suffix not in _YAML:
        return JournalPlace.of(source)
    return journal_place(load_config(source), source)


def journal_meant(config: Path | None) -> JournalPlace:
    """Return the journal of a config, or of the last run started by this user.

    Raises:
        ConfigError: The config is wrong, or there was no run yet.
    """
    if config is not None:
        return journal_at(config)
    last = read_last_run()
    if last is None:
        raise ConfigError("CONFIG", ["no run was started yet; name its config or journal"])
    if last.is_in_database:  # its URL is in the config alone
        return journal_at(Path(last.config))
    return JournalPlace.of(Path(last.journal))


def journal_named(source: str) -> JournalPlace:
    """Return the journal a person names by file or config, or the database they name by URL.

    Raises:
        ConfigError: The config is wrong or keeps no journal.
    """
    return JournalPlace.of(source) if is_postgres(source) else journal_at(Path(source))


def open_closed(journal: JournalPlace) -> JournalReader:
    """Open a journal that no trader has open, or a database's.

    Raises:
        NoJournalError: There is none.
        JournalError: What `JournalReader` raises.
    """
    if journal.file is not None and not journal.file.is_file():
        raise NoJournalError(f"there is no journal at {journal}; want a run, or its file")
    return JournalReader(journal.rows)


def ask_trader(
    journal: JournalPlace,
    path: str,
    query: dict[str, str] | None = None,
    *,
    body: dict[str, str] | None = None,
) -> Any:
    """Return the answer of the trader that has this journal open, None when none listens.

    With a body the question is an order. The trader of a bare URL is elsewhere: the database can
    be read itself.

    Raises:
        RefusedToStartError: The trader says that the question is wrong.
        TraderSilentError: It took too long.
    """
    beside = journal.beside
    if beside is None or not beside.with_suffix(".sock").exists():
        return None
    # The client takes a third of a second to import; a closed journal needs none.
    from argonaut.runtime.control import ask_now, socket_of  # noqa: PLC0415

    try:
        return ask_now(socket_of(beside), path, query=query, body=body)
    except ConnectionError:
        return None  # left by a trader that was killed
    except TimeoutError as error:
        raise TraderSilentError(
            f"the trader of {journal} does not answer; it is busy, or it hangs"
        ) from error


def remember_run(config: Path, journal: JournalPlace) -> None:
    """Note which run was started last; that it cannot be noted stops nobody."""
    place = _last_run_file()
    assert journal.beside is not None, "a run has a place on this machine"
    note = LastRun(
        str(config.resolve()), str(journal.beside.resolve()), is_in_database=journal.file is None
    )
    draft = place.with_suffix(".part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.encode(note))
        draft.replace(place)
    except OSError:
        return


def read_last_run() -> LastRun | None:
    """Return what `remember_run` noted; None when there is nothing readable."""
    try:
        return msgspec.json.decode(_last_run_file().read_bytes(), type=LastRun)
    except (OSError, msgspec.DecodeError):
        return None


def _last_run_file() -> Path:
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "argonaut" / "last-run.json"
