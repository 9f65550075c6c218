"""How much of the market's volume our fills may be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from argonaut.domain.number import to_decimal
from argonaut.venues.sim.errors import SimVenueError


@dataclass(frozen=True, slots=True)
class VolumeParticipation:
    """Fills of one moment <= fraction x volume, rounded down to a lot; a fraction of 0 is no cap.

    On bars the volume is the bar's own for the path after its open, and that of the last
    completed bar for the open itself, because the new bar's is not known yet; all our fills of
    one bar share its cap. On trades it is the quantity printed, on quotes the quantity shown on
    the side taken. What does not fit keeps working.
    """

    bar_fraction: Decimal = Decimal("0.1")
    print_fraction: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        """Want fractions."""
        for name in ("bar_fraction", "print_fraction"):
            value = getattr(self, name)
            if not (value.is_finite() and 0 <= value <= 1):
                raise SimVenueError(f"want 0 <= {name} <= 1 (0 is no cap), not {value}")

    def cap(self, volume: float, *, is_bar: bool) -> Decimal | None:
        """Return base units our fills may take of a bar, a print or a shown quantity."""
        fraction = self.bar_fraction if is_bar else self.print_fraction
        return to_decimal(volume) * fraction if fraction else None
