"""Signals a second into a trading run: `python -m benchmarks.signals http`, or another transport.

The run is `argonaut run` on paper, in a process of its own, with its journal on disk; the detector
is this process. Over `http` and `websocket` each signal is paced, signed and answered. Over a
broker (`redis`, `rabbitmq`, `nats`, `kafka`), which is started here from what is installed, as
many are sent as fast as it takes them, and the time is from the first one sent to the last one
decided.

What has to come out: every signal sent was answered, by name, and the queue is empty at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from argonaut.feeds.detectors.envelope import seal
from benchmarks import machine, publishers
from tools.brokers import running

ROOT: Final = Path(__file__).resolve().parent.parent
TAPE: Final = ROOT / "data" / "recordings" / "binance_spot_BTCUSDT_1m_20210510_20210520.parquet"
SECRET: Final = "the-secret-of-the-benchmark"  # noqa: S105 - it guards nothing
DETECTOR: Final = "argonaut.strategies.detector_driven.DetectorDriven"
TAKES: Final[dict[str, Any]] = {
    "dead_letter_path": None,
    "sources": [
        {
            "id": "bench",
            "keys": [{"id": "k1", "secret": "${BENCHMARK_SECRET}"}],
            "per_second_max": 1_000_000,
            "ttl_s": 3_600,
        }
    ],
    "server": {"port": 0},
}
COMMON: Final[dict[str, Any]] = {
    "journal": {"path": "run.db"},
    "monitoring": {"prometheus_port": 0, "log_path": None},
}
CONNECTIONS: Final = 32
SETTLES_WITHIN_S: Final = 120
PUSHED: Final = ("http", "websocket")


def main(arguments: list[str] | None = None) -> int:
    """Measure one transport; return 1 when a signal is missing."""
    options = _options(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="signals")))
        broker = None
        if options.transport not in PUSHED:
            broker = stack.enter_context(running(publishers.BROKERS[options.transport]))
        url = None if broker is None else broker.url
        trader = stack.enter_context(started(folder, _config(folder, options.transport, url)))
        if broker is None:
            figures = asyncio.run(_push(trader, options))
        else:
            publish = publishers.PUBLISHERS[options.transport]
            figures = asyncio.run(_publish(trader, publish, broker.url, options))
        figures["load_average"] = machine.load()
    print(json.dumps(figures, indent=1))
    return 0 if figures["answered"] == figures["sent"] and not figures["queue"] else 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signals", description=__doc__)
    parser.add_argument("transport", choices=[*PUSHED, *publishers.PUBLISHERS])
    parser.add_argument("--rate", type=int, default=2_000, help="signals a second, pushed (2000)")
    parser.add_argument("--seconds", type=int, default=60, help="how long, pushed (60)")
    parser.add_argument("--signals", type=int, default=60_000, help="over a broker (60000)")
    return parser.parse_args(arguments)


class Trader:
    """A running bot: where it listens, and what its metrics say."""

    def __init__(self, push_url: str, metrics_url: str, pid: int) -> None:
        self.push_url = push_url
        self._metrics_url = metrics_url
        self._pid = pid

    def metrics(self) -> tuple[Counter[str], int]:
        """Return the answers so far by name, and how many signals wait."""
        answers: Counter[str] = Counter()
        waiting = 0
        with urllib.request.urlopen(self._metrics_url) as page:  # noqa: S310 - loopback
            for line in page.read().decode().splitlines():
                name, _, value = line.rpartition(" ")
                if name.startswith("detector_answers_total"):
                    labels = dict(_label(each) for each in name[23:-1].split(","))
                    answers[labels["code"] or labels["answer"]] += int(float(value))
                elif name == "detector_queue_size":
                    waiting = int(float(value))
        return answers, waiting

    def cpu_s(self) -> float:
        """Return the processor time it has used."""
        words = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def started(folder: Path, config: dict[str, Any]) -> Iterator[Trader]:
    """Run a bot that takes signals, until the benchmark is over."""
    path = folder / "run.yaml"
    path.write_text(json.dumps(COMMON | {"detectors": TAKES} | config))  # JSON is YAML
    log = folder / "log"
    with log.open("w") as words:  # not a pipe: a run that nobody reads would wait for a reader
        process = subprocess.Popen(
            [sys.executable, "-m", "argonaut", "run", str(path), "--plain"],
            env={**os.environ, "BENCHMARK_SECRET": SECRET},
            stdout=words,
            stderr=words,
        )
    try:
        urls = _wait_for_urls(log, process)
        yield Trader(urls["detectors push to"], urls["metrics at"], process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for_urls(log: Path, process: subprocess.Popen[bytes]) -> dict[str, str]:
    """Return where the run listens, once it has said so."""
    while process.poll() is None:
        words = [line.rpartition(" ") for line in log.read_text().splitlines()]
        urls = {what: url for what, _, url in words if url.startswith("http://")}
        if {"metrics at", "detectors push to"} <= urls.keys():
            return urls
        time.sleep(0.05)
    raise RuntimeError(f"the run ended before it listened: {log.read_text()[-500:]}")


def _config(folder: Path, transport: str, broker_url: str | None) -> dict[str, Any]:
    detectors = TAKES
    if broker_url is not None:  # one with a password does not stand in a config
        secret = folder / "url"
        secret.touch(mode=0o600)
        secret.write_text(broker_url)
        detectors = TAKES | {transport: [{"url_file": "url"}]}
    return {
        "mode": "paper",
        "balances": {"USDT": "1000000"},
        "data": [{"path": str(TAPE), "instrument": "BTC/USDT", "kind": "bars", "timeframe": "1m"}],
        "strategies": [{"id": "detector", "class": DETECTOR, "params": {"ttl_s": 3_600}}],
        "paper": {"speed": 60, "forever": True},
        "detectors": detectors,
    }


def envelope(number: int) -> bytes:
    """Return the envelope of one signal of many; every tenth is an exit."""
    return sealed(number, side="buy", intent="exit" if number % 10 == 9 else "auto")


def sealed(number: int, *, side: str, intent: str) -> bytes:
    """Return a signed envelope."""
    body = (
        f'{{"id":"b-{number}","source":"bench","instrument":"BTC/USDT","side":"{side}",'
        f'"intent":"{intent}","notional":"50","confidence":0.8}}'
    ).encode()
    nonce = f"nonce-{number:010d}"
    return seal(body, key_id="k1", secret=SECRET.encode(), sent_ns=time.time_ns(), nonce=nonce)


# pushed


async def _push(trader: Trader, options: argparse.Namespace) -> dict[str, Any]:
    """Send `rate` signals a second over some connections, and count what is answered."""
    total = options.rate * options.seconds
    waiting_most = 0
    answers: Counter[str] = Counter()
    began, cpu_s = time.perf_counter(), trader.cpu_s()
    numbers = iter(range(total))
    talk = _http if options.transport == "http" else _websocket
    url = trader.push_url
    workers = [
        asyncio.create_task(talk(url, _paced(numbers, began, options.rate), answers))
        for _ in range(CONNECTIONS)
    ]
    while not all(each.done() for each in workers):
        await asyncio.sleep(1.0)
        _, waiting = await asyncio.to_thread(trader.metrics)
        waiting_most = max(waiting_most, waiting)
    for each in workers:
        each.result()
    took_s = time.perf_counter() - began
    return _figures(
        trader, options.transport, total, took_s, answers, cpu_s, waiting_most=waiting_most
    )


async def _paced(numbers: Iterator[int], began: float, rate: int) -> Any:
    """Yield the number of the next signal when it is due; the connections share them."""
    for number in numbers:
        wait_s = began + number / rate - time.perf_counter()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        yield number


class Http:
    """One kept connection, as plain as bytes can be: the bot is measured, not us."""

    def __init__(
        self, url: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        place = urlsplit(url)
        self._begin = f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\n".encode()
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, url: str) -> Http:
        """Connect."""
        place = urlsplit(url)
        return cls(url, *await asyncio.open_connection(place.hostname, place.port))

    async def post(self, text: bytes) -> dict[str, Any]:
        """Post an envelope and return its answer."""
        head, _, body = text.partition(b" ")
        self._writer.write(
            b"%bX-Sig: %b\r\nContent-Length: %d\r\n\r\n%b" % (self._begin, head, len(body), body)
        )
        headers = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(headers.split(b"content-length: ")[1].split(b"\r\n")[0])
        answer: dict[str, Any] = json.loads(await self._reader.readexactly(length))
        return answer

    def close(self) -> None:
        """End it."""
        self._writer.close()


async def _http(url: str, due: Any, answers: Counter[str]) -> None:
    link = await Http.to(url)
    async for number in due:
        _count(await link.post(envelope(number)), answers)
    link.close()


async def _websocket(url: str, due: Any, answers: Counter[str]) -> None:
    """Send frames over one connection and hear the answers, at most 100 behind."""
    ahead = asyncio.Semaphore(100)
    stream = url.replace("/v1/signals", "/v1/stream")
    async with aiohttp.ClientSession() as session, session.ws_connect(stream) as socket:
        sent = heard = 0
        is_done = asyncio.Event()

        async def hear() -> None:
            nonlocal heard
            while not (is_done.is_set() and heard == sent):
                _count(json.loads(await socket.receive_str()), answers)
                heard += 1
                ahead.release()

        hearing = asyncio.create_task(hear())
        async for number in due:
            await ahead.acquire()
            sent += 1
            await socket.send_bytes(envelope(number))
        is_done.set()
        if heard == sent:
            hearing.cancel()
        await asyncio.wait({hearing}, timeout=SETTLES_WITHIN_S)


def _count(answer: dict[str, Any], answers: Counter[str]) -> None:
    answers[answer.get("code") or answer["answer"]] += 1


# through a broker


async def _publish(
    trader: Trader,
    publish: Callable[[str, Iterator[bytes]], Awaitable[None]],
    url: str,
    options: argparse.Namespace,
) -> dict[str, Any]:
    """Send all at once, and wait until the bot has decided every one."""
    total = options.signals
    began, cpu_s = time.perf_counter(), trader.cpu_s()
    await publish(url, (envelope(number) for number in range(total)))
    published_s = time.perf_counter() - began
    waiting_most = 0
    answers, waiting = trader.metrics()
    while sum(answers.values()) < total:
        if time.perf_counter() - began > published_s + SETTLES_WITHIN_S:
            break
        await asyncio.sleep(0.05)
        answers, waiting = await asyncio.to_thread(trader.metrics)
        waiting_most = max(waiting_most, waiting)
    took_s = time.perf_counter() - began
    figures = _figures(
        trader, options.transport, total, took_s, answers, cpu_s, waiting_most=waiting_most
    )
    return figures | {"published_s": round(published_s, 2)}


def _figures(
    trader: Trader,
    transport: str,
    total: int,
    took_s: float,
    answers: Counter[str],
    cpu_s: float,
    *,
    waiting_most: int,
) -> dict[str, Any]:
    _, waiting = trader.metrics()
    return {
        "transport": transport,
        "sent": total,
        "answered": sum(answers.values()),
        "answers": dict(answers.most_common()),
        "seconds": round(took_s, 2),
        "signals_per_second": round(total / took_s),
        "trader_cpu_us_per_signal": round((trader.cpu_s() - cpu_s) / total * 1e6),
        "queue_most": waiting_most,
        "queue": waiting,
    }


def _label(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value.strip('"')


if __name__ == "__main__":
    sys.exit(main())
