"""The license gate reads what packages say of themselves and refuses copyleft."""

from email.message import Message
from pathlib import Path

import pytest

from tools.check_licenses import locked_names, main, objection, stated_licenses

ROOT = Path(__file__).resolve().parents[2]


def metadata(*headers):
    """Package metadata is a mail message: that is what importlib.metadata gives."""
    message = Message()
    for name, value in headers:
        message[name] = value
    return message


@pytest.mark.parametrize(
    "stated",
    [
        "GPL-3.0-only",
        "LGPLv3+",
        "GNU Affero General Public License v3",
        "AGPL-3.0",
        "SSPL",
        "MPL-2.0",
    ],
)
def test_a_copyleft_package_is_refused_by_name(stated):
    """One GPL import would put the whole bot under it."""
    assert "somelib: want a permissive license" in (objection("somelib", [stated]) or "")


def test_a_permissive_choice_beside_a_foreign_demand_is_still_refused():
    licenses = stated_licenses(metadata(("License-Expression", "MIT AND LGPL-3.0-or-later")))

    assert objection("somelib", licenses)


def test_silence_is_no_permission():
    assert "states no license" in (objection("somelib", stated_licenses(metadata())) or "")


def test_the_expression_outranks_the_classifier_and_the_field():
    package = metadata(
        ("License-Expression", "MIT"),
        ("Classifier", "License :: OSI Approved :: GNU General Public License (GPL)"),
        ("License", "whatever"),
    )

    assert stated_licenses(package) == ("MIT",)


def test_classifiers_outrank_a_field_that_holds_the_whole_text():
    package = metadata(
        ("Classifier", "License :: OSI Approved :: MIT License"),
        ("License", "Copyright (c) 2025 Somebody\nPermission is hereby granted"),
    )

    assert stated_licenses(package) == ("MIT License",)


def test_a_package_accepted_by_name_passes():
    assert objection("certifi", ["MPL-2.0"]) is None


def test_names_are_read_from_a_lock_file():
    lock = "# made by\naiohttp==3.1 \\\n    --hash=sha256:00\n    # via x\nta-lib==0.6 ; x\n"

    assert locked_names(lock) == ("aiohttp", "ta-lib")


def test_what_ships_today_is_permissive(capsys):
    assert main(ROOT / "requirements.lock") == 0, capsys.readouterr().out
