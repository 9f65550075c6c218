"""What only a PostgreSQL journal has: sessions, locks, a server that dies, a network."""

import shutil
import socket
import subprocess
import threading
from contextlib import closing, suppress

import pg8000.native
import pytest

from argonaut.journal import postgres, postgres_url
from argonaut.journal.by_url import open_journal_url
from argonaut.journal.errors import (
    JournalBrokenError,
    JournalBusyError,
    JournalConfigError,
    JournalFullError,
    JournalIOError,
    JournalVersionError,
)
from argonaut.journal.postgres import PostgresStore, connect
from argonaut.journal.reader import JournalReader
from argonaut.journal.writer import writer_on
from tests.journal.opening import META, CountingClock, append_next, is_as_written
from tests.journal.places import DatabasePlace, verified, written_at
from tests.journal.server import PASSWORD, NoServerError, running


@pytest.fixture
def place(server):
    return DatabasePlace(server)


@pytest.fixture
def own_server():
    """One that a test may kill."""
    try:
        with running() as found:
            yield found
    except NoServerError as error:
        pytest.skip(str(error))


def unlocked(place):
    """A writer whose session never took the lock, as behind a pooler that shares sessions."""
    store = connect(place.source)
    return writer_on(
        store,
        META,
        clock=CountingClock(),
        pid=1,
        mode="paper",
        repair=False,
        from_snapshot=False,
    )


def test_an_older_epoch_adds_nothing_once_a_newer_one_is_durable(place):
    """Two traders on one account are what the lease is there to prevent."""
    old = unlocked(place)
    append_next(old, 2)
    old.commit()
    new = unlocked(place)
    append_next(old, 3)
    with pytest.raises(JournalBusyError, match=r"taken over .* epoch 1 may not write"):
        old.commit()
    append_next(new, 1)
    new.commit()
    old.close()
    new.close()

    assert (old.epoch, new.epoch) == (1, 2)
    assert verified(place).rows == 3


def test_a_second_writer_is_refused_and_the_lock_dies_with_its_session(place):
    first = place.opened()
    append_next(first, 2)
    first.commit()
    with pytest.raises(JournalBusyError, match="open in another process"):
        place.opened()
    store = first._store
    assert isinstance(store, PostgresStore)
    pid = store.connection.run("SELECT pg_backend_pid()")[0][0]
    place.asked(f"SELECT pg_terminate_backend({pid}, 5000)")
    second = place.opened()
    append_next(first)
    with pytest.raises(JournalIOError):
        first.commit()
    first.close()

    assert second.head[0] == 2
    second.close()


def test_two_journals_share_a_database(server):
    one, other = DatabasePlace(server), DatabasePlace(server)
    first, second = one.opened(), other.opened()
    append_next(first, 2)
    append_next(second, 3)
    first.close()
    second.close()

    assert (verified(one).rows, verified(other).rows) == (2, 3)


def test_a_journal_is_read_while_it_is_written(place):
    journal = place.opened()
    append_next(journal, 5)
    journal.commit()
    append_next(journal, 1)
    with JournalReader(place.source) as reader:
        rows = list(reader.rows())
        report = reader.verify()
    journal.close()

    assert [row.seq for row in rows] == [1, 2, 3, 4, 5]
    assert report.ok


def test_a_reader_can_change_nothing(place):
    written_at(place, 1)
    with JournalReader(place.source) as reader:
        store = reader._store
        with pytest.raises(JournalIOError, match="read-only"):
            store.take_epoch()


def test_reading_where_there_is_no_journal_makes_none(place):
    with pytest.raises(JournalIOError, match="there is no journal at"):
        JournalReader(place.source)
    found = place.asked(f"SELECT count(*) FROM pg_namespace WHERE nspname = '{place.schema}'")
    assert found == [(0,)]


def test_a_subject_no_text_column_would_take_is_stored(place):
    """The id of an event is written by a stranger; it must not stop the trader."""
    journal = place.opened()
    journal.append(1, 1, "event", "zero \x00 byte and 🚀", b'{"\xff"}')
    journal.commit()
    row = next(journal.rows())
    journal.close()

    assert row.subject == "zero \x00 byte and 🚀"
    assert verified(place).ok


