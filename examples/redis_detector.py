r"""An example detector: puts signed signals into a Redis stream, bot running or not.

    pip install redis
    export SCANNER_SECRET=...
    printf '%s\n' '{"id": "a-1", "instrument": "BTC/USDT", "side": "buy", "notional": "100"}' |
        python examples/redis_detector.py redis://127.0.0.1:6379/0

One JSON object a line on standard input. The envelope is one line of text, so the same two lines of
code serve a queue of RabbitMQ, a subject of NATS or a topic of Kafka.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time

import redis

from examples.push_detector import head_of


def main() -> None:
    """Send every line."""
    client = redis.Redis.from_url(sys.argv[1])
    for line in sys.stdin:
        body = json.dumps(json.loads(line)).encode()
        head = head_of(
            body,
            key_id="scanner-1",
            secret=os.environ["SCANNER_SECRET"],
            now_ms=time.time_ns() // 1_000_000,
            nonce=secrets.token_hex(8),
        )
        number = client.xadd("signals", {"envelope": head.encode() + b" " + body})
        print(f"entry {number!r}")


if __name__ == "__main__":
    main()
