"""The code blocks of a Markdown page, with the notes that say how they are run.

The mark-up is described for authors in docs/howto/write-docs.md.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

FENCE = re.compile(r"^(?P<indent>\s*)(?P<ticks>`{3,})(?P<language>[\w+-]*)\s*(?P<words>.*)$")
TITLE = re.compile(r"title=[\"']?(?P<title>[^\"'\s]+)")
NOTE = re.compile(r"^\s*<!--\s*(?P<name>exit|skip|output):\s*(?P<value>.*?)\s*-->\s*$")


@dataclass(frozen=True)
class Block:
    """One fenced block. `line` is the number of its first line of code, counted from one."""

    language: str
    code: str
    line: int
    title: str = ""
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Command:
    """One line of a console block that starts with `$`, and what the page shows below it."""

    text: str
    shown: tuple[str, ...]


def blocks_of(page: Path) -> list[Block]:
    """Read every fenced block of a page.

    Raises:
        ValueError: A fence is never closed.
    """
    lines = page.read_text(encoding="utf-8").splitlines()
    found: list[Block] = []
    notes: dict[str, str] = {}
    at = 0
    while at < len(lines):
        if note := NOTE.match(lines[at]):
            notes[note["name"]] = note["value"]
        elif fence := FENCE.match(lines[at]):
            end = _closing(lines, at, fence, page)
            code = "\n".join(line.removeprefix(fence["indent"]) for line in lines[at + 1 : end])
            title = TITLE.search(fence["words"])
            found.append(
                Block(
                    language=fence["language"],
                    code=code,
                    line=at + 2,
                    title=title["title"] if title else "",
                    notes=notes,
                )
            )
            notes, at = {}, end
        elif lines[at].strip():
            notes = {}
        at += 1
    return found


def _closing(lines: list[str], opening: int, fence: re.Match[str], page: Path) -> int:
    for at in range(opening + 1, len(lines)):
        if lines[at].strip() == fence["ticks"]:
            return at
    raise ValueError(f"{page}:{opening + 1} opens a block that is never closed")


def commands_of(block: Block) -> list[Command]:
    """Split a console block into commands; without any `$`, every line is one."""
    lines = block.code.replace("\\\n", " ").splitlines()
    if not any(line.startswith("$ ") for line in lines):
        return [Command(line, ()) for line in lines if line.strip() and not line.startswith("#")]
    commands: list[Command] = []
    for line in lines:
        if line.startswith("$ "):
            commands.append(Command(line.removeprefix("$ "), ()))
        elif commands and line.strip():
            last = commands.pop()
            commands.append(Command(last.text, (*last.shown, line.strip())))
    return commands


def missing_line(shown: tuple[str, ...], printed: str) -> str | None:
    """Return the first shown line that was not printed in its turn; `...` stands for anything."""
    rest = iter(printed.splitlines())
    for wanted in shown:
        if wanted == "...":
            continue
        pattern = re.compile(".*".join(map(re.escape, wanted.split("..."))))
        if not any(pattern.fullmatch(line.strip()) for line in rest):
            return wanted
    return None
