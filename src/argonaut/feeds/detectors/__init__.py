"""Detectors that send while the bot runs: one signed envelope, one door, a file per transport.

May import domain, ports, aiohttp and the rest of feeds. Start reading at `envelope.py`, then
`door.py` and `intake.py`; a transport carries an `Arrival` in and an `Answer` back.
"""
