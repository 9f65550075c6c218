"""The example detectors, as they stand, at a real door."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.feeds.detectors.house import SECRETS, House
from tests.feeds.detectors.rigs import HttpRig

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run_at_a_door(command):
    """Run a detector that pushes to a server of ours; return its process and the house."""

    async def whole():
        house, rig = House(), HttpRig()
        await rig.open(house)
        url = f"http://127.0.0.1:{rig.server.port}/v1/signals"
        done = await asyncio.to_thread(
            subprocess.run,
            command(url),
            env={
                **os.environ,
                "SCANNER_SECRET": SECRETS["k-new"],
                "SCANNER_KEY": "k-new",
                "ARGONAUT_URL": url,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        await rig.close()
        return done, house

    return asyncio.run(whole())


def test_the_python_detector_is_understood():
    done, house = run_at_a_door(
        lambda url: [
            sys.executable,
            str(EXAMPLES / "push_detector.py"),
            *("BTC/USDT", "buy", "--id", "x-1", "--key", "k-new", "--url", url),
        ]
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {"id": "x-1", "source": "scanner", "answer": "accepted"}
    assert house.taken == ["x-1"]


def test_a_refusal_is_shown_and_fails():
    done, _ = run_at_a_door(
        lambda url: [
            sys.executable,
            str(EXAMPLES / "push_detector.py"),
            *("NOPE/USDT", "buy", "--key", "k-new", "--url", url),
        ]
    )

    assert done.returncode == 1
    assert json.loads(done.stdout)["code"] == "unknown_instrument"


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")), reason="no curl or no openssl here"
)
def test_the_shell_detector_is_understood():
    done, house = run_at_a_door(
        lambda url: [str(EXAMPLES / "push_detector.sh"), "BTC/USDT", "buy", "100"]
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["answer"] == "accepted"
    assert len(house.taken) == 1