@pytest.mark.slow
def test_no_acknowledged_row_is_lost_when_the_server_crashes(own_server):
    """RELIABILITY F02: `stop -m immediate` leaves what a crash leaves, and recovery runs."""
    place = DatabasePlace(own_server)
    acknowledged = 0
    for groups in (3, 8, 1, 5):
        journal = place.opened()
        rows = list(journal.rows())
        assert len(rows) == acknowledged
        assert all(map(is_as_written, rows))
        for size in range(1, groups):
            append_next(journal, size)
            journal.commit()
            acknowledged = journal.head[0]
        append_next(journal, 2)  # never committed
        own_server.control("-m", "immediate", "-w", "stop")
        with pytest.raises(JournalIOError):
            journal.commit()
        assert journal.head[0] == acknowledged
        journal.close()
        own_server.start()

    assert verified(place).rows == acknowledged


def test_a_server_that_syncs_nothing_is_refused(own_server):
    place = DatabasePlace(own_server)
    place.asked("ALTER SYSTEM SET fsync TO off")
    place.asked("SELECT pg_reload_conf()")
    own_server.control("-m", "fast", "-w", "stop")
    own_server.start()

    with pytest.raises(JournalConfigError, match=r"fsync=off.*power cut"):
        place.opened()


def test_every_commit_waits_for_the_disk_whatever_the_server_says(own_server):
    place = DatabasePlace(own_server)
    place.asked("ALTER SYSTEM SET synchronous_commit TO off")
    place.asked("SELECT pg_reload_conf()")
    journal = place.opened()
    store = journal._store
    assert isinstance(store, PostgresStore)
    found = store.connection.run("SHOW synchronous_commit")
    journal.close()

    assert found == [["on"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"database": "nowhere"}, "does not exist"),
        ({"user": "stranger"}, "refused the (password|user)"),
        ({"password": "wrong-canary"}, "refused the password"),
    ],
)
def test_a_login_that_fails_is_told_and_never_with_the_password(server, change, said):
    url = server.url(change.get("database", "postgres"), schema="x")
    url = url.replace("tester", change.get("user", "tester"))
    url = url.replace(PASSWORD, change.get("password", PASSWORD))

    with pytest.raises(JournalIOError, match=said) as caught:
        open_journal_url(url, META, clock=CountingClock(), pid=1, mode="paper")
    assert PASSWORD not in str(caught.value)
    assert "wrong-canary" not in str(caught.value)


def test_a_user_who_may_not_create_is_told(place):
    place.asked("CREATE USER weak PASSWORD 'weak-canary'")
    url = place.source.replace(f"tester:{PASSWORD}", "weak:weak-canary")

    with pytest.raises(JournalIOError, match="may not be written by this user"):
        open_journal_url(url, META, clock=CountingClock(), pid=1, mode="paper")


