"""The way of a listing, for a moment: every announcement becomes an order, and both are timed."""

from __future__ import annotations

import json

import pytest

from benchmarks import listing_latency


def test_every_announcement_becomes_an_order(capsys: pytest.CaptureFixture[str]) -> None:
    listing_latency.main(["--announcements", "5"])

    figures = json.loads(capsys.readouterr().out)
    assert figures["announcements"] == 5
    assert figures["bytes_in_to_order_out_us"]["p50"] > 0
    assert figures["bare_fdatasync_us"]["p50"] > 0
