"""Every planted bug by name."""

from __future__ import annotations

from collections.abc import Mapping

from argonaut.rehearsal.simulation.mutants.lasting import LASTING
from argonaut.rehearsal.simulation.mutants.mutant import Mutant
from argonaut.rehearsal.simulation.mutants.reports import REPORTS
from argonaut.rehearsal.simulation.mutants.restarting import RESTARTING
from argonaut.rehearsal.simulation.mutants.sending import SENDING

MUTANTS: Mapping[str, Mutant] = {
    each.name: each for each in (*SENDING, *REPORTS, *RESTARTING, *LASTING)
}
