"""An example detector: pushes one signed signal to a running bot. Nothing but Python is needed.

    export SCANNER_SECRET=...            # the secret that the bot's config names for the key
    python examples/push_detector.py BTC/USDT buy --notional 100

Copy `push` into a detector of your own. What the bot answers says what became of the signal, and
with which order ids.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.request
from typing import Any

URL = "http://127.0.0.1:8800/v1/signals"


def head_of(body: bytes, *, key_id: str, secret: str, now_ms: int, nonce: str) -> str:
    """Return the head of the envelope: who signs, when, and HMAC-SHA256 over `ts.nonce.body`."""
    signed = f"{now_ms}.{nonce}.".encode() + body
    signature = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"v1={signature},key={key_id},ts={now_ms},nonce={nonce}"


def push(signal: dict[str, Any], *, key_id: str, secret: str, url: str = URL) -> dict[str, Any]:
    """Send one signal and return the answer; a refusal is an answer too."""
    body = json.dumps(signal).encode()
    head = head_of(
        body,
        key_id=key_id,
        secret=secret,
        now_ms=time.time_ns() // 1_000_000,
        nonce=secrets.token_hex(8),
    )
    request = urllib.request.Request(url, body, {"X-Sig": head})  # noqa: S310 - the bot's own
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 - as above
            answer: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as refusal:
        answer = json.load(refusal)
    return answer


def main() -> int:
    """Send what the command line says; 0 when it was taken."""
    parser = argparse.ArgumentParser(description="Push one signal to a running bot.")
    parser.add_argument("instrument")
    parser.add_argument("side", choices=("buy", "sell"))
    parser.add_argument("--intent", default="auto", choices=("auto", "enter", "exit"))
    parser.add_argument("--notional", default="100")
    parser.add_argument("--id", default=f"by-hand-{time.time_ns()}")
    parser.add_argument("--key", default="scanner-1")
    parser.add_argument("--url", default=URL)
    asked = parser.parse_args()
    signal = {
        "id": asked.id,  # the same id never has an effect twice
        "instrument": asked.instrument,
        "side": asked.side,
        "intent": asked.intent,
        "notional": asked.notional,
        "confidence": 0.9,
        "ttl_s": 10,
    }
    secret = os.environ["SCANNER_SECRET"]
    answer = push(signal, key_id=asked.key, secret=secret, url=asked.url)
    print(json.dumps(answer))
    return 0 if answer["answer"] in ("accepted", "dry_run", "duplicate") else 1


if __name__ == "__main__":
    sys.exit(main())
