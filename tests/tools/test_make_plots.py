"""The pictures of the strategy pages are drawn by a browser, or it is said why not."""

import pytest

from tools.make_plots import KILOBYTES_MAX, crash_with_a_detector, draw, main
from tools.strategy_runs import detector_driven


def test_without_a_browser_it_says_so(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")

    assert main() == 1
    assert "nothing drawn: no Chromium" in capsys.readouterr().out


@pytest.mark.browser
@pytest.mark.slow
def test_a_picture_is_small_enough_to_keep_in_the_repository(chromium, tmp_path):
    figure = crash_with_a_detector(detector_driven(tmp_path))
    picture = tmp_path / "picture.png"

    draw(figure, picture, browser=chromium, folder=tmp_path)

    assert picture.read_bytes().startswith(b"\x89PNG")
    assert 10 < picture.stat().st_size / 1000 < KILOBYTES_MAX
