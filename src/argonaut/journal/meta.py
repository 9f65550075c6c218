"""What a journal says about itself: its schema and the run that made it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

import argonaut

SCHEMA_VERSION = 2
"""1 holds rows alone; 2 finds the rows of an order and seals snapshots as well."""

OLDEST_READ = 1


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """Who made the file and with what config. Not hashed; equal config is a wish of resuming."""

    config_hash: str
    build_hash: str = ""
    created_by: str = argonaut.__version__
    run: dict[str, str] = {}  # whatever else the caller wants to find again: run id, tape, seed


def packed(meta: Meta) -> list[tuple[str, str]]:
    """Return the pairs of names and JSON values that a journal keeps."""
    fields = msgspec.structs.asdict(meta).items()
    return [(key, msgspec.json.encode(value).decode()) for key, value in fields]


def unpacked(pairs: Iterable[Any]) -> Meta:
    """Return what `packed` was given; names this program does not know are left out.

    Raises:
        msgspec.DecodeError, TypeError, UnicodeDecodeError: They are not what `packed` makes.
    """
    return msgspec.convert({key: msgspec.json.decode(value) for key, value in pairs}, Meta)
