"""The `argonaut` command: what it offers, and what becomes of an error."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from signal import SIG_DFL, SIGTERM, default_int_handler, getsignal
from signal import signal as on_signal
from typing import Annotated, NoReturn

import typer

import argonaut
from argonaut.cli.backtest import backtest
from argonaut.cli.command import flatten, halt, pause, rearm, resume, stop
from argonaut.cli.config import app as config
from argonaut.cli.data import app as data
from argonaut.cli.journal import app as journal
from argonaut.cli.model import app as model
from argonaut.cli.output import fail, fail_with
from argonaut.cli.rehearse import app as rehearse
from argonaut.cli.run import run
from argonaut.cli.signal import app as signal
from argonaut.cli.simulate import simulate
from argonaut.cli.status import status
from argonaut.cli.train import app as train
from argonaut.cli.try_out import try_out
from argonaut.cli.why import why
from argonaut.domain.errors import ArgonautError, ExitCode

_CTRL_C = 130  # what the parser makes of an interrupt: 128 + SIGINT

app = typer.Typer(
    name="argonaut",
    help="An autonomous crypto trading bot: backtest, paper and live through one funnel.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("run")(run)
app.command("backtest")(backtest)
app.command("status")(status)
app.command("simulate")(simulate)
app.command("why")(why)
app.command("try")(try_out)
for verb in (pause, resume, flatten, halt, rearm, stop):
    app.command(verb.__name__)(verb)
app.add_typer(data, name="data")
app.add_typer(journal, name="journal")
app.add_typer(config, name="config")
app.add_typer(rehearse, name="rehearse")
app.add_typer(signal, name="signal")
app.add_typer(train, name="train")
app.add_typer(model, name="model")


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"argonaut {argonaut.__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Backtest, paper and live through one funnel: an autonomous crypto trading bot."""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code: 0 ok, 2 usage, 3 refused, 4 failed."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    try:
        with _terminated_as_by_ctrl_c():
            code = app(arguments, standalone_mode=False, prog_name="argonaut")
        if code == _CTRL_C:
            code = _stopped(as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        code = _stopped(as_json=as_json)
    except ArgonautError as error:
        code = fail(error, as_json=as_json)
    except BrokenPipeError:
        code = _reader_left()
    except OSError as error:
        said = f"{error.filename or 'a file'}: {error.strerror or error}"
        code = fail_with(said, [said], type(error).__name__, ExitCode.FAILED, as_json=as_json)
    except Exception as error:  # noqa: BLE001 - click's usage errors; anything else is a bug
        code = _usage(error, as_json=as_json)
    raise SystemExit(int(code or 0))


@contextmanager
def _terminated_as_by_ctrl_c() -> Iterator[None]:
    """Let SIGTERM, as `timeout` and supervisors send it, end a command as Ctrl-C does.

    It would otherwise leave behind the processes and half-written files of whatever was going on.
    A trader takes both signals itself while it trades.
    """
    if threading.current_thread() is not threading.main_thread() or getsignal(SIGTERM) != SIG_DFL:
        yield  # somebody else decides
        return
    on_signal(SIGTERM, default_int_handler)
    try:
        yield
    finally:
        on_signal(SIGTERM, SIG_DFL)


def _stopped(*, as_json: bool) -> int:
    return fail_with("stopped", ["stopped"], "Stopped", ExitCode.FAILED, as_json=as_json)


def _usage(error: Exception, *, as_json: bool) -> int:
    """Show a wrong command line and return its code; let a bug fly with its traceback."""
    show = getattr(error, "show", None)
    if show is None:
        raise error
    if as_json:
        said = str(getattr(error, "format_message", error.__str__)())
        return fail_with(said, [said], type(error).__name__, ExitCode.USAGE, as_json=True)
    show()
    return ExitCode.USAGE


def _reader_left() -> int:
    """Take it that whoever read our output has seen enough, as `| head` does."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.OK
