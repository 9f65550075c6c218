from benchmarks import recovery, workloads


def test_a_recovery_from_a_snapshot_and_of_everything_are_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(recovery, "SNAPSHOT_ORDERS", 40)
    monkeypatch.setattr(recovery, "REPEATS", 1)
    workloads.write_recording(tmp_path, workloads.make_trades(1_000))

    told = recovery.measure(tmp_path, 100)

    assert told["orders"] == 100
    assert told["rows"] > 200
    assert told["snapshot_kb"] > 1
    for name in ("from_snapshot_ms", "verify_all_and_fold_ms", "bare_fold_ms"):
        assert told[name] > 0
