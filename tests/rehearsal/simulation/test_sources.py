"""Tests of argonaut.rehearsal.simulation.sources: what a run had loaded, and if it still is."""

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

import argonaut
from argonaut.rehearsal.simulation.sources import CHANGED, Sources, loaded, stand

ROOT = Path(argonaut.__file__).parent.parent
ONE, TWO = "argonaut/one.py", "argonaut/part/__init__.py"

# A process whose first files are the package's own; `TOUCH` is touched before the rest is loaded.
WATCHED = """
import json, os, sys
from pathlib import Path
from argonaut.rehearsal.simulation.sources import loaded, watch
watch()
if len(sys.argv) > 1:
    os.utime(sys.argv[1])
from argonaut.rehearsal.simulation import trace
(Path(trace.__file__).parent / "timeline.css").read_bytes()
found = loaded()
print(json.dumps([dict(found.files), dict(found.packages)]))
"""


def in_a_process(*args, root=ROOT):
    environment = {**os.environ, "PYTHONPATH": str(root)}
    call = [sys.executable, "-c", WATCHED, *map(str, args)]
    out = subprocess.run(call, env=environment, capture_output=True, check=True).stdout
    return json.loads(out)


@pytest.fixture
def root(tmp_path):
    """A folder with a package of two files."""
    (tmp_path / TWO).parent.mkdir(parents=True)
    (tmp_path / ONE).write_text("a = 1\n")
    (tmp_path / TWO).write_text("b = 2\n")
    return tmp_path


@pytest.fixture
def of_two(root):
    """What a process that had loaded both would say."""
    hashes = {each: sha256((root / each).read_bytes()).hexdigest() for each in (ONE, TWO)}
    return Sources(files=hashes)


def test_what_is_loaded_now_stands_now():
    found = loaded()

    assert "argonaut/rehearsal/simulation/sources.py" in found.files
    assert found.packages["msgspec"]
    assert found.packages["python"].startswith(sys.version)
    assert "argonaut" not in found.packages
    assert stand(found)


def test_only_what_a_process_has_loaded_or_read_is_named():
    """A change of a report must not throw hours of a sweep away."""
    files, packages = in_a_process()

    assert "argonaut/rehearsal/simulation/trace.py" in files
    assert "argonaut/rehearsal/simulation/timeline.css" in files
    assert not {each for each in files if each.startswith(("argonaut/cli/", "argonaut/feeds/"))}
    assert "msgspec" in packages
    assert "ccxt" not in packages


def test_a_file_touched_while_its_process_ran_is_never_the_same_again(tmp_path):
    """The hash of today would vouch for a trader that was loaded yesterday."""
    copied = tmp_path / "argonaut"
    for name in ("__init__.py", "ports", "domain", "runtime", "rehearsal"):
        subprocess.run(["cp", "-r", "--parents", name, tmp_path], cwd=ROOT / "argonaut", check=True)
    copied.mkdir()
    for each in list(tmp_path.iterdir()):
        if each != copied:
            each.rename(copied / each.name)
    touched = copied / "rehearsal" / "simulation" / "trace.py"
    files, _ = in_a_process(touched, root=tmp_path)

    assert files["argonaut/rehearsal/simulation/trace.py"] == CHANGED


def test_unchanged_files_stand_whatever_else_changes(root, of_two):
    (root / "argonaut" / "three.py").write_text("c = 3\n")

    assert stand(of_two, root)


def test_a_change_of_a_file_is_one(root, of_two):
    (root / TWO).write_text("b = 3\n")

    assert not stand(of_two, root)


def test_a_file_that_is_gone_is_a_change(root, of_two):
    (root / ONE).unlink()

    assert not stand(of_two, root)


def test_a_file_that_is_no_more_found_first_is_a_change(root, of_two):
    """Python imports a folder, or a compiled module, before the source file beside it."""
    assert stand(of_two, root)
    (root / "argonaut" / "one").mkdir()
    (root / "argonaut" / "one" / "__init__.py").write_text("a = 2\n")

    assert not stand(of_two, root)


@pytest.mark.parametrize("packages", [{"msgspec": "0.0.1"}, {"no-such-package": "1.0"}])
def test_another_version_of_a_package_is_a_change(root, of_two, packages):
    assert not stand(replace(of_two, packages=packages), root)


def test_a_run_that_depended_on_nothing_is_not_believed():
    assert not stand(Sources())


def test_a_state_is_called_by_what_is_in_it(of_two):
    others = replace(of_two, packages={"apsw": "1"}), replace(of_two, files={ONE: "0"})

    assert len(of_two.id) == 16
    assert replace(of_two).id == of_two.id
    assert len({of_two.id, *(each.id for each in others)}) == 3
