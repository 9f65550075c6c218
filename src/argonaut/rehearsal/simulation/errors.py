"""What can go wrong with a simulation itself, as opposed to in it."""


class SimulationError(Exception):
    """The simulation cannot go on; a fault of the harness, or of what runs in it."""


class NotSimulatedError(SimulationError):
    """The program reached for something of the real machine."""


class StuckError(SimulationError):
    """Nothing will ever happen again, or time does not pass."""


class HostDown(BaseException):
    """Unwind the code of a machine that has just died; all it still does has no effect."""
