"""Opening by URL, where the driver may be missing."""

import sys

import pytest

from argonaut.domain.errors import InvalidValueError, RefusedToStartError
from argonaut.journal import by_url
from argonaut.journal.by_url import open_journal_url
from tests.journal.opening import META, CountingClock


def test_the_extra_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "argonaut.journal.postgres", None)

    with pytest.raises(RefusedToStartError, match=r"argonaut\[postgres\]"):
        by_url.connected("postgresql://bot@localhost/db")


def test_another_kind_of_url_is_refused():
    with pytest.raises(InvalidValueError, match="begins with postgresql"):
        open_journal_url("mysql://bot@localhost/db", META, clock=CountingClock(), pid=1, mode="x")


def test_a_journal_opened_by_its_url_goes_on_where_it_ended(server):
    url = server.url(schema="by_url")
    heads = []
    for seq in (1, 2):
        journal = open_journal_url(url, META, clock=CountingClock(), pid=1, mode="paper")
        journal.append(seq, seq, "skip", "", b"{}")
        heads.append(journal.head[0])
        journal.close()

    assert heads == [1, 2]
