"""A machine that cannot run Argonaut is told why, and what to install."""

import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "create_venv.sh"


def fake(folder, name, body):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def create_venv(folder):
    """Run the script where only the commands in `folder` exist."""
    return subprocess.run(
        ["/bin/sh", str(SCRIPT), str(folder / "venv")],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_named_beside_what_is_wanted(tmp_path):
    fake(tmp_path, "python3", 'case "$1" in --version) echo "Python 3.9.2";; *) exit 1;; esac')

    done = create_venv(tmp_path)

    assert done.returncode == 1
    assert "needs Python 3.11 or newer; found Python 3.9.2" in done.stderr


def test_no_python_at_all_is_said(tmp_path):
    done = create_venv(tmp_path)

    assert done.returncode == 1
    assert "found no python3" in done.stderr


def test_a_missing_venv_package_is_named_to_who_may_not_install_it(tmp_path):
    """Debian's python3 comes without the part that makes environments."""
    python = 'case "$2" in *ensurepip*) exit 1;; *print*) echo python3.11-venv;; esac'
    fake(tmp_path, "python3", python)
    fake(tmp_path, "id", "echo 1000")

    done = create_venv(tmp_path)

    assert done.returncode == 1
    assert "sudo apt-get install python3.11-venv" in done.stderr
