"""The pictures of the pages on events are drawn by a browser, or it is said why not."""

from tools.make_event_plots import main, promotion_on_bitcoin


def test_without_a_browser_it_says_so(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")

    assert main([]) == 1
    assert "make_event_plots: nothing drawn: no Chromium" in capsys.readouterr().out


def test_the_promotions_picture_shows_five_rounds(tmp_path):
    named = {each.name: len(each.x) for each in promotion_on_bitcoin(tmp_path).data}

    assert (named["bought"], named["sold"]) == (5, 5)
