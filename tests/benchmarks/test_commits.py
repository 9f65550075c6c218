from benchmarks import commits


def test_each_size_of_group_is_measured_beside_a_bare_sync(tmp_path):
    groups = commits.measure(tmp_path, 3)["groups"]

    assert [group["rows"] for group in groups] == list(commits.GROUPS)
    for group in groups:
        assert group["commit_us"]["p50"] > 0
        assert group["bare_fdatasync_us"]["p99"] > 0