def test_nobody_listens_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"postgresql://bot@127.0.0.1:{free.getsockname()[1]}/db"
        with pytest.raises(JournalIOError, match="cannot be reached"):
            connect(url)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 64, b"R\x00\x00\x00\x08\xff" * 9]
)
def test_what_listens_is_no_database(answer):
    """A wrong port, or a proxy in between, is one sentence and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            client, _ = server.accept()
            with closing(client):
                client.recv(1024)
                client.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        port = server.getsockname()[1]
        with pytest.raises(JournalIOError, match=r"cannot be reached|does not answer|refused"):
            connect(f"postgresql://bot:x@127.0.0.1:{port}/db")
        thread.join()


def test_a_newer_schema_is_left_to_its_program(place):
    written_at(place, 1)
    place.asked("UPDATE meta SET value = '9' WHERE key = 'schema_version'")

    for opening in (place.opened, lambda: JournalReader(place.source)):
        with pytest.raises(JournalVersionError, match=r"version 9.*reads 2"):
            opening()


@pytest.mark.parametrize("damage", ["DELETE FROM lease", "DROP TABLE lease"])
def test_a_lease_that_is_gone_is_a_refusal(place, damage):
    written_at(place, 1)
    place.asked(damage)

    with pytest.raises((JournalBrokenError, JournalIOError)):
        place.opened()


def test_a_meta_that_cannot_be_read_is_said(place):
    written_at(place, 1)
    place.asked("UPDATE meta SET value = '{' WHERE key = 'run'")

    with pytest.raises(JournalBrokenError, match="no readable meta"):
        place.opened()


def test_a_table_of_another_program_is_left_alone(place):
    place.asked(f"CREATE SCHEMA {place.schema}")
    place.change("CREATE TABLE events(day date)")

    with pytest.raises(JournalIOError, match="there is no journal at"):
        place.opened()


def test_a_row_with_another_type_of_text_is_told(place):
    written_at(place, 2)
    place.change("UPDATE events SET subject = x'ff' WHERE seq = 2")

    assert verified(place).broken_seq == 2
    with JournalReader(place.source) as reader, pytest.raises(JournalBrokenError, match="never"):
        list(reader.rows())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl: apt-get install openssl")
def test_a_certificate_is_checked_against_name_and_root(own_server, tmp_path):
    """A stranger between us and the database would see and change every order."""
    pem, key = own_server.folder / "data" / "server.crt", own_server.folder / "data" / "server.key"
    words = (
        f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -out {pem} -keyout {key}"
    )
    names = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", *words.split(), *names], check=True, capture_output=True)
    for path in (pem, key):
        shutil.chown(path, own_server.folder.owner())
    key.chmod(0o600)
    root = tmp_path / "root.pem"
    root.write_bytes(pem.read_bytes())
    own_server.control("-m", "fast", "-w", "stop")
    own_server.start(ssl="on")
    base = f"postgresql://tester:{PASSWORD}@{{}}:{own_server.port}/postgres?sslmode=verify-full"
    trusted = f"{base}&sslrootcert={root}"
    journal = open_journal_url(
        trusted.format("localhost"), META, clock=CountingClock(), pid=1, mode="paper"
    )
    store = journal._store
    assert isinstance(store, PostgresStore)
    encrypted = store.connection.run("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    journal.close()

    assert encrypted == [[True]]
    for url in (base.format("localhost"), trusted.format("127.0.0.1")):
        with pytest.raises(JournalIOError, match="CERTIFICATE_VERIFY_FAILED"):
            connect(url)


def test_a_server_that_offers_no_encryption_gets_no_password(server):
    url = f"postgresql://tester:{PASSWORD}@localhost:{server.port}/postgres?sslmode=verify-full"

    with pytest.raises(JournalIOError, match="refuses SSL"):
        connect(url)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("53100", JournalFullError),
        ("XX001", JournalBrokenError),
        ("55P03", JournalBusyError),
        ("57P01", JournalIOError),
    ],
)
def test_what_a_server_says_is_sorted_by_what_a_person_does_next(code, error):
    said = pg8000.native.DatabaseError({"C": code, "M": "why it failed"})

    with pytest.raises(error, match=r"journal j .*why it failed"), postgres.told("j"):
        raise said


class Proxy:
    """Stands between a writer and its server, and lets nothing more through when told to."""

    def __init__(self, server):
        self._upstream = f"{server.folder}/.s.PGSQL.{server.port}"
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.is_open = True
        self._sockets = [self._door]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        client, _ = self._door.accept()
        upstream = socket.socket(socket.AF_UNIX)
        upstream.connect(self._upstream)
        self._sockets += [client, upstream]
        for source, target in ((client, upstream), (upstream, client)):
            threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source, target):
        with suppress(OSError):
            while data := source.recv(65_536):
                if self.is_open:
                    target.sendall(data)

    def close(self):
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def test_a_network_that_swallows_everything_ends_the_writer_and_loses_nothing(server, monkeypatch):
    """A commit without an answer may be durable or not: nobody may go on as if it were either."""
    monkeypatch.setattr(postgres_url, "TIMEOUT_S", 0.5)
    place, proxy = DatabasePlace(server), Proxy(server)
    url = f"postgresql://tester:{PASSWORD}@127.0.0.1:{proxy.port}/postgres?schema={place.schema}"
    journal = open_journal_url(url, META, clock=CountingClock(), pid=1, mode="paper")
    append_next(journal, 3)
    journal.commit()
    proxy.is_open = False
    append_next(journal, 2)
    with pytest.raises(JournalIOError, match="cannot be reached"):
        journal.commit()
    with pytest.raises(JournalIOError):
        append_next(journal)
    assert journal.head[0] == 3
    journal.close()
    proxy.close()
    monkeypatch.undo()
    after = place.opened()
    rows = list(after.rows())
    after.close()

    assert len(rows) in {3, 5}
    assert all(map(is_as_written, rows))
