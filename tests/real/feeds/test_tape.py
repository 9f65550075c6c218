"""The checks against every recording there is: none honest refused, none injected accepted."""

import json

import pytest

from argonaut.domain.ids import InstrumentId
from argonaut.domain.timeframe import MINUTE_NS
from argonaut.feeds.tape.aggregate import aggregate, bars_from_trades
from argonaut.feeds.tape.catalogue import import_file, list_recordings
from argonaut.feeds.tape.columns import Clock
from argonaut.feeds.tape.findings import Flaw
from argonaut.feeds.tape.load import verify
from argonaut.feeds.tape.merge import merge
from argonaut.feeds.tape.read import read_bars, read_quotes, read_trades
from argonaut.feeds.tape.spec import DataSpec

KINDS = ("klines", "mark", "trades", "quotes", "funding", "book_deltas")
BTC = InstrumentId("BTC/USDT@binance")


@pytest.fixture(scope="module")
def recordings(shared):
    return [path for kind in KINDS for path in sorted((shared / "data" / kind).glob("*.parquet"))]


def report_on(path):
    # BitMEX opens a bar at the previous close, as the data's own README says.
    tolerate = ("open_outside_range",) if "bitmex" in path.name else ()
    return verify(DataSpec(path=path, tolerate=tolerate))


def test_exactly_the_captures_with_injected_errors_are_refused(recordings):
    refused = [path.name for path in recordings if not report_on(path).is_usable]

    assert refused == [
        "binance_spot_trx_20250304_negative.parquet",
        "binance_spot_trx_20250304_negative.parquet",
    ]


def test_the_original_pairs_are_told_apart(shared):
    """The same captures as their authors published them, in CSV of another layout."""
    reports = {
        path.name: verify(DataSpec(path=path)).is_usable
        for path in sorted((shared / "fixtures" / "quality" / "daniellasota").glob("*.csv.gz"))
    }

    assert len(reports) == 4
    assert all(is_usable == ("positive" in name) for name, is_usable in reports.items())


def test_rows_and_gaps_are_those_of_the_manifest(shared, recordings):
    manifest = json.loads((shared / "data" / "MANIFEST.json").read_text())
    rows = {entry["file"]: entry["rows"] for entry in manifest}

    for path in recordings:
        assert report_on(path).rows == rows[path.relative_to(shared / "data").as_posix()]


@pytest.mark.parametrize(
    ("name", "missing", "silent"),
    [
        ("binance_spot_BTCUSDT_1m_20210420_20210520", [284], 0),
        ("binance_spot_BTCUSDT_1m_20230316_20230501", [80], 72),
        ("binance_spot_BRDBTC_1m_20210410_20210520", [150, 284], 22_821),
        ("bitmex_inverse_XBTUSD_1m_20200101_20200630", [], 116),
    ],
)
def test_known_outages_are_found(shared, name, missing, silent):
    report = report_on(shared / "data" / "klines" / f"{name}.parquet")

    silences = [found.count for found in report.warnings if found.flaw is Flaw.ZERO_VOLUME]
    assert sorted(gap.missing for gap in report.gaps) == missing
    assert silences == ([silent] if silent else [])


def test_a_recorder_behind_the_venue_is_noticed(shared):
    report = report_on(shared / "data" / "trades" / "binance_spot_btcusdt_20240808.parquet")

    assert [found.flaw for found in report.warnings] == [Flaw.CLOCK_BEHIND]
    assert "1.271 s behind" in report.warnings[0].message


def test_daily_stock_bars_read_with_their_weekends_as_gaps(shared):
    bars, report = read_bars(
        shared / "data" / "reference" / "GOOG.csv", InstrumentId("GOOG@sim"), "1d"
    )

    assert (len(bars), float(bars.open[0]), float(bars.volume[0])) == (2148, 100.0, 22_351_900.0)
    assert [found.flaw for found in report.warnings] == [Flaw.GAP]


def test_monthly_bars_can_be_read_as_days_by_saying_so(shared):
    path = shared / "data" / "reference" / "BTCUSD.csv"

    bars, _ = read_bars(path, InstrumentId("BTC/USD@sim"), "1d", tolerate=("wrong_timeframe",))

    assert len(bars) == 156


