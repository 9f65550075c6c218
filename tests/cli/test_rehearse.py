import json
import signal
from urllib.request import urlopen

from tests.cli.calling import call, start


def test_the_venue_tells_where_it_is_serves_and_stops(tmp_path):
    """A script starts it, reads one JSON object, runs its bot, and stops it."""
    state = tmp_path / "state.json"
    options = ("--port", 0, "--json", "--state", state, "--keys", tmp_path / "keys")
    process = start("rehearse", "serve", *options)
    try:
        told = _object(process.stdout)
        with urlopen(told["rest_url"] + "/api/v3/exchangeInfo") as answer:
            symbols = [each["symbol"] for each in json.load(answer)["symbols"]]
        process.send_signal(signal.SIGINT)
        _, complained = process.communicate(timeout=30)
    finally:
        process.kill()

    assert symbols == ["BTCUSDT", "ETHUSDT"]
    assert (process.returncode, complained) == (0, "")
    assert json.loads(state.read_text())["balances"] == {"USDT": "10000"}
    assert (tmp_path / "keys" / "api_key").read_text().strip() == told["api_key"]
    assert (tmp_path / "keys" / "api_secret").stat().st_mode & 0o777 == 0o600


def _object(lines) -> dict:
    text = ""
    for line in lines:
        text += line
        if line.rstrip() == "}":
            break
    return json.loads(text)


def test_what_is_wrong_with_an_option_is_told():
    called = call("rehearse", "serve", "--symbols", "XYZ")

    assert called.code == 2
    assert "want symbols among BTCUSDT" in called.err
