from decimal import Decimal

import pytest

from argonaut.reports import wording


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (wording.percent(0.12345), "12.35 %"),
        (wording.percent(-0.5, signed=True), "-50.00 %"),
        (wording.percent(0.0042, signed=True), "+0.42 %"),
        (wording.percent(123.4), "12,340 %"),
        (wording.percent(None), "–"),
        (wording.money(51422.989999), "51,422.99"),
        (wording.money(Decimal("-7.5"), signed=True), "-7.50"),
        (wording.money(3, signed=True), "+3.00"),
        (wording.money(0, signed=True), "0.00"),
        (wording.money(0.00001234), "1.234e-05"),
        (wording.money(None), "–"),
        (wording.ratio(1.0766), "1.08"),
        (wording.ratio(None), "–"),
        (wording.plain(Decimal("0.00001000")), "0.00001"),
        (wording.plain(1e-07), "0.0000001"),
        (wording.plain(Decimal("5E+3")), "5000"),
        (wording.plain(0.0), "0"),
        (wording.utc(1_735_689_599_999_999_999), "2024-12-31 23:59:59"),
        (wording.utc(None), "–"),
        (wording.days(168.4), "168.4 days"),
        (wording.days(1.5), "36.0 h"),
        (wording.days(1 / 24), "60.0 min"),
        (wording.days(30 / 86_400), "30 s"),
        (wording.days(0.0), "0 s"),
        (wording.days(None), "–"),
        (wording.counted(1, "fill"), "1 fill"),
        (wording.counted(2000, "fill"), "2,000 fills"),
    ],
)
def test_numbers_read_as_a_person_writes_them(said, wanted):
    assert said == wanted