@pytest.mark.parametrize(
    ("name", "kind", "rows"),
    [
        ("bitmex_trades_XBTUSD", "trades", 10),
        ("huobi-dm-swap_quotes_BTC-USD", "quotes", 10),
        ("deribit_incremental_book_L2_BTC-PERPETUAL", "book_deltas", 15),
    ],
)
def test_vendor_files_in_microseconds_are_understood(shared, name, kind, rows):
    report = verify(DataSpec(path=shared / "fixtures" / "formats" / "tardis" / f"{name}.csv"))

    assert (report.kind, report.rows, report.is_usable) == (kind, rows, True)
    assert "Unix us" in report.notes[0]


def test_the_catalogue_lists_every_recording(shared, recordings):
    listed = {
        info.path: info
        for kind in KINDS
        for info in list_recordings(shared / "data" / kind)
        if info.path.endswith(".parquet")
    }

    assert list(listed) == [str(path) for path in recordings]
    assert not [info.problem for info in listed.values() if info.problem]


def test_bars_built_from_a_venue_s_trades_are_the_bars_it_published(shared):
    """59 hours of XRP/ETH: the same venue, two independent files."""
    data = shared / "data"
    trades, _ = read_trades(
        data / "trades" / "binance_spot_xrpeth_201910.parquet", InstrumentId("XRP/ETH@binance")
    )
    published, _ = read_bars(
        data / "klines" / "freqtrade_testdata_XRPETH_5m.parquet",
        InstrumentId("XRP/ETH@binance"),
        "5m",
    )

    built = bars_from_trades(trades, 5 * MINUTE_NS)

    expected = {
        open_ns: row
        for open_ns, *row in zip(
            published.open_ns.tolist(), published.high.tolist(), published.low.tolist(), strict=True
        )
    }
    shared_bars = [
        (built.high[at], built.low[at], *expected[open_ns])
        for at, open_ns in enumerate(built.open_ns.tolist())
        if open_ns in expected
    ]
    same = sum(high == top and low == bottom for high, low, top, bottom in shared_bars)
    assert same / len(shared_bars) > 0.99


def test_minutes_aggregated_to_five_are_the_recorded_fives(shared):
    path = shared / "data" / "klines"
    instrument = InstrumentId("XRP/ETH@binance")
    ones, _ = read_bars(path / "freqtrade_testdata_XRPETH_1m.parquet", instrument, "1m")
    fives, _ = read_bars(path / "freqtrade_testdata_XRPETH_5m.parquet", instrument, "5m")

    made = aggregate(ones, 5 * MINUTE_NS)

    recorded = dict(zip(fives.open_ns.tolist(), fives.high.tolist(), strict=True))
    pairs = [
        (high, recorded[open_ns])
        for open_ns, high in zip(made.open_ns.tolist(), made.high.tolist(), strict=True)
        if open_ns in recorded
    ]
    assert sum(mine == theirs for mine, theirs in pairs) / len(pairs) > 0.99


def test_trades_and_quotes_of_one_recorder_merge_by_its_clock(shared):
    """By the venue's time the quotes would come 1.27 s before the trades they belong to."""
    by_received, by_event = (
        distance_from_quotes(shared / "data", clock) for clock in (Clock.AUTO, Clock.EVENT)
    )

    assert by_received < 0.5
    assert by_event > 1.5


def distance_from_quotes(data, clock):
    """Mean distance of a trade from the quote standing before it in the merge, in basis points."""
    name = "binance_spot_btcusdt_20240808.parquet"
    trades, _ = read_trades(data / "trades" / name, BTC, clock=clock)
    quotes, _ = read_quotes(data / "quotes" / name, BTC)
    plan = merge([quotes, trades])
    bid, ask, distances = 0.0, float("inf"), []
    for chunk in plan.chunks():
        for slot, row in zip(chunk.slot, chunk.row, strict=True):
            if plan.slots[slot].stream == 0:
                bid, ask = quotes.bid[row], quotes.ask[row]
            elif bid:
                price = trades.price[row]
                distances.append(max(bid - price, price - ask, 0.0) / price * 1e4)
    assert len(distances) > 9_000
    return sum(distances) / len(distances)


def test_an_import_of_a_vendor_file_reads_back(shared, tmp_path):
    source = shared / "fixtures" / "formats" / "tardis" / "bitmex_trades_XBTUSD.csv"
    target = tmp_path / "trades.parquet"

    import_file(DataSpec(path=source, instrument=InstrumentId("BTC/USD:BTC@bitmex")), target)

    assert verify(DataSpec(path=target)).rows == 10
