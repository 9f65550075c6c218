from benchmarks import live_path, workloads


def test_every_message_becomes_one_signed_order_and_the_journal_keeps_up(tmp_path):
    trades = workloads.make_trades(1_000)
    workloads.write_recording(tmp_path, trades)

    told = live_path.measure(tmp_path, 100)

    assert told["orders"] == 100
    assert 0 < told["entry_us"]["p50"] <= told["entry_us"]["p99"]
    assert told["entry_after_commit_us"]["p50"] > 0
    assert told["commit_us"]["p50"] > 0
    assert told["order_and_commit_us"]["p50"] > told["commit_us"]["p50"] / 2
