"""Real brokers for tests and benchmarks: each in a folder of its own, on free ports of loopback.

What is not installed is named by the error, so that a test can say why it was skipped.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_STARTS_WITHIN_S = 90
_MOCK_CLUSTER = """
import sys
from confluent_kafka import Producer
producer = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "localhost:1"})
brokers = producer.list_topics(timeout=30).brokers.values()
print(",".join(f"{each.host}:{each.port}" for each in brokers), flush=True)
sys.stdin.read()
"""


class NoBrokerError(Exception):
    """There is none to be had here; the message says what is missing."""


class Broker:
    """A running server; `url` is how a client reaches it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, or start it again where it was."""
        raise NotImplementedError

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def restart(self) -> None:
        """Kill it and start it again on what it had kept."""
        self.kill()
        self.start()

    def close(self) -> None:
        """Stop it for good."""
        self.kill()

    def _spawn(self, command: Sequence[str], **environment: str) -> None:
        with (self.folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder), **environment},
                start_new_session=True,
                text=True,
            )

    def _wait_for(self, port: int, says: bytes = b"", hears: bytes = b"") -> None:
        """Wait until the port is open and, where it is said what to say, an answer begins so."""
        assert self._process is not None, "spawned"
        end = time.monotonic() + _STARTS_WITHIN_S
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            if _answers(port, says, hears):
                return
            time.sleep(0.05)
        said = (self.folder / "log").read_text()[-500:]
        raise NoBrokerError(f"{type(self).__name__} does not start: {said}")


class RedisBroker(Broker):
    """Redis with every write on disk before it is answered."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._program = found("redis-server", "redis-server")
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it."""
        words = f"--port {self._port} --bind 127.0.0.1 --appendonly yes --appendfsync always"
        self._spawn([self._program, *words.split(), "--save", "", "--dir", str(self.folder)])
        self._wait_for(self._port)


class NatsBroker(Broker):
    """NATS with JetStream on disk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._program = found("nats-server", "nats-server")
        self._port = free_port()
        self.url = f"nats://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it."""
        words = f"-js -sd {self.folder} -a 127.0.0.1 -p {self._port}"
        self._spawn([self._program, *words.split()])
        self._wait_for(self._port)


class RabbitBroker(Broker):
    """RabbitMQ as one node with a name, a port mapper and a cookie of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        scripts = sorted(Path("/usr/lib/rabbitmq").glob("lib/rabbitmq_server-*/sbin"))
        if not scripts:
            raise NoBrokerError("no RabbitMQ here: apt-get install rabbitmq-server")
        self._program = str(scripts[-1] / "rabbitmq-server")
        self._port, self._mapper = free_port(), free_port()
        self._names: subprocess.Popen[bytes] | None = None  # Erlang's port mapper
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Start it; Erlang takes some seconds."""
        if self._names is None:  # otherwise it would make one that outlives it
            mapper = ["epmd", "-port", str(self._mapper), "-address", "127.0.0.1"]
            self._names = subprocess.Popen(
                [found(mapper[0], "rabbitmq-server"), *mapper[1:]],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._spawn(
            [self._program],
            RABBITMQ_NODENAME=f"argonaut{self._port}@localhost",
            RABBITMQ_NODE_IP_ADDRESS="127.0.0.1",
            RABBITMQ_NODE_PORT=str(self._port),
            RABBITMQ_DIST_PORT=str(self._port + 1),
            RABBITMQ_MNESIA_BASE=str(self.folder / "mnesia"),
            RABBITMQ_LOG_BASE=str(self.folder / "logs"),
            RABBITMQ_ENABLED_PLUGINS_FILE=str(self.folder / "plugins"),
            RABBITMQ_CONFIG_FILE=str(self.folder / "rabbitmq"),
            RABBITMQ_ADVANCED_CONFIG_FILE=str(self.folder / "advanced"),
            RABBITMQ_CONF_ENV_FILE=str(self.folder / "environment"),
            ERL_EPMD_PORT=str(self._mapper),
            ERL_EPMD_ADDRESS="127.0.0.1",
            # One core without spinning is enough for tests.
            RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
            LC_ALL="C.UTF-8",
        )
        self._wait_for(self._port, says=b"AMQP\x00\x00\x09\x01", hears=b"\x01")

    def close(self) -> None:
        """Stop it and the port mapper."""
        self.kill()
        if self._names is not None:
            self._names.kill()
            self._names.wait()


class KafkaBroker(Broker):
    """The mock cluster of librdkafka, in a process of its own.

    It keeps everything in memory, so a restart is a pause in which it answers nobody.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._mock: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and learn where it listens."""
        self._mock = subprocess.Popen(
            [sys.executable, "-c", _MOCK_CLUSTER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._mock.stdout is not None, "piped"
        self.url = self._mock.stdout.readline().strip()
        if not self.url:
            raise NoBrokerError("no Kafka here: want confluent-kafka, of the dev lock")

    def kill(self) -> None:
        """End it at once."""
        if self._mock is not None:
            self._mock.kill()

    def restart(self) -> None:
        """Answer nobody for a moment."""
        assert self._mock is not None, "started"
        self._mock.send_signal(signal.SIGSTOP)
        time.sleep(1.0)
        self._mock.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop it."""
        self.kill()
        if self._mock is not None:
            self._mock.communicate()


@contextmanager
def running(kind: type[Broker]) -> Iterator[Broker]:
    """Start a broker and stop it afterwards.

    Raises:
        NoBrokerError: There is none, or it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="broker"))
    try:
        broker = kind(folder)
        try:
            broker.start()
            yield broker
        finally:
            broker.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int, says: bytes, hears: bytes) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(("127.0.0.1", port))
            if says:
                probe.sendall(says)
                return probe.recv(1) == hears
        except OSError:
            return False
        return True


def found(program: str, package: str) -> str:
    """The path of a program.

    Raises:
        NoBrokerError: It is not installed.
    """
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/bin")
    if path is None:
        raise NoBrokerError(f"no {program} here: apt-get install {package}")
    return path


def free_port() -> int:
    """A port nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
