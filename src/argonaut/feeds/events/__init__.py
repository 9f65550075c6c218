"""How external events get in: connectors ask or listen, the intake takes each event once.

Start reading at `connector.py`, the port; `poller.py` asks a page again and again. May import the
announcement reader, the social readers, the ports and the domain.
"""
