import pytest

from argonaut.domain.errors import InvalidValueError, RefusedToStartError
from argonaut.journal.postgres_url import is_postgres, parse

SECRET = "canary-url-password"


def url(host, query=""):
    return f"postgresql://bot:{SECRET}@{host}/trading{query}"


def test_a_url_names_database_schema_and_user():
    address, password = parse(url("127.0.0.1:6543", "?schema=Binance_Main"))

    assert (address.user, address.host, address.port) == ("bot", "127.0.0.1", 6543)
    assert (address.database, address.schema) == ("trading", "binance_main")
    assert password == SECRET
    assert SECRET not in address.name
    assert SECRET not in repr(address)


def test_a_password_with_odd_letters_is_decoded():
    assert parse("postgresql://bot:p%40ss%2F@localhost/db")[1] == "p@ss/"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_loopback_needs_no_encryption(host):
    assert parse(url(host))[0].tls() is None


def test_a_folder_is_a_unix_socket():
    address, _ = parse("postgresql://bot@/db?host=/var/run/postgresql")

    assert address.unix_socket == "/var/run/postgresql/.s.PGSQL.5432"
    assert address.tls() is None


@pytest.mark.parametrize("host", ["db.example.com", "10.0.0.5", "192.168.1.9", "[2001:db8::1]"])
def test_a_network_is_crossed_with_a_checked_certificate_only(host):
    """Whoever reads the journal on the way knows every order before it is sent."""
    tls = parse(url(host))[0].tls()

    assert tls is not None
    assert tls.check_hostname
    assert tls.verify_mode.name == "CERT_REQUIRED"


@pytest.mark.parametrize("host", ["db.example.com", "10.0.0.5", "localhost.example.com", "0.0.0.0"])
def test_plain_text_over_a_network_is_refused(host):
    with pytest.raises(RefusedToStartError, match="plain text") as said:
        parse(url(host, "?sslmode=disable"))
    assert SECRET not in str(said.value)


@pytest.mark.parametrize("mode", ["require", "prefer", "allow", "verify-ca", ""])
def test_half_a_protection_is_no_choice(mode):
    with pytest.raises((InvalidValueError, RefusedToStartError), match="verify-full"):
        parse(url("db.example.com", f"?sslmode={mode or 'x'}"))


def test_encryption_may_be_asked_for_on_loopback():
    assert parse(url("localhost", "?sslmode=verify-full"))[0].tls() is not None


def test_a_missing_root_certificate_is_told(tmp_path):
    address, _ = parse(url("db.example.com", f"?sslrootcert={tmp_path / 'ca.pem'}"))

    with pytest.raises(RefusedToStartError, match=r"ca\.pem.*want a file of certificates"):
        address.tls()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (f"mysql://bot:{SECRET}@localhost/db", "begins with postgresql"),
        (f"postgresql://:{SECRET}@localhost/db", "without a user"),
        (f"postgresql://bot:{SECRET}@/db", "without a host"),
        (f"postgresql://bot:{SECRET}@localhost/", "without a database"),
        (f"postgresql://bot:{SECRET}@localhost:99999/db", "host or port is wrong"),
        (f"postgresql://bot:{SECRET}@localhost/db?sslcert=x", "'sslcert'"),
        (url("localhost", '?schema=a"b'), "letters, digits and underscores"),
        (url("localhost", "?schema=" + "x" * 64), "letters, digits and underscores"),
    ],
)
def test_a_wrong_url_is_told_without_its_password(wrong, said):
    with pytest.raises(InvalidValueError, match=said) as caught:
        parse(wrong)
    assert SECRET not in str(caught.value)


def test_a_password_comes_from_a_file_of_its_owner_alone(tmp_path):
    secret = tmp_path / "password"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)

    assert parse(f"postgresql://bot@localhost/db?password_file={secret}")[1] == SECRET
    secret.chmod(0o640)
    with pytest.raises(RefusedToStartError, match="read by others"):
        parse(f"postgresql://bot@localhost/db?password_file={secret}")


def test_a_missing_password_file_is_told(tmp_path):
    with pytest.raises(RefusedToStartError, match="cannot be read"):
        parse(f"postgresql://bot@localhost/db?password_file={tmp_path / 'none'}")


def test_a_path_is_no_database():
    assert is_postgres("postgresql://bot@localhost/db")
    assert not is_postgres("postgresql.db")
    assert not is_postgres("sqlite:///x.db")
