from rich.console import Console

from argonaut.cli import progress as module
from argonaut.cli.progress import progress


def test_nobody_watches_and_nothing_is_drawn(monkeypatch):
    monkeypatch.setattr(module, "errors", Console(force_terminal=False))
    with progress("copying", "pages") as told:
        assert told is None


def test_a_person_sees_how_far_it_is(monkeypatch):
    console = Console(force_terminal=True, record=True, width=100)
    monkeypatch.setattr(module, "errors", console)
    with progress("copying", "pages") as told:
        assert told is not None
        told(5, 1_000)

    assert "copying" in console.export_text()
