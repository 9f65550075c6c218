"""What hmmlearn made of the same numbers: the oracle of these tests."""

import json
from typing import Any

import numpy as np

from argonaut.indicators.hmm.model import GaussianHmm
from tests.conftest import ROOT

RECORDED: dict[str, Any] = json.loads(
    (ROOT / "tests/recordings/hmm/hmmlearn.json").read_text(encoding="utf-8")
)
OBSERVATIONS = np.array(RECORDED["observations"])


def rows(name: str) -> tuple[tuple[float, ...], ...]:
    """Return a matrix of the recording as rows."""
    return tuple(tuple(row) for row in RECORDED[name])


MODEL = GaussianHmm(
    start=tuple(RECORDED["start"]),
    transition=rows("transition"),
    means=rows("means"),
    variances=rows("variances"),
)
