"""Who may send signals, as a config says it."""

from pathlib import Path

import pytest

from argonaut.config.assembly import assemble
from argonaut.config.errors import ConfigError
from argonaut.config.load import check, load_config
from tests.config.written import minimal, written

SECRET = "0123456789abcdef0123"


def made(*sources, folder=None, **more):
    raw = minimal(detectors={"sources": list(sources), **more})
    return assemble(check(raw, "test"), folder=folder).sources()


def scanner(**more):
    return {"id": "scanner", "keys": [{"id": "k1", "secret": SECRET}], **more}


def secret_file(folder, text=SECRET, mode=0o600):
    path = folder / "scanner.key"
    path.write_text(text)
    path.chmod(mode)
    return {"id": "scanner", "keys": [{"id": "k1", "secret_file": path.name}]}


def test_a_source_has_its_limits_and_its_secret(tmp_path):
    sources = made(
        secret_file(tmp_path)
        | {"instruments": ["BTCUSDT"], "addresses": ["192.0.2.0/24"], "notional_max": 500},
        folder=tmp_path,
    )

    source, secret = sources.of_key("k1")
    assert secret == SECRET.encode()
    assert source.instruments == {"BTC/USDT@sim"}
    assert str(source.networks[0]) == "192.0.2.0/24"
    assert source.notional_max == 500


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ([scanner(instruments=["NOPE/USDT"])], "the run does not trade NOPE/USDT"),
        ([{"id": "s", "keys": [{"id": "k", "secret": "short"}]}], "a secret of 16 characters"),
        ([scanner(), scanner()], "two sources named scanner"),
        ([scanner(), scanner(id="b")], "two keys with the id k1"),
        ([scanner(keys=[{"id": "k", "secret": SECRET}] * 2)], "want another id for each key"),
        ([{"id": "s", "keys": [{"id": "k", "secret_file": "none"}]}], "cannot be read"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(tmp_path, sources, said):
    with pytest.raises(ConfigError, match=said):
        made(*sources, folder=tmp_path)


def test_a_secret_that_others_can_read_is_none(tmp_path):
    with pytest.raises(ConfigError, match="may be read by others"):
        made(secret_file(tmp_path, mode=0o644), folder=tmp_path)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"id": "s"}, "auth hmac wants one key or more, not 0"),
        ({"id": "s", "auth": "body_secret"}, "auth body_secret wants one key, not 0"),
        (scanner(auth="loopback"), "auth loopback wants no key, not 1"),
        (scanner(id="no spaces"), "should match pattern"),
        (scanner(addresses=["nowhere"]), "does not appear to be an IPv4 or IPv6 network"),
        (scanner(notional_max=-1), "greater than 0"),
        ({"id": "s", "keys": [{"id": "k"}]}, "want either secret or secret_file"),
        (scanner(colour="red"), "unknown key"),
    ],
)
def test_a_wrong_source_is_refused_by_name(source, said):
    with pytest.raises(ConfigError, match=said):
        made(source)


def test_a_secret_does_not_stand_in_a_config(tmp_path):
    """It would be copied with the file, into a repository and into every report."""
    path = written(tmp_path, minimal(detectors={"sources": [scanner()]}))

    with pytest.raises(ConfigError, match=r"keys\.0\.secret: a secret does not stand in a config"):
        load_config(path)


def test_a_secret_out_of_a_variable_is_fine(tmp_path):
    raw = minimal(detectors={"sources": [scanner(keys=[{"id": "k1", "secret": "${A_SECRET}"}])]})

    config = load_config(written(tmp_path, raw), environment={"A_SECRET": SECRET})

    assert config.detectors.sources[0].keys[0].secret == SECRET


def test_a_rotated_key_does_not_make_it_another_run():
    """A journal goes on: signals are inputs of it, whoever may send them."""
    plain = assemble(check(minimal(), "test"), folder=Path())
    other = assemble(check(minimal(detectors={"sources": [scanner()]}), "test"), folder=Path())

    assert plain.config_hash == other.config_hash
