"""RELIABILITY F03, F04: a journal as any writer, reader and copier uses it, held against a list."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from argonaut.journal.chain import GENESIS
from argonaut.journal.copying import back_up
from argonaut.journal.found import orders_in
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.journal.verify import verify_store
from tests.journal.opening import opened

KINDS = st.sampled_from(["intent", "report", "decision", "skip", "snapshot", "round_trip"])
ORDERS = st.sampled_from(["s-a1-1-e", "s-a1-2-e", "s-a1-2-s1", "other"])


def payload(kind: str, order: str) -> bytes:
    return (
        b'{"orders":[{"client_order_id":"%s"}]}' % order.encode() if kind == "decision" else b"{}"
    )


class JournalMachine(RuleBasedStateMachine):
    """Appends, commits, dies, comes back and is copied in any order; nothing acknowledged goes."""

    @initialize()
    def begin(self):
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "j.db"
        self.durable: list[tuple[str, str]] = []
        self.buffered: list[tuple[str, str]] = []
        self.epoch = 0
        self._open(from_snapshot=False)

    def _open(self, *, from_snapshot):
        self.journal = opened(self.path, from_snapshot=from_snapshot)
        self.epoch += 1
        seals = [seq for seq, (kind, _) in enumerate(self.durable, 1) if kind == "snapshot"]
        assert self.journal.epoch % 1000 == self.epoch % 1000
        assert self.journal.snapshot_seq == max(seals, default=0)

    @rule(kind=KINDS, order=ORDERS)
    def append(self, kind, order):
        seq = self.journal.append(1, len(self.durable), kind, order, payload(kind, order))
        self.buffered.append((kind, order))
        assert seq == len(self.durable) + len(self.buffered)

    @rule()
    def commit(self):
        self.journal.commit()
        self.durable += self.buffered
        self.buffered = []

    @rule(from_snapshot=st.booleans())
    def close_and_come_back(self, from_snapshot):
        self.journal.close()
        self.durable += self.buffered
        self.buffered = []
        self._open(from_snapshot=from_snapshot)

    @rule(from_snapshot=st.booleans())
    def die_and_come_back(self, from_snapshot):
        self.journal._store.close(tidy=False)
        self.buffered = []
        self._open(from_snapshot=from_snapshot)

    @rule(order=ORDERS)
    def ask_for_an_order(self, order):
        wanted = [
            seq
            for seq, (kind, subject) in enumerate(self.durable, 1)
            if order in orders_in(kind, subject, payload(kind, subject))
        ]
        assert [row.seq for row in self.journal.order_rows(order)] == wanted

    @rule(from_seq=st.integers(1, 12))
    def read(self, from_seq):
        rows = list(self.journal.rows(RowFilter(from_seq=from_seq)))
        assert [(row.kind, row.subject) for row in rows] == self.durable[from_seq - 1 :]

    @rule()
    def copy_while_it_is_written(self):
        draft = self.path.with_name("copy.part")
        copy = self.journal.begin_copy(draft)
        while not copy.step():
            pass
        copy.close()
        target = self.path.with_name("copy.db")
        target.unlink(missing_ok=True)
        report = back_up(draft, target)
        with JournalReader(target) as reader:
            assert [(row.kind, row.subject) for row in reader.rows()] == self.durable
        assert report.rows == len(self.durable)

    @invariant()
    def the_chain_is_whole(self):
        report = verify_store(self.journal._store)
        assert report.ok
        assert report.rows == len(self.durable)
        assert self.journal.head[0] == len(self.durable) + len(self.buffered)
        if not self.journal.head[0]:
            assert self.journal.head[1] == GENESIS.hex()

    def teardown(self):
        self.journal.close()
        self.folder.cleanup()


TestJournal = JournalMachine.TestCase
TestJournal.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
