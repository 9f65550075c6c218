"""The example that needs a broker, at a real one."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.redis_streams import RedisStream
from argonaut.feeds.detectors.source import Source
from tests.feeds.detectors.conftest import broker_named  # noqa: F401 - a fixture
from tests.feeds.detectors.house import House
from tests.feeds.detectors.rigs import parts_of

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-secret-of-this-test"


def test_a_line_becomes_a_signal(broker_named):  # noqa: F811 - as above
    broker = broker_named("redis")
    done = subprocess.run(
        [sys.executable, "-m", "examples.redis_detector", broker.url],
        cwd=ROOT,
        env={**os.environ, "SCANNER_SECRET": SECRET},
        input='{"id": "x-1", "instrument": "BTC/USDT", "side": "buy", "notional": "100"}\n',
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    async def taken():
        house = House(Source(name="scanner", secrets={"scanner-1": Secret(SECRET)}))
        stream = RedisStream(
            "redis", Secret(broker.url), parts_of(house), stream="signals", group="g"
        )
        await stream.start()
        await house.until_taken(1)
        await stream.close()
        return house.taken

    assert asyncio.run(taken()) == ["x-1"]
