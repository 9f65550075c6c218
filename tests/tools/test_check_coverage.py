"""The coverage gate looks at each package by itself."""

import json

from tools.check_coverage import main


def report(tmp_path, **covered_of_100):
    files = {
        f"src/argonaut/{package}/file.py": {
            "summary": {"covered_lines": covered, "num_statements": 100}
        }
        for package, covered in covered_of_100.items()
    }
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps({"files": files}))
    return path


def test_a_poorly_tested_package_fails_beside_well_tested_ones(tmp_path, capsys):
    status = main(report(tmp_path, domain=100, risk=89, cli=95))
    printed = capsys.readouterr().out.splitlines()

    assert status == 1
    assert [line.split()[0] for line in printed if "want" in line] == ["risk"]


def test_ninety_of_a_hundred_is_enough(tmp_path):
    assert main(report(tmp_path, domain=90)) == 0
