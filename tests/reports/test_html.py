import base64
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.reports.diagnosis import Finding
from argonaut.reports.html import html_report
from argonaut.reports.run_log import RunLog
from tests.reports.records import BTC, candles, played_log, report

SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)
OWNED = "document.title='owned'"
EVIL = f'"\'><img src=x onerror="{OWNED}"></script><script>{OWNED}</script>'
# Chromium asks its maker for updates and the time; the page is not the one who asks.
BROWSERS_OWN = re.compile(r"\.(google|googleapis|gvt1|gstatic)\.com$")


@pytest.fixture(scope="module")
def page():
    return html_report(report(diagnosis=(Finding("few_trades", "warning", "3 trades"),)))


@pytest.fixture(scope="module")
def hostile_page():
    name, owner = InstrumentId(EVIL), StrategyId(EVIL)
    log = played_log(name=name, strategy=owner, tag=EVIL, reason=EVIL)
    tables = report().attribution
    return html_report(
        report(
            log,
            title=EVIL,
            quote=EVIL,
            candles={name: candles()},
            facts={EVIL: EVIL},
            diagnosis=(Finding("x", "note", EVIL),),
            tables=type(tables)(total=tables.total, by_strategy={EVIL: tables.total}),
        )
    )


def without_scripts(page):
    return SCRIPT.sub("", page)


def test_the_page_holds_its_parts_once(page):
    body = without_scripts(page)

    assert page.startswith("<!doctype html>\n")
    for heading in (
        "What stands out",
        "Equity and drawdown",
        "Months",
        "By strategy",
        "By instrument",
        "By tag",
        str(BTC),
        "Decisions",
        "Trades",
        "All statistics",
        "This run",
    ):
        assert body.count(f"<h2>{heading}</h2>") == 1
    assert body.count("Refusals by check") == 1
    assert page.count("plotly.js v") == 1
    assert body.count('class="chart"') == page.count("<script type=") == 2


def test_the_page_links_to_nothing_outside(page):
    body = without_scripts(page)

    assert not re.findall(r"(?:src|href|url|@import)\s*[=(]", body)
    assert "http" not in body.replace("http-equiv", "")


def test_the_policy_allows_the_two_scripts_and_nothing_else(page):
    """A reason that got a script into the page could not run it."""
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    run = [text for kind, text in SCRIPT.findall(page) if "json" not in kind]

    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in run]

    assert policy.startswith("default-src 'none'; ")
    assert re.findall(r"'sha256-([^']*)'", policy) == hashes
    assert len(run) == 2


def test_hostile_names_stay_text(hostile_page):
    body = without_scripts(hostile_page)

    assert "<img" not in body
    assert "owned" in body
    assert len([kind for kind, _ in SCRIPT.findall(hostile_page) if "json" not in kind]) == 2


def test_an_empty_run_makes_a_page():
    page = html_report(report(RunLog(), candles={BTC: candles(0)}, facts={}))

    assert "No equity was sampled." in page
    assert "Refusals by check" not in page
    assert str(BTC) not in re.findall(r"<h2>(.*?)</h2>", page)


def test_the_chart_library_is_loaded_only_when_a_page_is_written():
    """Every command would pay for it otherwise."""
    code = "import sys, argonaut.reports.html; sys.exit('plotly' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": "src"})

    assert done.returncode == 0


def browse(chromium, folder: Path, page: str) -> tuple[str, set[str]]:
    """Open a page from disk without a network; return the final page and the hosts asked for."""
    file, log = folder / "report.html", folder / "net.json"
    file.write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder / 'profile'}",
            f"--log-net-log={log}",
            "--window-size=1280,6000",
            "--virtual-time-budget=10000",
            "--dump-dom",
            file.as_uri(),
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    asked = set()
    for event in json.loads(log.read_text())["events"]:
        url = str(event.get("params", {}).get("url", ""))
        host = re.match(r"(?:https?|wss?)://([^/:?]+)", url)
        if host and not BROWSERS_OWN.search(host[1]):
            asked.add(host[1])
    return done.stdout, asked


@pytest.mark.browser
def test_the_charts_render_from_disk_without_a_network(chromium, tmp_path, page):
    shown, asked = browse(chromium, tmp_path, page)

    assert shown.count('data-rendered="yes"') == 2
    assert len(re.findall(r'<svg class="main-svg"', shown)) >= 2
    assert re.search(r'class="trace boxes"|class="boxlayer', shown)
    assert "3 trades" in without_scripts(shown)
    assert asked == set()


@pytest.mark.browser
def test_hostile_names_do_not_run_in_a_browser(chromium, tmp_path, hostile_page):
    shown, asked = browse(chromium, tmp_path, hostile_page)

    title, *_ = re.findall(r"<title>(.*?)</title>", shown, re.DOTALL)
    assert title.startswith("\"'&gt;&lt;img")
    assert "<img" not in without_scripts(shown)
    assert shown.count('data-rendered="yes"') == 2
    assert asked == set()


@pytest.mark.browser
def test_a_request_would_have_been_noticed(chromium, tmp_path):
    """The two tests above can fail: a page that fetches something is caught."""
    _, asked = browse(chromium, tmp_path, '<img src="http://elsewhere.test/x.png">')

    assert asked == {"elsewhere.test"}


def test_a_long_run_makes_a_page_no_larger_than_its_charts_show():
    log = RunLog()
    for minute in range(200_000):
        log.sample(minute * 60 * 10**9, 1000.0 + np.sin(minute / 1000))

    page = html_report(report(log, candles={BTC: candles(250_000)}))

    assert len(page) < 7_000_000
