import json

import apsw
import polars as pl
import pytest

from argonaut.domain.order import OrderStatus
from argonaut.journal.meta import Meta
from argonaut.journal.reader import JournalReader
from argonaut.journal.writer import open_journal
from argonaut.runtime.clock import SystemClock
from tests.cli.calling import call, contents


def test_a_whole_journal_is_whole(journal):
    path, summary = journal
    called = call("journal", "verify", path)

    assert called.code == 0
    assert f"{path} is whole: " in called.out
    assert summary["journal_sha256"] in called.out


def test_a_whole_journal_as_json(journal):
    path, summary = journal
    found = call("journal", "verify", path, "--json").answer

    assert found["ok"] is True
    assert found["head_hash"] == summary["journal_sha256"]
    assert found["meta"]["created_by"]


def test_the_last_rows_are_shown_as_people_read_them(journal):
    path, _ = journal
    called = call("journal", "show", path, "--last", 5, "--kind", "decision")

    lines = called.out.splitlines()
    assert len(lines) == 5
    assert all("  decision  " in line for line in lines)
    assert any("approved" in line or "refused" in line for line in lines)


def test_rows_of_one_instrument_as_json(journal):
    path, _ = journal
    rows = call(
        "journal", "show", path, "--json", "--last", 1000, "--instrument", "doge", "--kind", "skip",
        "--kind", "decision",
    ).answer  # fmt: skip

    assert rows
    assert {row["kind"] for row in rows} == {"skip", "decision"}
    assert "BTC/USDT" not in json.dumps(rows)


def test_other_rows_are_shown_as_they_stand(journal):
    path, _ = journal
    called = call("journal", "show", path, "--kind", "deposit")

    assert '"amount":"10000"' in called.out


def test_the_log_of_orders_has_every_order_and_its_fate(journal, tmp_path, monkeypatch):
    path, summary = journal
    monkeypatch.chdir(tmp_path)
    called = call("journal", "export", path)

    lines = [json.loads(line) for line in (tmp_path / "orders.jsonl").read_text().splitlines()]
    assert called.out == f"{len(lines):,} orders written to orders.jsonl\n"
    assert len(lines) == summary["orders"]
    assert len({line["order"]["client_order_id"] for line in lines}) == len(lines)
    statuses = {line["order"].get("status") for line in lines}
    assert statuses <= {each.value for each in OrderStatus}
    filled = [line for line in lines if line["order"]["status"] == "filled"]
    assert (
        sum(len(line["order"]["fill_ids"]) for line in lines if "fill_ids" in line["order"])
        == (summary["fills"])
    )
    assert all(line["fees"] and line["ended_ns"] for line in filled)
    fees = sum(float(line["fees"].get("USDT", 0)) for line in lines)
    assert fees == pytest.approx(summary["fees_quote"])


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_rows_are_exported_whole(journal, tmp_path, ending):
    path, _ = journal
    out = tmp_path / "out" / f"rows.{ending}"
    found = call("journal", "export", path, out, "--json").answer

    rows = call("journal", "verify", path, "--json").answer["rows"]
    assert found == {"path": str(out), "rows": rows}
    assert contents(out.parent) == {out.name}
    if ending == "parquet":
        assert pl.read_parquet(out).height == rows


def test_only_the_kinds_asked_for_are_exported(journal, tmp_path):
    out = tmp_path / "skips.jsonl"
    call("journal", "export", journal[0], out, "--kind", "skip")

    assert {json.loads(line)["kind"] for line in out.read_text().splitlines()} == {"skip"}


def test_an_index_that_hides_a_row_is_told(journal):
    path, _ = journal
    open_journal(
        path, Meta(config_hash=config_of(path)), clock=SystemClock(), pid=1, mode="x"
    ).close()
    connection = apsw.Connection(str(path))
    connection.execute("DELETE FROM order_rows WHERE seq = (SELECT max(seq) FROM order_rows)")
    connection.close()
    called = call("journal", "verify", path)

    assert called.code == 3
    assert "rows are whole, but the index of orders names" in called.out
    assert "restore the copy, which makes the index anew" in called.out


def config_of(path):
    with JournalReader(path) as reader:
        return reader.meta.config_hash
