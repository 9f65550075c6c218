"""Every example in the README and in docs is executed, page by page, as a reader would."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs.blocks import Block, Command, blocks_of, commands_of, missing_line

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")] if path.is_file())
COMMAND_SECONDS_MAX = 240

# Shown, not run: data, pictures and what others wrote.
PROSE = {"", "text", "markdown", "mermaid", "toml", "json", "csv", "diff", "make"}
CONSOLE = {"console", "bash", "sh"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_example_on_the_page_runs(page, tmp_path, monkeypatch):
    """Documentation that lies costs a newcomer their first evening."""
    copy_what_a_reader_has(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    namespace = {"__name__": "__main__"}

    for block in blocks_of(page):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if "skip" in block.notes:
            assert block.notes["skip"], f"{where}: a skipped block has to say why"
        elif block.title:
            write_file(tmp_path, block)
        elif block.language == "python":
            exec(compile("\n" * (block.line - 1) + block.code, str(page), "exec"), namespace)
        elif block.language == "yaml":
            yaml.safe_load(block.code)
        elif block.language in CONSOLE:
            run_console(block, where, tmp_path)
        else:
            assert block.language in PROSE, f"{where}: nothing runs {block.language!r}"


def copy_what_a_reader_has(folder: Path) -> None:
    """The example configs as copies, since a page may change them, and the recordings as links."""
    for name in ("config", "examples"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
    for name in ("tests/recordings", "data/recordings"):
        (folder / name).parent.mkdir()
        (folder / name).symlink_to(ROOT / name)


def write_file(folder: Path, block: Block) -> None:
    path = (folder / block.title).resolve()
    assert path.is_relative_to(folder), f"{block.title} lies outside the page's folder"
    assert not path.is_relative_to(ROOT), f"{block.title} would change the repository"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.code + "\n", encoding="utf-8")


def run_console(block: Block, where: str, folder: Path) -> None:
    commands = commands_of(block)
    for command in commands:
        wanted = int(block.notes.get("exit", "0")) if command is commands[-1] else 0
        if command.text.startswith("make "):
            assert_make_target_exists(command, where)
            continue
        done = run(command, folder)
        code = done.returncode if done.returncode >= 0 else 128 - done.returncode  # as shells say

        assert code == wanted, (
            f"{where}: `{command.text}` ended with {code}, want {wanted}\n{done.stdout}"
        )
        if block.notes.get("output") == "checked":
            missing = missing_line(command.shown, done.stdout)
            assert missing is None, f"{where}: {missing!r} is not in\n{done.stdout}"


def run(command: Command, folder: Path) -> subprocess.CompletedProcess[str]:
    beside_python = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": f"{beside_python}:{os.environ['PATH']}",
        "COLUMNS": "100",
        "XDG_STATE_HOME": str(folder / ".state"),  # a reader's last run is theirs
    }
    return subprocess.run(
        ["bash", "-c", command.text],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_SECONDS_MAX,
        check=False,
    )


def assert_make_target_exists(command: Command, where: str) -> None:
    """The targets themselves are what runs this test, so only their names are checked."""
    target = next(word for word in command.text.split()[1:] if "=" not in word)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE), (
        f"{where}: no make {target}"
    )
