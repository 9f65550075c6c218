"""The gate every wish passes: sized, measured by each check in order, approved or refused.

Nothing else makes an `Approved`. Checks may make an entry smaller, never larger; an exit meets
validity alone, so no rule can keep a position open.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.instrument import Instrument
from argonaut.domain.number import ONE, ZERO
from argonaut.domain.order import OrderType
from argonaut.domain.signal import Enter, Exit
from argonaut.domain.verdict import Approved, Outcome, Refused, Verdict
from argonaut.risk.filters import Filters
from argonaut.risk.finite import Finite
from argonaut.risk.mode import Mode
from argonaut.risk.notional import MinNotional
from argonaut.risk.sizing import Sizing
from argonaut.risk.view import AccountView, Check, Proposal

_LIMIT: Final = OrderType.LIMIT
_FILTERS: Final = Filters()
_VALIDITY: tuple[Check, ...] = (Mode(), Finite(), Sizing(), _FILTERS)
_PASS: Final = Outcome.PASS
_CLIP: Final = Outcome.CLIP
_REFUSE: Final = Outcome.REFUSE
_EXIT_VERDICTS: Final = (Verdict("holding", _PASS, detail="closes what is held"),)
_NO_NUMBER: Final = (ArithmeticError, InvalidValueError)
_EXIT_TYPES: Final = (OrderType.MARKET, OrderType.LIMIT)


class Gate:
    """Asks the validity checks, which are never off, then `checks` in their order.

    `enabled=False` leaves the validity checks alone: trading mode, finite numbers, size and the
    venue's filters. `mode`, `finite` and `filters` may stand among `checks`; they are asked once.
    """

    __slots__ = ("_asked", "_codes", "_minimums", "checks")

    def __init__(self, checks: Sequence[Check], *, enabled: bool = True) -> None:
        chosen = tuple(each for each in checks if not isinstance(each, Mode | Finite | Filters))
        self.checks = chosen if enabled else ()
        asked = _VALIDITY + self.checks
        self._asked = tuple(each.verdict for each in asked)
        self._codes = tuple(each.code for each in asked)
        minimums = tuple(each for each in self.checks if isinstance(each, MinNotional))
        self._minimums: tuple[Check, ...] = (_FILTERS, *minimums)

    def enter(self, entry: Enter, instrument: Instrument, view: AccountView) -> Approved | Refused:
        """Approve an entry, perhaps smaller than asked, or refuse it. Closed when in doubt.

        The verdicts are those of every check asked, the last one the refusal if there is one.
        """
        proposal = Proposal(entry, instrument)
        verdicts: list[Verdict] = []
        requested: Decimal | None = None
        for ask in self._asked:
            try:
                verdict = ask(proposal, view)
            except _NO_NUMBER as error:
                verdict = _unmeasurable(self._codes[len(verdicts)], error)
            verdicts.append(verdict)
            if verdict.outcome is _PASS:
                continue

            requested = requested or proposal.quantity or None
            if verdict.outcome is _CLIP:
                refusal = self._shrink(proposal, view, verdict)
                if refusal is None:
                    continue
                verdicts.append(refusal)
            return Refused(signal=entry, verdicts=tuple(verdicts), requested=requested)

        return Approved(
            signal=entry,
            requested=requested or proposal.quantity,
            quantity=proposal.quantity,
            quote_quantity=proposal.quote_quantity,
            verdicts=tuple(verdicts),
        )

    def exit(
        self, wish: Exit, instrument: Instrument, view: AccountView, held: Decimal
    ) -> Approved | Refused:
        """Approve an exit from `held` base units (signed) in every mode, or say what is invalid.

        The quantity is rounded down to a lot. More than the venue takes in one order is left for
        the next exit.
        """
        del view  # no state of the account may keep a position open
        fault = _fault_of_exit(wish, instrument, held)
        if fault is not None:
            return Refused(signal=wish, verdicts=(fault,))
        quantity = instrument.lots.floor(abs(held) * wish.fraction)
        if quantity <= ZERO:
            said = f"{wish.fraction} of {held} held is less than one lot of {instrument.lot_size}"
            return Refused(signal=wish, verdicts=(Verdict("holding", _REFUSE, detail=said),))

        most = instrument.max_quantity
        if most is None or quantity <= most:
            return Approved(
                signal=wish, requested=quantity, quantity=quantity, verdicts=_EXIT_VERDICTS
            )
        keep = instrument.quantity(most)
        said = f"the venue takes at most {most} base in one order"
        clip = Verdict("filters", _CLIP, quantity, most, said, keep)
        return Approved(
            signal=wish, requested=quantity, quantity=keep, verdicts=(*_EXIT_VERDICTS, clip)
        )

    def _shrink(self, proposal: Proposal, view: AccountView, clip: Verdict) -> Verdict | None:
        """Lower the proposal to what `clip` keeps; return a refusal when that is too little."""
        keep = clip.keep
        assert keep is not None, f"{clip.code} clips without saying to what"
        assert keep <= proposal.quantity, f"{clip.code} enlarged {proposal.quantity} to {keep}"
        before, quantity = proposal.quantity, proposal.instrument.quantity(keep)
        if quantity <= 0:
            said = f"less than one lot of {proposal.instrument.lot_size} base would be left"
            return Verdict(clip.code, _REFUSE, clip.value, clip.limit, said)

        proposal.shrink(quantity)
        for minimum in self._minimums:
            verdict = minimum.verdict(proposal, view)
            if verdict.outcome is not _PASS:
                said = f"{quantity} base is left of {before} after {clip.code}"
                said = f"{verdict.detail}, {said}" if verdict.detail else said
                return Verdict(verdict.code, _REFUSE, verdict.value, verdict.limit, said)
        return None


def _unmeasurable(code: str, error: ArithmeticError | InvalidValueError) -> Verdict:
    """Refuse what cannot be compared or computed: a NaN, an overflow, a division by zero."""
    said = f"a number is NaN or out of range: {error}"
    return Verdict(code, _REFUSE, detail=said)


def _fault_of_exit(wish: Exit, instrument: Instrument, held: Decimal) -> Verdict | None:
    said, fraction = None, wish.fraction
    if not held.is_finite():
        said = f"want a finite holding, not {held}"
    elif not (fraction.is_finite() and ZERO < fraction <= ONE):
        said = f"want 0 < fraction <= 1 (0.5 is a half), not {fraction}"
    elif wish.order_type not in _EXIT_TYPES:
        said = f"an exit is a market or a limit order, not {wish.order_type.value}"
    elif wish.limit_price is None:
        if wish.order_type is _LIMIT:
            said = "a limit exit wants a limit_price"
    elif not _is_price(wish.limit_price, instrument):
        said = f"want limit_price >= one tick of {instrument.tick_size}, not {wish.limit_price}"
    if said is not None:
        return Verdict("finite", _REFUSE, detail=said)
    return None if held else Verdict("holding", _REFUSE, detail="nothing is held")


def _is_price(value: float, instrument: Instrument) -> bool:
    try:
        return math.isfinite(value) and instrument.price(value) > 0
    except _NO_NUMBER:  # too large to count in ticks
        return False
