"""The pictures of the pages on signals are drawn by a browser, or it is said why not."""

import pytest

from tools.make_signal_plots import PICTURES, combined_with_a_clock, main


def test_without_a_browser_it_says_so(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")

    assert main([]) == 1
    assert "nothing drawn: no Chromium" in capsys.readouterr().out


@pytest.mark.browser
def test_a_picture_nobody_knows_is_refused(chromium, capsys):
    assert chromium
    assert main(["nonsense"]) == 1
    assert f"want one of {', '.join(PICTURES)}" in capsys.readouterr().out


def test_the_clocks_picture_shows_what_was_confirmed_and_what_was_left(tmp_path):
    named = {each.name: len(each.x) for each in combined_with_a_clock(tmp_path).data}

    assert named["confirmed and bought"] == 30
    assert named["signal left, nobody confirmed it"] == 144
