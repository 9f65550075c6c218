"""Which state of the source a run was made with, as far as the folder it stands in knows."""

from __future__ import annotations

from pathlib import Path

_SHORT = 12


def commit_of(folder: Path) -> str:
    """Return the abbreviated hash of the commit checked out at or above a folder, or nothing."""
    for each in (folder, *folder.parents):
        git = each / ".git"
        if git.is_file():  # a second work tree: the file says where its folder is
            git = Path(git.read_text().partition("gitdir:")[2].strip())
        if git.is_dir():
            return _head(git)[:_SHORT]
    return ""


def _head(git: Path) -> str:
    head = _text(git / "HEAD")
    if not head.startswith("ref: "):
        return head
    name = head.removeprefix("ref: ")
    shared = _text(git / "commondir")
    folders = [git, (git / shared).resolve()] if shared else [git]
    for folder in folders:
        if found := _text(folder / name):
            return found
        for line in _text(folder / "packed-refs").splitlines():
            if line.endswith(f" {name}"):
                return line.partition(" ")[0]
    return ""


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
