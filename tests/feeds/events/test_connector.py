"""The port itself: what the registry makes satisfies it."""

from argonaut.feeds.events.connector import ConnectorKind, Stages
from argonaut.feeds.events.file import FileFeed, Params
from tests.feeds.events.parts import Bench


def test_a_kind_makes_a_connector_from_its_wiring(tmp_path):
    kind = ConnectorKind(make=FileFeed, params=Params)

    made = kind.make(Bench().wiring(params=Params(path=str(tmp_path))))

    assert callable(made.run)
    assert (kind.base_url, kind.interval_s, kind.stale_s) == ("", 30.0, 300.0)


def test_a_stage_without_a_time_is_none_and_not_zero():
    stages = Stages(published_to_seen_s=None, seen_to_parsed_s=0.0, parsed_to_taken_s=0.0)

    assert stages.published_to_seen_s is None
