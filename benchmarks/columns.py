"""Columns of signed 64-bit numbers, one file each: what every engine reads its data from."""

from __future__ import annotations

from array import array
from pathlib import Path


def write_column(folder: Path, name: str, values: array[int]) -> None:
    """Write one column as `<name>.i64`, native byte order."""
    with (folder / f"{name}.i64").open("wb") as file:
        values.tofile(file)


def read_column(folder: Path, name: str, rows: int | None = None) -> list[int]:
    """Read the first `rows` values of a column (all of them by default)."""
    path = folder / f"{name}.i64"
    values = array("q")
    with path.open("rb") as file:
        values.fromfile(file, rows if rows is not None else path.stat().st_size // values.itemsize)
    return values.tolist()
