"""What the process that writes a backtest's journal does when told, tried without a process."""

from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from argonaut.journal import far_end
from argonaut.journal.chain import GENESIS
from argonaut.journal.draft_file import DraftFile
from argonaut.journal.far_end import serve
from argonaut.journal.reader import JournalReader
from argonaut.journal.wire import LENGTH, Answer, AskHead, Batch, Finish, Message, Opening
from tests.journal.opening import META, content, written

ROWS = 20


def told(*messages: Message) -> list[Answer]:
    """Serve these messages and the end of the input; return the answers after the first."""
    orders, answers = BytesIO(), BytesIO()
    for message in messages:
        body = msgspec.msgpack.encode(message)
        orders.write(LENGTH.pack(len(body)) + body)
    orders.seek(0)
    serve(orders, answers)
    ready, *others = decoded(answers.getvalue())
    assert ready == Answer()
    return others


def decoded(text: bytes) -> list[Answer]:
    found = []
    while text:
        end = LENGTH.size + LENGTH.unpack_from(text)[0]
        found.append(msgspec.msgpack.decode(text[LENGTH.size : end], type=Answer))
        text = text[end:]
    return found


def batch(first: int = 1, last: int = ROWS) -> Batch:
    return Batch(5, 6, [content(seq) for seq in range(first, last + 1)])


def test_what_it_is_told_to_finish_is_a_whole_journal(tmp_path):
    seq, head = written(tmp_path / "other.db", ROWS)
    draft = tmp_path / "j.db.part"
    DraftFile.blank(draft, META).release()
    answers = told(Opening(str(draft), 0, GENESIS, 7, "backtest"), batch(), AskHead(), Finish())

    assert answers == [Answer(seq, bytes.fromhex(head))] * 2
    with JournalReader(draft) as reader:
        assert reader.verify().head_hash == head


def test_without_a_path_it_keeps_the_head():
    head = told(Opening(None, 0, GENESIS, 7, "backtest"), batch(), AskHead())
    parts = told(Opening(None, 0, GENESIS, 7, "backtest"), batch(1, 5), batch(6, ROWS), AskHead())

    assert head == parts
    assert head[0].seq == ROWS


def test_it_goes_on_only_from_the_row_where_the_draft_ends(tmp_path):
    draft = tmp_path / "j.db.part"
    DraftFile.blank(draft, META).release()
    (answer,) = told(Opening(str(draft), 3, GENESIS, 7, "backtest"), batch())

    assert answer.failure == "JournalIOError"
    assert answer.said.endswith("ends with row 0, want 3")


def test_what_is_long_is_given_to_the_disk_as_it_grows(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(far_end, "_SYNC_ROWS", 10)
    monkeypatch.setattr(DraftFile, "sync", lambda draft: synced.append(draft.last_seq))
    draft = tmp_path / "j.db.part"
    DraftFile.blank(draft, META).release()
    parts = [batch(first, first + 3) for first in range(1, 25, 4)]
    told(Opening(str(draft), 0, GENESIS, 7, "backtest"), *parts, Finish())

    assert synced == [12, 24]


@pytest.mark.parametrize("message", [batch(), AskHead(), Finish()])
def test_nothing_is_done_before_a_draft_is_named(message):
    (answer,) = told(message)

    assert answer.failure == "JournalIOError"
    assert "before a draft was named" in answer.said


def test_a_folder_that_is_not_there_is_an_answer(tmp_path):
    path = Path(tmp_path / "absent" / "j.db.part")
    (answer,) = told(Opening(str(path), 0, GENESIS, 7, "backtest"), batch())

    assert answer.failure == "JournalIOError"
    assert str(path) in answer.said


def test_nobody_left_to_tell_is_no_answer():
    class Closed(BytesIO):
        def write(self, _):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        serve(BytesIO(), Closed())
