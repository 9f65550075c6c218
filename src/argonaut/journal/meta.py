"""What a journal file says about itself: its schema and the run that made it."""

from __future__ import annotations

import msgspec

import argonaut

SCHEMA_VERSION = 1


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """Who made the file and with what config. Not hashed; equal config is a wish of resuming."""

    config_hash: str
    build_hash: str = ""
    created_by: str = argonaut.__version__
    run: dict[str, str] = {}  # whatever else the caller wants to find again: run id, tape, seed
