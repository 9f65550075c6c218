"""A real PostgreSQL for tests: started as an unprivileged user in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

_STARTS_WITHIN_S = 60
PASSWORD = "canary-pg-password"


class NoServerError(Exception):
    """There is none to be had here; the message says what is missing."""


class Server:
    """A running server and how to reach it."""

    def __init__(self, folder: Path, programs: Path, port: int) -> None:
        self.folder = folder
        self.programs = programs
        self.port = port

    def url(self, database: str = "postgres", **query: str) -> str:
        """The URL by Unix socket; `host` and others may be given."""
        asked = {"host": str(self.folder), **query}
        words = "&".join(f"{key}={quote(value, safe='')}" for key, value in asked.items())
        return f"postgresql://tester:{PASSWORD}@/{database}?{words}".replace(
            "@/", f"@:{self.port}/"
        )

    def control(self, *words: str) -> None:
        """Call pg_ctl: `stop -m immediate` is a crash."""
        run_as_nobody([str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), *words])

    def start(self, **settings: str) -> None:
        options = (
            f"-k {self.folder} -p {self.port} -c listen_addresses=127.0.0.1 -c max_connections=40 "
            "-c shared_buffers=16MB"
        ) + "".join(f" -c {name}={value}" for name, value in settings.items())
        self.control("-o", options, "-l", str(self.folder / "log"), "-w", "start")


def programs() -> Path:
    """The folder with initdb and pg_ctl.

    Raises:
        NoServerError: There is none.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NoServerError("no PostgreSQL server here: apt-get install postgresql")
    return Path(on_path).resolve().parent


@contextmanager
def running() -> Iterator[Server]:
    """Start a server and stop it afterwards.

    Raises:
        NoServerError: There is none, or it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: a socket's path has 108 bytes
    try:
        folder.chmod(0o755)
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
        server = Server(folder, programs(), free_port())
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        words = ["-U", "tester", "-A", "scram-sha-256", "--pwfile", str(secret), "--no-sync"]
        run_as_nobody([str(server.programs / "initdb"), "-D", str(folder / "data"), *words])
        server.start()
        try:
            yield server
        finally:
            server.control("-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_as_nobody(command: list[str]) -> None:
    """PostgreSQL refuses to run as root."""
    done = subprocess.run(
        command,
        check=False,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_STARTS_WITHIN_S,
        user="nobody" if os.getuid() == 0 else None,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        text=True,
    )
    if done.returncode:
        raise NoServerError(f"{command[0]} failed: {done.stdout[-500:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
