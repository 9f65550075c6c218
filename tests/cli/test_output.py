import errno
import io
import os
from decimal import Decimal

import pytest

from argonaut.cli.output import (
    OutputError,
    UnusableTargetError,
    fail,
    print_json,
    printable,
    replaced,
    require_target,
)
from argonaut.domain.errors import ExitCode
from tests.cli.calling import contents


def write_and_fail(path, error):
    with replaced(path) as file:
        file.write("half")
        raise error


def test_json_has_money_as_text(capsys):
    print_json({"a": Decimal("0.10"), "b": (1, None), "c": True})

    assert capsys.readouterr().out == (
        '{\n  "a": "0.10",\n  "b": [\n    1,\n    null\n  ],\n  "c": true\n}\n'
    )


def test_what_is_no_number_is_no_json():
    with pytest.raises(ValueError, match="JSON"):
        print_json({"a": float("nan")})


def test_a_file_takes_the_place_of_another_when_all_of_it_is_written(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    with replaced(path) as file:
        file.write("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert contents(tmp_path) == {"a.txt"}


def test_a_failed_write_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    with pytest.raises(ZeroDivisionError):
        write_and_fail(path, ZeroDivisionError())
    assert path.read_text() == "old"
    assert contents(tmp_path) == {"a.txt"}


def test_a_disk_that_refuses_is_told_and_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    with pytest.raises(OutputError, match="cannot be written: No space left") as refused:
        write_and_fail(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert refused.value.exit_code == ExitCode.FAILED
    assert path.read_text() == "old"
    assert contents(tmp_path) == {"a.txt"}


def test_a_target_gets_its_folder(tmp_path):
    require_target(tmp_path / "a" / "b" / "c.txt")
    require_target(None)

    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("name", [".", "/dev/null"])
def test_what_is_no_file_is_no_target(tmp_path, name):
    with pytest.raises(UnusableTargetError, match="is no file, want the name of a file"):
        require_target(tmp_path / name)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(UnusableTargetError, match="cannot be made") as refused:
        require_target(tmp_path / "file" / "x" / "y.txt")
    assert refused.value.exit_code == ExitCode.USAGE


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)

    with pytest.raises(UnusableTargetError, match="cannot be written to"):
        require_target(tmp_path / "x.txt")


def test_a_file_is_written_as_text_without_changing_line_ends(tmp_path):
    with replaced(tmp_path / "a.csv") as file:
        assert not isinstance(file, io.BytesIO)
        file.write("a\r\nb\n")

    assert (tmp_path / "a.csv").read_bytes() == b"a\r\nb\n"


def test_no_control_character_reaches_the_terminal(capsys):
    """A name in a file may hold what moves a cursor or forges a line."""
    assert printable("a\x1b[31mb\nc") == "a?[31mb?c"

    fail(OutputError("first \x1b[2J\nsecond"))
    assert capsys.readouterr().err == "first ?[2J\nsecond\n"
