"""When the calm of a run may end before its time: once all is well in it, and stays so.

Everything it asks for has to hold, with nothing that changes, while each question that a trader
asks again and again is asked and answered twice more. And it has to be so late after the last
disturbance that what is still missing is overdue: it breaks its invariant, early end or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from argonaut.domain.mode import TradingMode
from argonaut.rehearsal.simulation.evidence import Belief, Evidence, Sent, TrueOrder
from argonaut.rehearsal.simulation.health import Health
from argonaut.rehearsal.simulation.plan import SECOND_NS, FaultPlan

ROUNDS = 2  # of each question
LOOK_NS = 5 * SECOND_NS  # between two looks
# Of the first: prices move at whole seconds, and a fill of the last instant would be told nobody.
APART_NS = 370_000_000
_OVERDUE_NS = 10 * SECOND_NS  # beside a round trip: the most an invariant allows (I12)
_FOREIGN_NS = 30 * SECOND_NS  # but for an order of somebody else's (I03)
_OF_THE_ACCOUNT = "/api/v3/account"
_OF_A_SYMBOL = ("/api/v3/openOrders", "/api/v3/myTrades")


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What can be seen at a moment without reading the journal. Equal ones have seen no change."""

    life: int
    belief: Belief
    states: tuple[tuple[str, str, Decimal], ...]  # of live orders, as believed: id, status, filled
    orders: Sequence[TrueOrder]  # at the venue, and its balances by asset
    balances: Mapping[str, Decimal]
    awaited: int  # signals that are not in the journal yet

    @property
    def ours(self) -> list[str]:
        """Return the client ids of our live orders at the venue."""
        return sorted(each.client_order_id for each in self.orders if each.is_live and each.is_ours)

    @property
    def has_foreign(self) -> bool:
        """Whether somebody else has a live order there."""
        return any(each.is_live and not each.is_ours for each in self.orders)

    def is_well(self, plan: FaultPlan) -> bool:
        """Whether belief and truth agree, and nothing is in doubt, in force or to be done."""
        belief = self.belief
        is_told = any(each.kind == "operator" for each in plan.faults)
        is_free = belief.mode == TradingMode.ACTIVE.name and not belief.conditions
        return (
            belief.is_ready
            and not belief.unknown
            and not self.awaited
            and (is_free or is_told)
            and sorted(belief.live) == self.ours
            and _owned(belief.balances) == _owned(self.balances)
        )


class Watch:
    """Looks at one calm again and again."""

    def __init__(self, plan: FaultPlan) -> None:
        self._plan = plan
        self._last: Look | None = None
        self._since_ns = 0  # when it became as it is

    def is_over(self, look: Look, so_far: Evidence, now_ns: int) -> bool:
        """Take one more look; say whether the calm may end now.

        Of the evidence its requests, orders and lives are read.
        """
        if look != self._last:
            self._last, self._since_ns = look, max(now_ns, self._plan.faults_end_ns)
        return (
            look.is_well(self._plan)
            and is_asked_again(so_far.sent, self._since_ns, self._plan.market.symbols)
            and now_ns > self._overdue_ns(look, so_far)
        )

    def _overdue_ns(self, look: Look, so_far: Evidence) -> int:
        """Return when whatever was missing after the last disturbance is overdue."""
        allowed_ns = _OVERDUE_NS + 4 * self._plan.latency_ns[1]
        if look.has_foreign:
            allowed_ns = max(allowed_ns, _FOREIGN_NS)
        disturbed = Health(so_far).disturbed
        return allowed_ns + (disturbed[-1][1] if disturbed else 0)


def is_asked_again(sent: Sequence[Sent], since_ns: int, symbols: Iterable[str]) -> bool:
    """Whether each periodic question was sent since then and answered well, twice."""
    answered: Counter[tuple[str, str]] = Counter()
    for each in reversed(sent):
        if each.at_ns < since_ns:
            break
        if each.method == "GET" and each.status == 200:
            answered[each.path, each.params.get("symbol", "")] += 1
    of_symbols = [(path, each.replace("/", "")) for each in symbols for path in _OF_A_SYMBOL]
    return all(answered[each] >= ROUNDS for each in [(_OF_THE_ACCOUNT, ""), *of_symbols])


def _owned(balances: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {asset: amount for asset, amount in balances.items() if amount}
