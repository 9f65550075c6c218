import subprocess

import pytest

from argonaut.cli.commit import commit_of


def git(folder, *arguments):
    return subprocess.run(
        [
            "git",
            "-C",
            str(folder),
            "-c",
            "user.name=n",
            "-c",
            "user.email=e@example.org",
            *arguments,
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "file").write_text("x")
    git(folder, "add", "file")
    git(folder, "commit", "-q", "-m", "First")
    return folder


def test_the_commit_checked_out_is_found_from_below(repository):
    """A failing plan without the commit it failed at is a riddle."""
    below = repository / "a" / "b"
    below.mkdir(parents=True)

    assert commit_of(below) == git(repository, "rev-parse", "HEAD")[:12]


def test_packed_detached_and_second_work_trees_are_understood(repository, tmp_path):
    git(repository, "pack-refs", "--all")
    head = git(repository, "rev-parse", "HEAD")[:12]
    assert commit_of(repository) == head

    git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert commit_of(tmp_path / "side") == head

    git(repository, "checkout", "-q", "--detach")
    assert commit_of(repository) == head


def test_no_repository_is_no_commit(tmp_path):
    assert commit_of(tmp_path) == ""
