"""What a run amounted to: counts, statistics, diagnosis, and reports as text, JSON, CSV and HTML.

May import domain, ports, indicators and ledger; numpy, and plotly's JavaScript for HTML alone.
Start reading at `run_log.py` (what is noted during a run) and `report_input.py` (what is told).
"""
