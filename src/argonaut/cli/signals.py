"""What `argonaut signal` does: lines in, verdicts or answers out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from argonaut.cli.loading import load_assembly
from argonaut.cli.output import print_json, print_line
from argonaut.config.live import read_secret
from argonaut.domain.errors import ArgonautError, ExitCode
from argonaut.domain.event import signal_fault
from argonaut.domain.ids import InstrumentId
from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.envelope import head_for
from argonaut.feeds.detectors.spelling import Spellings
from argonaut.feeds.errors import BadDataError
from argonaut.feeds.signals import read_body
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.rng import SystemRng

_WITHIN = aiohttp.ClientTimeout(total=10.0)
_NONCE_DIGITS = 16


class NobodyListensError(ArgonautError):
    """The run cannot be reached, or is none."""


def validated(file: Path, config: Path | None, *, as_json: bool) -> ExitCode:
    """Print the verdict on each line; USAGE when one is no signal.

    Raises:
        ConfigError: The config is wrong.
        OSError: The file cannot be read.
    """
    spellings = None if config is None else load_assembly(config).spellings()
    faults = [fault_of(line, spellings) for line in lines_of(file)]
    if as_json:
        print_json([{"line": number, "fault": each} for number, each in enumerate(faults, 1)])
    else:
        for number, each in enumerate(faults, 1):
            print_line(f"{number}: {each or 'sound'}")
    return ExitCode.USAGE if any(faults) else ExitCode.OK


def fault_of(line: bytes, spellings: Spellings | None) -> str:
    """Return what is wrong with one signal, or nothing; without spellings any instrument goes."""
    try:
        body = read_body(line)
    except BadDataError as error:
        return str(error)
    if spellings is not None and spellings.find(body.place) is None:
        return f"unknown instrument {body.place}"
    return signal_fault(
        body.signal(
            event_ns=0,
            signal_id=body.id,
            source=body.source,
            instrument_id=InstrumentId(body.place),
            sent_ns=body.ts_ns,
        )
    )


def sent(file: Path, url: str, *, key_id: str, secret_file: Path, as_json: bool) -> ExitCode:
    """Push each line and print its answer; FAILED when one was not taken.

    Raises:
        InvalidValueError: The secret cannot be read, or others can read it too.
        BadDataError: The key id is none.
        NobodyListensError: Nobody answers at that URL.
        OSError: The file cannot be read.
    """
    lines, secret = lines_of(file), read_secret(secret_file)
    try:
        answers = asyncio.run(_push(lines, url, key_id, secret))
    except (aiohttp.ClientError, TimeoutError) as error:
        raise NobodyListensError(f"{url}: {str(error) or 'no answer within 10 s'}") from error
    if as_json:
        print_json(answers)
    else:
        for each in answers:
            words = (each.get("answer"), each.get("code"), each.get("detail"))
            orders = ", ".join(each.get("orders", ()))
            print_line(f"{each.get('id')}: {' '.join(word for word in words if word)} {orders}")
    taken = all(each.get("answer") in ("accepted", "dry_run", "duplicate") for each in answers)
    return ExitCode.OK if taken else ExitCode.FAILED


async def _push(
    lines: Sequence[bytes], url: str, key_id: str, secret: Secret
) -> list[dict[str, Any]]:
    clock, rng = SystemClock(), SystemRng()
    answers: list[dict[str, Any]] = []
    async with aiohttp.ClientSession(timeout=_WITHIN) as session:
        for line in lines:
            nonce = f"{int(rng.random() * 10**_NONCE_DIGITS):0{_NONCE_DIGITS}d}"
            head = head_for(
                line,
                key_id=key_id,
                secret=secret.reveal().encode(),
                sent_ns=clock.wall_ns(),
                nonce=nonce,
            )
            headers = {"X-Sig": head.decode(), "Idempotency-Key": nonce}
            async with session.post(url, data=line, headers=headers) as answer:
                answers.append(_decoded(await answer.read(), answer.status, url))
    return answers


def _decoded(content: bytes, status: int, url: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise NobodyListensError(f"{url} answers {status}, and not as a run does") from error


def lines_of(file: Path) -> list[bytes]:
    """Return the lines of a file or of standard input that are not empty."""
    text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    return [line for line in text.splitlines() if line.strip()]
