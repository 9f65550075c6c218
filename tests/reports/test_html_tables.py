import re

from argonaut.reports.html_tables import decision_table, month_table, table, trade_table
from argonaut.reports.run_log import RunLog
from tests.reports.records import DAY_NS, played_log, report, trip


def cells(markup):
    return re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", markup)


def test_words_stand_left_and_numbers_right():
    made = table(("name", "fees"), [("a&b", "1.00")])

    assert '<th>name</th><th class="number">fees</th>' in made
    assert '<td>a&amp;b</td><td class="number">1.00</td>' in made


def test_an_empty_table_says_so():
    assert cells(table((), [])) == ["–"]


def test_months_stand_in_their_year_and_column():
    log = RunLog()
    for day in range(70):
        log.sample(day * DAY_NS, 1000.0 + (day if day <= 31 else 62 - day))

    made = month_table(report(log))

    found = cells(made)
    assert found[:3] == ["", "Jan", "Feb"]
    assert found[14:18] == ["1970", "+3.10 %", "-2.72 %", "-1.00 %"]
    assert found[-1] == "-0.70 %"
    assert "var(--gain) 55%" in made
    assert "var(--loss)" in made


def test_a_flat_month_has_no_color():
    log = RunLog()
    log.sample(1, 1000.0)

    assert "var(--gain) 0%" in month_table(report(log))


def test_a_decision_is_colored_by_its_answer():
    made = decision_table(report(played_log(reason="<i>x</i>")))

    assert '<td class="short loss">refused</td>' in made
    assert '<td class="short gain">approved</td>' in made
    assert "&lt;i&gt;x&lt;/i&gt;" in made


def test_trades_come_newest_first_and_at_most_two_hundred():
    made = trade_table([trip(closed_ns=number * DAY_NS, tag="in") for number in range(250)])

    assert made.count("<tr>") == 201
    assert cells(made)[11] == "1970-09-07 00:00:00"
    assert '<td class="number gain">+10.00</td>' in made


def test_a_loss_is_told_by_its_color():
    assert '<td class="number loss">-3.00</td>' in trade_table([trip("-3")])
