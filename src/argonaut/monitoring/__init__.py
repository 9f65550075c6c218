"""What people and machines watch: structured logs and Prometheus metrics, fed by journal rows.

May import domain and ports. Never on the trading path: an observer after the fact.
Start reading at `logs.py` and `metrics.py`.
"""
