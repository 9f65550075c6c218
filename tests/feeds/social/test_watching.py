"""What the config says about whom to listen to, and events that wait for a run."""

import pytest

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.feeds.social.watching import Kept, Watching


def event(name: str) -> ExternalEvent:
    return ExternalEvent(event_ns=0, event_id=name, source="x", kind="social")


class Run:
    """A run that takes events once it is ready."""

    def __init__(self) -> None:
        self.is_ready = False
        self.ids: list[str] = []
        self.news: list[bool] = []

    def take(self, name, events, *, is_news=False, **more) -> bool:
        if self.is_ready:
            self.ids += [each.event_id for each in events]
            self.news.append(is_news)
        return self.is_ready

    def knows(self, family, keys) -> bool:
        return "old" in keys


def test_what_a_run_knows_is_asked_of_it() -> None:
    assert Kept(Run()).knows("x", ["old"])
    assert not Kept(Run()).knows("x", ["new"])


def test_settings_make_a_watch_and_a_heuristic() -> None:
    settings = Watching(
        tickers=("DOGE",),
        signed=("ONE",),
        keywords={"dogecoin": "DOGE"},
        accounts=("elonmusk",),
        heuristic={"score_full": 2.5},
    )

    assert settings.watch.symbols == ("DOGE", "ONE")
    assert settings.judge.score_full == 2.5
    assert settings.judge.mentions_full == 40.0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tickers": ()}, "at least one ticker"),
        ({"tickers": ("DOGE",), "heuristic": {"score_ful": 1.0}}, "heuristic.*score_ful"),
        ({"tickers": ("DOGE",), "heuristic": {"score_full": -1.0}}, "score_full > 0"),
        ({"tickers": ("DOGE",), "keywords": {"x": "PEPE"}}, "not watched"),
    ],
)
def test_settings_nothing_could_match_are_refused(wrong: dict, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        Watching(**wrong)


def test_what_a_run_does_not_take_is_given_again() -> None:
    """A crowd says nothing twice: what came before the run was ready would be lost."""
    run = Run()
    kept = Kept(run)

    assert not kept.take("x", [event("a")], seen_ns=1)
    run.is_ready = True
    assert kept.take("x", [event("b")], seen_ns=2)
    assert kept.take("x", [], seen_ns=3)
    assert run.ids == ["a", "b"]


def test_what_a_crowd_says_is_news_from_the_first_time_on() -> None:
    run = Run()
    run.is_ready = True
    Kept(run).take("x", [event("a")], seen_ns=1)

    assert run.news == [True]


def test_what_waits_is_bounded_and_the_oldest_go_first() -> None:
    run = Run()
    kept = Kept(run)
    kept.take("x", [event(str(n)) for n in range(300)], seen_ns=1)
    run.is_ready = True
    kept.take("x", [], seen_ns=2)

    assert run.ids == [str(n) for n in range(44, 300)]
