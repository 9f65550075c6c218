"""The control channel over a real socket: who may ask, what is answered, what is refused."""

from __future__ import annotations

import asyncio
import socket
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from argonaut.domain.errors import RefusedToStartError
from argonaut.monitoring.metrics import Metrics
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.control import ControlServer, ask, ask_now, socket_of
from argonaut.runtime.inflow import DoorBook, FeedNow
from argonaut.runtime.paper import PaperRun
from tests.parity.one_day import one_day
from tests.parity.test_dry_run import assembled, wisher

ROWS = 3_000


@asynccontextmanager
async def served(path: Path) -> AsyncIterator[tuple[PaperRun, ControlServer, Path]]:
    """A run half-way through its tape behind a socket."""
    metrics = Metrics()
    run = PaperRun.start(one_day(), path / "journal.db", SystemClock(), observers=(metrics,))
    run.player.play_to_row(ROWS)
    server = ControlServer(run, metrics, run.journal)
    where = socket_of(path / "journal.db")
    try:
        await server.open_socket(where)
        yield run, server, where
    finally:
        await server.close()
        run.close()


def answers(path: Path, asking: Callable[[PaperRun, ControlServer, Path], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        async with served(path) as parts:
            return await asking(*parts)

    return asyncio.run(whole())


def test_the_socket_lies_beside_the_journal() -> None:
    """A command finds the trader by the journal's name alone."""
    assert socket_of(Path("runs/a.db")) == Path("runs/a.sock")


def test_only_the_owner_may_use_the_socket_and_it_goes_with_the_server(tmp_path: Path) -> None:
    """Whoever may write to it may flatten the account."""

    async def mode(_run: PaperRun, _server: ControlServer, where: Path) -> int:
        return await asyncio.to_thread(lambda: where.stat().st_mode)

    found = answers(tmp_path, mode)

    assert stat.S_ISSOCK(found)
    assert stat.S_IMODE(found) == 0o600
    assert not socket_of(tmp_path / "journal.db").exists()


def test_a_socket_left_by_a_killed_trader_is_replaced(tmp_path: Path) -> None:
    """A crash may not ask for a cleanup by hand."""
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(socket_of(tmp_path / "journal.db")))
    left.close()

    async def status(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await ask(where, "/status")

    assert answers(tmp_path, status)["name"] == "one-day"


def test_status_tells_how_feeds_and_detectors_are_once_they_are_there(tmp_path: Path) -> None:
    """A feed that died in silence costs the next listing."""

    async def status(_run: PaperRun, server: ControlServer, where: Path) -> list[Any]:
        before = await ask(where, "/status")
        book = DoorBook(["scanner"], ["redis"], SystemClock())
        server.tell_of(lambda: (FeedNow(source="list", state="ok"),), book)
        return [before, await ask(where, "/status")]

    before, after = answers(tmp_path, status)
    names = ("feeds", "transports", "detectors")
    assert [before[each] for each in names] == [[], [], []]
    assert after["feeds"][0]["source"] == "list"
    assert after["transports"][0]["state"] == "down"
    assert after["detectors"][0]["source"] == "scanner"


def test_a_path_too_long_for_a_socket_is_refused_in_words(tmp_path: Path) -> None:
    """The kernel's own words are about AF_UNIX."""

    async def opening(_run: PaperRun, server: ControlServer, where: Path) -> None:
        await server.open_socket(where.with_name("x" * 120))

    with pytest.raises(RefusedToStartError, match="shorter folder"):
        answers(tmp_path, opening)


def test_status_is_the_state_of_the_run(tmp_path: Path) -> None:
    """What it says is what the journal says at that row."""

    async def status(run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await ask(where, "/status"), run.journal.head, len(run.player)

    told, head, rows = answers(tmp_path, status)

    assert (told["journal_seq"], told["journal_hash"]) == head
    assert (told["rows_played"], told["rows_total"]) == (ROWS, rows)
    assert told["mode"] == "ACTIVE"


def test_rows_are_the_last_ones_of_the_kinds_and_instrument_asked_for(tmp_path: Path) -> None:
    """`journal show` on a live run reads what a closed file would show."""

    async def rows(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        query = {"kinds": "decision,report", "instrument": "BTC/USDT", "limit": "4"}
        every = await ask(where, "/rows", query={"limit": "5000"})
        until = every[len(every) // 2]["event_ns"]
        return (
            every,
            await ask(where, "/rows", query=query),
            await ask(where, "/rows", query={"until_ns": str(until)}),
            until,
            await ask(where, "/decisions"),
        )

    every, few, early, until, decisions = answers(tmp_path, rows)

    assert 4 < len(every) <= 1_000
    assert [row["seq"] for row in every] == sorted(row["seq"] for row in every)
    assert len(few) == 4
    assert {row["kind"] for row in few} <= {"decision", "report"}
    assert all("BTC/USDT" in msgspec.json.encode(row).decode() for row in few)
    assert all(row["event_ns"] <= until for row in early)
    assert {row["kind"] for row in decisions} <= {"decision", "skip", "signal"}
    assert len(decisions) <= 50


def test_what_became_of_a_signal_is_told_from_the_journal(tmp_path: Path) -> None:
    """Nobody else may open it; a signal that never came is an empty list."""

    async def signal(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await ask(where, "/signal", query={"id": "none", "source": ""})

    assert answers(tmp_path, signal) == []


def test_why_answers_for_an_instrument(tmp_path: Path) -> None:
    """The question a person has in front of a chart."""

    async def why(run: PaperRun, _server: ControlServer, where: Path) -> Any:
        at = str(run.engine.now_ns)
        query = {"instrument": "BTC/USDT", "limit": "2", "at_ns": at}
        return await ask(where, "/why", query=query), await ask(where, "/why")

    one, every = answers(tmp_path, why)

    assert one
    assert every


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/rows", {"limit": "many"}),
        ("/decisions", {"until_ns": "noon"}),
        ("/why", {"at_ns": "noon"}),
        ("/rows", {"limit": "-1"}),  # of a slice that is all but one
        ("/why", {"limit": "-1"}),
        ("/rows", {"until_ns": str(2**63)}),
    ],
)
def test_a_number_that_is_none_is_refused(tmp_path: Path, path: str, query: dict[str, str]) -> None:
    """A wrong question gets an answer, not a stack trace in the trader."""

    async def wrong(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await ask(where, path, query=query)

    with pytest.raises(RefusedToStartError, match="whole numbers"):
        answers(tmp_path, wrong)


@pytest.mark.parametrize("path", ["/rows", "/decisions"])
def test_asking_for_no_rows_does_not_hand_out_all_of_them(tmp_path: Path, path: str) -> None:
    """The last 0 of a list is the whole list, where nobody thinks of it."""

    async def rows(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await ask(where, path, query={"limit": "0"})

    assert answers(tmp_path, rows) == []


@pytest.mark.parametrize(
    ("verb", "mode"), [("pause", "NO_NEW_RISK"), ("halt", "KILLED"), ("flatten", None)]
)
def test_a_command_is_done_and_journaled_with_who_and_why(
    tmp_path: Path, verb: str, mode: str | None
) -> None:
    """Months later somebody asks who stopped the bot."""

    async def command(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        body = {"verb": verb, "who": "ann", "reason": "lunch"}
        done = await ask(where, "/command", body=body)
        return done, await ask(where, "/rows", query={"kinds": "operator"})

    done, (row,) = answers(tmp_path, command)

    assert done["done"] == verb
    assert mode is None or done["mode"] == mode
    assert "ann" in str(row)
    assert "lunch" in str(row)


def test_pause_and_resume_come_back_to_where_they_began(tmp_path: Path) -> None:
    """A pause that cannot be taken back is a stop."""

    async def commands(_run: PaperRun, _server: ControlServer, where: Path) -> Any:
        await ask(where, "/command", body={"verb": "pause"})
        return await ask(where, "/command", body={"verb": "resume"})

    assert answers(tmp_path, commands)["mode"] == "ACTIVE"


def test_a_killed_run_refuses_to_resume_and_says_so(tmp_path: Path) -> None:
    """I14: the latch holds, and nobody is left to believe otherwise."""

    async def commands(run: PaperRun, _server: ControlServer, where: Path) -> Any:
        await ask(where, "/command", body={"verb": "halt"})
        with pytest.raises(
            RefusedToStartError, match="resume refused: KILLED until a person says rearm"
        ):
            await ask(where, "/command", body={"verb": "resume"})
        flatten = await ask(where, "/command", body={"verb": "flatten"})
        return flatten, run.engine.account.mode.name, await ask(where, "/rows")

    flatten, mode, rows = answers(tmp_path, commands)

    assert (flatten["mode"], mode) == ("KILLED", "KILLED")
    said = [row["body"]["reason"] for row in rows if row["kind"] == "mode"]
    assert any("resume refused" in each for each in said)


def test_the_last_rows_of_a_long_journal_are_found_without_reading_it_whole(
    tmp_path: Path,
) -> None:
    """The answer to a question may not cost a second of trading."""

    async def rows(run: PaperRun, _server: ControlServer, where: Path) -> Any:
        first = run.journal.head[0]
        for number in range(11_000):
            kind = "deposit" if number in (5, 7_000) else "timer"
            run.journal.append(first + number, 1, kind, str(number), b"{}")
        run.journal.commit()
        query = {"kinds": "deposit", "limit": "2"}
        return await ask(where, "/rows", query=query)

    assert [row["subject"] for row in answers(tmp_path, rows)] == ["5", "7000"]


def test_stop_asks_the_run_to_end(tmp_path: Path) -> None:
    """It ends at its next turn, everything kept."""

    async def stop(run: PaperRun, _server: ControlServer, where: Path) -> Any:
        return await ask(where, "/command", body={"verb": "stop"}), run.is_stopping

    assert answers(tmp_path, stop) == ({"done": "stop"}, True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"verb": "explode"}, "want one of"),
        ({}, "want one of"),
        (["pause"], "JSON object"),
        ({"verb": 1}, "JSON object"),
    ],
)
def test_a_command_nobody_knows_does_nothing(tmp_path: Path, body: Any, said: str) -> None:
    """A typing error may not be taken for the nearest verb."""

    async def command(run: PaperRun, _server: ControlServer, where: Path) -> Any:
        with pytest.raises(RefusedToStartError, match=said):
            await ask(where, "/command", body=body)
        return run.engine.account.mode.name

    assert answers(tmp_path, command) == "ACTIVE"


def test_nobody_listening_is_said_so(tmp_path: Path) -> None:
    """`status` then reads the file instead."""
    with pytest.raises(ConnectionError, match="no trader listens"):
        ask_now(tmp_path / "nobody.sock", "/status")


def test_metrics_tell_what_is_on_trial_apart_from_the_account(tmp_path: Path) -> None:
    """A dashboard that adds theory to money is worse than none."""
    config = assembled(wisher("one", 1), wisher("trial", 3, dry_run=True), mode="paper")
    metrics = Metrics()
    run = PaperRun.start(
        config,
        tmp_path / "journal.db",
        SystemClock(),
        observers=(metrics,),
        shadow_observers=(metrics.trials,),
    )
    run.player.play_to_row(300)

    async def scraped() -> str:
        server = ControlServer(run, metrics, run.journal)
        await server.open_metrics(0)
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://127.0.0.1:{server.metrics_port}/metrics") as answer,
            ):
                return await answer.text()
        finally:
            await server.close()

    samples = [
        (sample.name, sample.labels.get("source"), sample.value)
        for family in text_string_to_metric_families(asyncio.run(scraped()))
        for sample in family.samples
        if not sample.name.endswith("_created")
    ]
    trial = run.shadow
    run.close()

    assert trial is not None
    row = trial.engine.book.attribution("strategy")["trial"]
    assert ("dry_run_pnl_realized_usd", "trial", float(row.realized)) in samples
    assert ("dry_run_fills_total", None, float(row.fills)) in samples
    assert ("strategy_fills_total", None, float(run.log.fills)) in samples
    trades = sum(value for name, _, value in samples if name == "dry_run_trades_total")
    assert trades == trial.log.trades > 0
    ours = {source for name, source, _ in samples if not name.startswith("dry_run_")}
    theirs = {source for name, source, _ in samples if name.startswith("dry_run_")}
    assert ours == {None, "one"}
    assert theirs == {None, "trial"}


def test_metrics_are_prometheus_text_of_the_run(tmp_path: Path) -> None:
    """A scraper parses what it gets, or drops all of it."""

    async def scrape(run: PaperRun, server: ControlServer, _where: Path) -> Any:
        await server.open_metrics(0)
        root = f"http://127.0.0.1:{server.metrics_port}"
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{root}/metrics") as answer:
                text, kind = await answer.text(), answer.content_type
            async with session.get(f"{root}/healthz") as alive:
                said = await alive.text()
            async with session.get(f"{root}/status") as inside:
                hidden = inside.status
            async with session.post(f"{root}/command", json={"verb": "halt"}) as command:
                refused = command.status
        return text, kind, said, (hidden, refused), run.log.fills, run.engine.seq

    text, kind, said, closed, fills, events = answers(tmp_path, scrape)
    samples = {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }

    assert kind == "text/plain"
    assert samples["strategy_fills_total"] == fills > 0
    assert samples["strategy_ticks_total"] == events
    assert samples["account_equity_usd"] > 0
    assert samples["ledger_residual"] == 0
    assert said == "ok\n"
    assert closed == (404, 404)  # the open port tells nothing internal and takes no command


def test_a_taken_port_is_refused_with_the_setting_to_change(tmp_path: Path) -> None:
    """Two bots on one machine is how everybody meets this."""

    async def twice(_run: PaperRun, server: ControlServer, _where: Path) -> None:
        await server.open_metrics(0)
        assert server.metrics_port is not None
        await server.open_metrics(server.metrics_port)

    with pytest.raises(RefusedToStartError, match="prometheus_port"):
        answers(tmp_path, twice)
