"""Fail when a package of the lock file is not under a permissive license.

Usage: python tools/check_licenses.py requirements.lock

What a package says of itself is read from its installed metadata: the license expression, else the
classifiers, else the license field. Packages locked for another platform are not installed here and
are listed as such.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

PERMISSIVE = re.compile(
    r"^(the )?(MIT(-0)?|0?BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|CC0|Unlicense|LLVM)\b",
    re.IGNORECASE,
)
SEPARATORS = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")

# Not permissive by the words above, and taken all the same, each with the reason.
ACCEPTED = {
    "apsw": "'any OSI license' lets us choose a permissive one",
    "bidict": "MPL-2.0, used unmodified",
    "certifi": "MPL-2.0, used unmodified",
    "docutils": "taken under its BSD and public-domain terms",
    "orjson": "MPL-2.0, used unmodified",
    "pathspec": "MPL-2.0, used unmodified, and only to build",
    "tqdm": "MPL-2.0, used unmodified",
}


def locked_names(lock: str) -> tuple[str, ...]:
    """Return the package names pinned in the text of a lock file."""
    return tuple(re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE))


def stated_licenses(package: metadata.PackageMetadata) -> tuple[str, ...]:
    """Return each license the metadata names, most formal source first."""
    if expressions := package.get_all("License-Expression"):
        return _terms(expressions[0])
    trove = "License :: "
    classifiers = tuple(
        line.rsplit(" :: ", 1)[1]
        for line in package.get_all("Classifier", [])
        if line.startswith(trove) and line.count(" :: ") > 1
    )
    first_line = package.get_all("License", [""])[0].strip().split("\n", 1)[0]
    return classifiers or _terms(first_line)


def _terms(expression: str) -> tuple[str, ...]:
    return tuple(term.strip() for term in SEPARATORS.split(expression) if term.strip())


def objection(name: str, licenses: Iterable[str]) -> str | None:
    """Return why the package may not ship, or None when it may."""
    if name in ACCEPTED:
        return None
    stated = tuple(licenses)
    if not stated:
        return f"{name}: states no license; look it up and add it to ACCEPTED with the reason"
    foreign = [term for term in stated if not PERMISSIVE.match(term)]
    if foreign:
        return f"{name}: want a permissive license, not {', '.join(foreign)}"
    return None


def main(lock_path: Path) -> int:
    """Print what was found and return the exit code."""
    objections, absent, names = [], [], locked_names(lock_path.read_text(encoding="utf-8"))
    for name in names:
        try:
            package = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            absent.append(name)
            continue
        if problem := objection(name, stated_licenses(package)):
            objections.append(problem)
    for problem in objections:
        print(problem)
    by_name = ", ".join(name for name in names if name in ACCEPTED) or "none"
    print(f"{len(names) - len(absent)} licenses read, {len(objections)} refused.")
    print(f"Accepted by name: {by_name}. For other platforms: {', '.join(absent) or 'none'}.")
    return 1 if objections else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
