"""From what people write to an order: stand-in sources, a paper bot that runs, MemeSentiment."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from argonaut.config.assembly import assemble
from argonaut.config.errors import ConfigError
from argonaut.config.events import EventSource, event_sources_of
from argonaut.config.load import check
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.feeds.social.history import WINDOW_NS
from argonaut.journal.query import RowFilter
from argonaut.journal.reader import JournalReader
from argonaut.monitoring.metrics import Metrics
from argonaut.runtime.clock import SystemClock
from argonaut.runtime.detectors import PaperTrader
from argonaut.runtime.events import Events
from argonaut.runtime.paper import PaperRun
from tests.config.written import minimal, minute_csv
from tests.feeds.social.rig import LowDice, good_text, iso, served
from tests.feeds.social.talk import SECOND_NS

DOGE = InstrumentId("DOGE/USDT@sim")
MEME = StrategyId("meme")
FIRST_MS = 1_620_000_000_000
WITHIN_S = 60.0
MINUTES = 40


class Clock:
    """Real time, moved to the middle of a window, so that none ends while a test runs."""

    def __init__(self) -> None:
        self._system = SystemClock()
        now_ns = self._system.wall_ns()
        self._ahead_ns = WINDOW_NS // 2 - now_ns % WINDOW_NS

    def wall_ns(self) -> int:
        return self._system.wall_ns() + self._ahead_ns

    def mono_ns(self) -> int:
        return self._system.mono_ns()


def tape(folder: Path) -> list[dict[str, Any]]:
    """Forty minutes of bars and a quote every ten seconds of a price that stands still."""
    rows = [f"{FIRST_MS + n * 60_000},100,100.1,99.9,100,500" for n in range(MINUTES)]
    bars = minute_csv(folder, rows)
    quotes = folder / "quotes.csv"
    lines = [f"{FIRST_MS + n * 10_000},99.9,900,100.1,900" for n in range(MINUTES * 6)]
    quotes.write_text("\n".join(["timestamp,bid,bid_qty,ask,ask_qty", *lines]) + "\n")
    common = {"instrument": "DOGE/USDT"}
    return [
        {"path": str(bars), "kind": "bars", "timeframe": "1m", **common},
        {"path": str(quotes), "kind": "quotes", **common},
    ]


def messages(now_ns: int, texts: list[str], *, authors: int = 10_000) -> dict[str, Any]:
    """What StockTwits lists: three hours of two messages a window, and `texts` just now."""
    start_ns = now_ns - now_ns % WINDOW_NS
    usual = [
        (start_ns - back * WINDOW_NS + part * WINDOW_NS // 3, good_text(9_000 + 2 * back + part))
        for back in range(18, 0, -1)
        for part in (1, 2)
    ]
    said = [*usual, *((now_ns - SECOND_NS, text) for text in texts)]
    listed = [
        {
            "id": number,
            "body": text,
            "created_at": iso(at_ns),
            "user": {"username": f"user{number % authors}", "followers": "9000"},
            "symbols": [{"symbol": "DOGE.X"}],
            "entities": {"sentiment": {"basic": "Bullish"}},
        }
        for number, (at_ns, text) in enumerate(said)
    ]
    return {"response": {"status": 200}, "messages": listed}


class Bot:
    """A paper bot with one strategy and one source, played until the source was heard."""

    def __init__(self, folder: Path, texts: list[str], *, authors: int = 10_000) -> None:
        self.journal = folder / "journal.db"
        self._folder = folder
        self._texts, self._authors = texts, authors
        self.asked = 0
        self.metrics = Metrics()

    def run(self) -> None:
        asyncio.run(self._whole())

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        page = messages(self.clock.wall_ns(), self._texts, authors=self._authors)
        return web.Response(body=json.dumps(page).encode())

    async def _whole(self) -> None:
        self.clock = Clock()
        async with served(self._answer) as (address, _):
            raw = minimal(
                mode="paper",
                data=tape(self._folder),
                strategies=[
                    {
                        "id": str(MEME),
                        "class": "argonaut.strategies.meme_sentiment.MemeSentiment",
                        "params": {"run_bars": 10},
                    }
                ],
                events={
                    "sources": [
                        {
                            "id": "twits",
                            "connector": "stocktwits",
                            "base_url": address,
                            "params": {"tickers": ["DOGE"]},
                        }
                    ]
                },
                paper={"speed": 0},
            )
            assembly = assemble(check(raw, "test"), folder=self._folder)
            run = PaperRun.start(assembly, self.journal, self.clock)
            try:
                run.player.play_to_row(200)
                await self._hear(
                    Events(
                        assembly,
                        PaperTrader(run),
                        self.metrics,
                        self.clock,
                        LowDice(),
                        beside=self.journal,
                    )
                )
                run.player.play_to_row(len(run.player))
                self.quantity = run.engine.book.holding(MEME, DOGE).quantity
            finally:
                run.close()

    async def _hear(self, events: Events) -> None:
        """Let events in until the bot has taken one."""
        await events.start()
        try:
            async with asyncio.timeout(WITHIN_S):
                while 'result="taken"' not in self.metrics.text().decode():
                    assert self.asked < 1000, "asked often, and nothing was heard"
                    await asyncio.sleep(0.01)
        finally:
            await events.close()

    def rows(self, kind: str) -> list[dict[str, Any]]:
        with JournalReader(self.journal) as reader:
            return [json.loads(row.payload) for row in reader.rows(RowFilter(kinds=(kind,)))]


def crowd(count: int, text: str = "") -> list[str]:
    """So many texts, each in words of its own."""
    return [f"{good_text(n)} {text}" for n in range(count)]


def test_a_crowd_that_is_really_talking_is_bought_with_a_reason(tmp_path: Path) -> None:
    """Stand-in, bytes, windows, event, strategy, risk, order, fill: in one run."""
    bot = Bot(tmp_path, crowd(45))
    bot.run()

    (event,) = bot.rows("event")
    assert event["symbols"] == ["DOGE"]
    assert event["mentions"] == 45
    assert event["velocity"] == pytest.approx(22.5)
    assert event["priority"] >= 0.82
    (decision,) = bot.rows("decision")
    assert decision["signal"]["reason"] == "stocktwits: 45 mentions of DOGE, score 2.3501"
    assert bot.quantity > 0


def test_a_sentiment_bomb_buys_nothing_and_says_why(tmp_path: Path) -> None:
    """Forty real voices, and three hundred copies of one text that shout them down."""
    copies = [f"$DOGE 100x moon {n} https://bomb.example/{n}" for n in range(300)]
    bot = Bot(tmp_path, [*crowd(40), *copies])
    bot.run()

    (event,) = bot.rows("event")
    assert event["priority"] == 0.5
    assert "299 of 340 posts repeat a text or an author" in event["payload"]["caps"]
    (skip,) = bot.rows("skip")
    assert "want priority >= 0.82, not 0.5" in json.dumps(skip)
    assert bot.quantity == 0


def test_few_accounts_with_many_texts_are_few_voices(tmp_path: Path) -> None:
    bot = Bot(tmp_path, crowd(200), authors=12)
    bot.run()

    (event,) = bot.rows("event")
    assert event["mentions"] == 12
    assert bot.quantity == 0


def test_a_crowd_that_talks_of_a_scam_buys_nothing(tmp_path: Path) -> None:
    bot = Bot(tmp_path, crowd(45, "but it is a scam"))
    bot.run()

    (skip,) = bot.rows("skip")
    assert "it says 'scam'" in json.dumps(skip)
    assert bot.quantity == 0


WATCHED: dict[str, Any] = {"tickers": ["DOGE"], "heuristic": {"mentions_min": 12}}
EVERY_SOURCE: dict[str, dict[str, Any]] = {
    "reddit": {**WATCHED, "client_id": "us", "client_secret": "s", "subreddits": ["dogecoin"]},
    "x": {**WATCHED, "key": "k", "accounts": ["elonmusk"]},
    "stocktwits": {**WATCHED, "signed": ["ONE"], "keywords": {"dogecoin": "DOGE"}},
    "cryptopanic": {**WATCHED, "key": "k", "filter": "rising"},
    "lunarcrush": {**WATCHED, "key": "k"},
    "santiment": {**WATCHED, "key": "k", "slugs": {"DOGE": "dogecoin"}},
    "feargreed": {},
    "coinmarketcal": {"key": "k"},
}


def event_sources(params: dict[str, dict[str, Any]], folder: Path) -> tuple[EventSource, ...]:
    """The sources of a config with one connector each."""
    sources = [{"id": each, "connector": each, "params": told} for each, told in params.items()]
    raw = minimal(mode="paper", events={"sources": sources})
    return event_sources_of(check(raw, "test").events, folder=folder)


def test_every_social_source_is_made_from_a_config(tmp_path: Path) -> None:
    made = event_sources(EVERY_SOURCE, tmp_path)

    assert [each.name for each in made] == list(EVERY_SOURCE)
    assert all(each.base_url.startswith("https://") for each in made)
    assert all(each.kind.stale_s > 0 and each.interval_s > 0 for each in made)


@pytest.mark.parametrize("name", [each for each, told in EVERY_SOURCE.items() if "key" in told])
def test_a_source_without_its_key_is_refused_by_name(name: str, tmp_path: Path) -> None:
    told = {key: value for key, value in EVERY_SOURCE[name].items() if key != "key"}

    with pytest.raises(ConfigError, match="key"):
        event_sources({name: told}, tmp_path)


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        ("stocktwits", {"tickers": ["doge"]}, "want a ticker"),
        ("stocktwits", {"heuristic": {"mention_min": 3}}, "mention_min"),
        ("stocktwits", {"ticker": ["DOGE"]}, "did you mean"),
        ("reddit", {"subreddits": ["r/dogecoin"]}, "name of a subreddit"),
        ("santiment", {"slugs": {"DOGE": "a b"}}, "want a slug"),
    ],
)
def test_a_wrong_setting_is_told_when_the_config_is_read(
    name: str, wrong: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=said):
        event_sources({name: EVERY_SOURCE[name] | wrong}, tmp_path)
