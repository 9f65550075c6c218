"""Named scenarios: each row of the failure model as plans, with what is expected of them.

May import the plans, the evidence and the invariants' case; never the world that runs them.
Start reading at `scenario.py`, then `requests.py`; `catalogue.py` lists them all.
"""
