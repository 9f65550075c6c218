"""The process that writes a long backtest's journal: what happens when it does not."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from argonaut.journal.draft import BATCH_ROWS, DraftJournal
from argonaut.journal.errors import JournalError, JournalFullError, JournalIOError
from argonaut.journal.far_scribe import FarScribe
from argonaut.journal.wire import Batch, Opening
from tests.journal.far import draft, ready
from tests.journal.opening import content

ROOT = Path(__file__).resolve().parents[2]
GONE_WITHIN_S = 30.0
FILL = """
import sys
from argonaut.journal.far_end import answer
from argonaut.journal.wire import Answer
answer(sys.stdout.buffer, Answer())
answer(sys.stdout.buffer, Answer(failure="JournalFullError", said="no room on this disk"))
"""


def batch(rows: int = BATCH_ROWS) -> Batch:
    return Batch(1, 1, [content(seq) for seq in range(1, rows + 1)])


def append_many(journal: DraftJournal) -> None:
    for seq in range(1, 20 * BATCH_ROWS):
        journal.append(*content(seq))


def hand_over_many(far: FarScribe) -> None:
    for _ in range(1_000):
        far.write(batch())


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_killed_writer_is_told_by_its_signal_and_leaves_no_file(tmp_path):
    """The out-of-memory killer takes the process nobody watches."""
    with ready("j.db") as far:
        journal = draft(tmp_path / "j.db", far)
        for seq in range(1, 2 * BATCH_ROWS + 1):
            journal.append(*content(seq))
        os.kill(far.pid, signal.SIGKILL)
        with pytest.raises(JournalIOError, match=r"j\.db is lost: .* has ended \(signal 9\)"):
            _ = journal.head
        with pytest.raises(JournalIOError, match="signal 9"):
            journal.append(*content(1))
        with pytest.raises(JournalIOError, match="signal 9"):
            journal.close()

    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_there_is_an_error_here(tmp_path):
    with ready() as far:
        journal = draft(tmp_path / "j.db", far)
        resource.prlimit(far.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
        with pytest.raises(JournalError, match=r"journal .*j\.db"):
            append_many(journal)
        with pytest.raises(JournalError, match=r"journal .*j\.db"):
            journal.close()

    assert list(tmp_path.iterdir()) == []


def test_the_error_of_the_other_process_keeps_its_kind():
    """A full disk is to be cleared, a failing one replaced: the operator must know which."""
    process = subprocess.Popen(
        [sys.executable, "-c", FILL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    far = FarScribe(process, "j.db", wait_s=30.0)
    try:
        assert far.is_ready(30.0)
        process.wait(30.0)
        with pytest.raises(JournalFullError, match="no room on this disk"):
            far.write(batch())
    finally:
        far.release()


def test_a_draft_that_is_not_where_it_was_left_is_not_gone_on_with(tmp_path):
    with ready() as far:
        far.begin(Opening(str(tmp_path / "j.db"), 5, b"", 7, "backtest"))
        with pytest.raises(JournalIOError):
            far.head()


def test_a_process_that_hangs_is_given_up():
    with ready(wait_s=0.2) as far:
        far.begin(Opening(None, 0, b"", 7, "backtest"))
        os.kill(far.pid, signal.SIGSTOP)
        with pytest.raises(JournalIOError, match=r"took nothing for 0\.2 s"):
            hand_over_many(far)


def test_a_process_that_hangs_over_an_answer_is_given_up():
    with ready(wait_s=0.2) as far:
        far.begin(Opening(None, 0, b"", 7, "backtest"))
        os.kill(far.pid, signal.SIGSTOP)
        with pytest.raises(JournalIOError, match=r"said nothing for 0\.2 s"):
            far.head()


def test_a_process_that_cannot_start_is_none(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert FarScribe.start("j.db") is None


def test_a_process_that_ends_at_its_start_is_told():
    process = subprocess.Popen(
        [sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    )
    far = FarScribe(process, "j.db", wait_s=30.0)
    try:
        with pytest.raises(JournalIOError, match=r"has ended \(exit code 0\)"):
            far.is_ready(30.0)
    finally:
        far.release()


def test_an_interrupt_from_the_terminal_goes_to_the_backtest_alone():
    """Ctrl-C is sent to a whole group; the backtest decides what it means for the journal."""
    with ready() as far:
        assert os.getpgid(far.pid) == far.pid != os.getpgid(0)


def test_nothing_is_left_running_when_the_backtest_is_killed(tmp_path):
    program = """
import os, signal, sys
from pathlib import Path
from tests.journal.far import draft, ready
from tests.journal.opening import content
with ready() as far:
    journal = draft(Path(sys.argv[1]), far)
    for seq in range(1, 2_000):
        journal.append(*content(seq))
    print(far.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "j.db")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    until = time.monotonic() + GONE_WITHIN_S
    while is_running(int(done.stdout)) and time.monotonic() < until:
        time.sleep(0.02)

    assert not is_running(int(done.stdout))
    assert not (tmp_path / "j.db").exists()
