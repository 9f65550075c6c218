"""The load on signals, for a moment: every signal is answered, and an order goes out."""

import json

from benchmarks import signal_latency, signals


def test_every_signal_is_answered(capsys):
    code = signals.main(["http", "--rate", "100", "--seconds", "2"])

    figures = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (figures["sent"], figures["answered"], figures["queue"]) == (200, 200, 0)


def test_signals_become_orders_at_the_venue(capsys):
    signal_latency.main(["--rate", "20", "--seconds", "2"])

    figures = json.loads(capsys.readouterr().out)
    assert figures["orders"] > 20
    assert figures["in_to_out_us"]["p50"] > 0
