"""The simulated venue: one pure exchange core for backtest, paper and rehearsal.

May import the domain and ports. No I/O and no clock; dice only as a seeded stream passed in.
Start reading at `venue.py`, then `point.py` and `path.py`, which hold the fill rules as lists.
"""

from argonaut.venues.sim.fees import MakerTaker, NoFees
from argonaut.venues.sim.latency import FixedLatency, JitterLatency, NoLatency
from argonaut.venues.sim.participation import VolumeParticipation
from argonaut.venues.sim.slippage import FixedBps, NoSlippage, SpreadPlusImpact
from argonaut.venues.sim.venue import SimVenue

__all__ = [
    "FixedBps",
    "FixedLatency",
    "JitterLatency",
    "MakerTaker",
    "NoFees",
    "NoLatency",
    "NoSlippage",
    "SimVenue",
    "SpreadPlusImpact",
    "VolumeParticipation",
]
