from pathlib import Path

import pytest

from argonaut.cli.loading import (
    beside,
    cache_folder,
    journal_of,
    load_assembly,
    require_journal,
)
from argonaut.config.errors import ConfigError
from argonaut.config.load import check
from tests.config.written import minimal


def test_the_cache_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "argonaut"

    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "argonaut"


def test_an_assembly_is_loaded_with_changes(config):
    assembly = load_assembly(config, sets=["name=other"], no_cache=True)

    assert assembly.config.name == "other"
    assert assembly.folder == config.parent


def test_a_path_of_a_config_starts_at_its_folder(tmp_path, monkeypatch):
    folder = tmp_path / "config"
    assert beside(folder, Path("../var/j.db")) == tmp_path / "var" / "j.db"
    assert beside(folder, Path("/else/j.db")) == Path("/else/j.db")

    monkeypatch.chdir(tmp_path)
    assert beside(Path("config"), Path("../var/j.db")) == Path("var/j.db")


def test_a_config_without_a_journal_has_none(tmp_path):
    config = check(minimal(), "config")

    assert journal_of(config, tmp_path) is None
    with pytest.raises(ConfigError, match="a paper run wants a journal"):
        require_journal(config, tmp_path / "config.yaml")


def test_the_journal_stands_beside_the_config(tmp_path):
    config = check(minimal(journal={"path": "j.db"}), "config")

    assert require_journal(config, tmp_path / "config.yaml") == tmp_path / "j.db"


@pytest.mark.parametrize("ending", [".sock", ".finished", ".part"])
def test_a_journal_may_not_be_called_like_what_stands_beside_it(tmp_path, ending):
    """The trader's socket would take the place of the journal."""
    config = check(minimal(journal={"path": f"run{ending}"}), "config")

    with pytest.raises(ConfigError, match=f"want another ending than {ending}"):
        require_journal(config, tmp_path / "config.yaml")
