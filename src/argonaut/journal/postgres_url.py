"""Where a PostgreSQL journal is, and that nobody on the way can read or change what is sent.

`postgresql://user@host:5432/database?schema=argonaut&password_file=/run/secrets/db`. A host that is
a folder (`?host=/var/run/postgresql`) is a Unix socket. Anything but a socket and loopback is
reached by TLS alone, the server's certificate checked against its name.
"""

from __future__ import annotations

import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from argonaut.domain.errors import InvalidValueError, RefusedToStartError

SCHEMES = ("postgresql", "postgres")
TIMEOUT_S = 10.0  # a commit that takes longer has an unknown outcome, and ends the writer
_PORT = 5432
_SCHEMA = "argonaut"
_IDENTIFIER_MAX = 63
_KNOWN = frozenset({"host", "schema", "password_file", "sslmode", "sslrootcert"})


class PostgresAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A database and the schema of one journal in it."""

    user: str
    host: str  # a name or an address; a folder for a Unix socket
    port: int
    database: str
    schema: str
    password_file: Path | None = None
    root_certificate: Path | None = None
    is_encrypted: bool

    @property
    def name(self) -> str:
        """What errors and logs call it: no password is in it."""
        return f"postgresql://{self.user}@{self.host}:{self.port}/{self.database}#{self.schema}"

    @property
    def unix_socket(self) -> str | None:
        """The socket's path where the host is a folder."""
        return f"{self.host}/.s.PGSQL.{self.port}" if self.host.startswith("/") else None

    def tls(self) -> ssl.SSLContext | None:
        """Return how to encrypt, None where nothing leaves the machine.

        Raises:
            RefusedToStartError: The root certificate cannot be read.
        """
        if not self.is_encrypted:
            return None
        try:
            return ssl.create_default_context(cafile=self.root_certificate)
        except OSError as error:
            raise RefusedToStartError(
                f"sslrootcert {self.root_certificate} of {self.name}: {error}; want a file of "
                "certificates"
            ) from error

    def arguments(self, password: str | None) -> dict[str, Any]:
        """Return how the driver is called.

        Raises:
            RefusedToStartError: The root certificate cannot be read.
        """
        tls = self.tls()
        return {
            "user": self.user,
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "password": password,
            "unix_sock": self.unix_socket,
            "ssl_context": False if tls is None else tls,  # None would take plain text as well
            "timeout": TIMEOUT_S,
            "startup_params": {"search_path": self.schema, "client_encoding": "UTF8"},
        }


def is_postgres(source: object) -> bool:
    """Say whether a text names a database and not a file."""
    return isinstance(source, str) and source.partition("://")[0] in SCHEMES and "://" in source


def parse(url: str, *, schema: str = _SCHEMA) -> tuple[PostgresAddress, str | None]:
    """Return the address and the password of a URL that may leave out the schema.

    Raises:
        InvalidValueError: It is no such URL. The message never holds the password.
        RefusedToStartError: It would send plain text over a network, or its password file can be
            read by others.
    """
    address = address_of(url, schema=schema)
    return address, _password(address, urlsplit(url).password)


def address_of(url: str, *, schema: str = _SCHEMA) -> PostgresAddress:
    """Return the address alone; no file is read.

    Raises:
        InvalidValueError, RefusedToStartError: As `parse`.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT
        asked = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    except ValueError as error:
        raise InvalidValueError(f"a PostgreSQL URL whose host or port is wrong: {error}") from None
    if parts.scheme not in SCHEMES:
        raise InvalidValueError(f"want a URL that begins with postgresql://, not {parts.scheme}://")
    if unknown := sorted(asked.keys() - _KNOWN):
        raise InvalidValueError(
            f"a PostgreSQL URL with {unknown[0]!r}; want some of {', '.join(sorted(_KNOWN))}"
        )
    host = asked.get("host") or parts.hostname or ""
    database, user = parts.path.removeprefix("/"), unquote(parts.username or "")
    for what, value in (("a user", user), ("a host", host), ("a database", database)):
        if not value:
            raise InvalidValueError(f"a PostgreSQL URL without {what}: {host}:{port}/{database}")
    return PostgresAddress(
        user=user,
        host=host,
        port=port,
        database=unquote(database),
        schema=_schema(asked.get("schema", schema)),
        password_file=Path(asked["password_file"]) if "password_file" in asked else None,
        root_certificate=Path(asked["sslrootcert"]) if "sslrootcert" in asked else None,
        is_encrypted=_is_encrypted(host, asked.get("sslmode"), has_root="sslrootcert" in asked),
    )


def _schema(name: str) -> str:
    if not (name.isascii() and name.isidentifier() and len(name) <= _IDENTIFIER_MAX):
        raise InvalidValueError(f"schema {name!r}: want letters, digits and underscores")
    return name.lower()


def _is_encrypted(host: str, mode: str | None, *, has_root: bool) -> bool:
    if mode not in {None, "verify-full", "disable"}:
        raise InvalidValueError(
            f"sslmode {mode!r}: want verify-full, which is what a network gets, or disable"
        )
    is_local = host.startswith("/") or _is_loopback(host)
    if mode == "disable" and not is_local:
        raise RefusedToStartError(
            f"sslmode=disable would send the journal to {host} in plain text; want verify-full, "
            "or a database on this machine"
        )
    return not is_local or mode == "verify-full" or (has_root and mode is None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _password(address: PostgresAddress, said: str | None) -> str | None:
    path = address.password_file
    if path is None:
        return None if said is None else unquote(said)
    try:
        if path.stat().st_mode & 0o077:
            raise RefusedToStartError(f"{path} can be read by others; want mode 0600")
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise RefusedToStartError(
            f"password_file {path} of {address.name} cannot be read: {error.strerror}"
        ) from error
