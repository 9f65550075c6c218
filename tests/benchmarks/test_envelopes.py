"""The fuzzing of envelopes: a few thousand here, a million by `python -m benchmarks.envelopes`."""

import pytest

from benchmarks.envelopes import measure


@pytest.mark.parametrize("seed", [1, 2])
def test_no_envelope_is_judged_wrongly(seed):
    figures = measure(4_000, seed)

    assert figures["examples"] == []
    assert figures["answers"]["passed"] > 200  # the sound ones among them
    assert len(figures["answers"]) >= 8
