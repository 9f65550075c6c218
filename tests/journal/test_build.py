"""RELIABILITY F39: a journal says which program wrote it."""

import shutil
from pathlib import Path

import argonaut
from argonaut.journal.build import build_hash, hash_of


def test_the_same_files_have_the_same_hash_wherever_they_lie(tmp_path):
    source = Path(argonaut.__file__).parent
    shutil.copytree(source / "ports", tmp_path / "elsewhere")

    assert hash_of(tmp_path / "elsewhere") == hash_of(source / "ports")
    assert build_hash() == hash_of(source)


def test_half_a_deployment_has_another_hash(tmp_path):
    """The worst loss by a deployment so far came from one server of eight with old code."""
    for name, content in (("a.py", "one"), ("b.py", "two")):
        (tmp_path / name).write_text(content)
    whole = hash_of(tmp_path)
    (tmp_path / "b.py").write_text("tvo")
    changed = hash_of(tmp_path)
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    renamed = hash_of(tmp_path)
    (tmp_path / "c.py").unlink()

    assert len({whole, changed, renamed, hash_of(tmp_path)}) == 4
