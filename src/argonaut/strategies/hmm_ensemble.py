"""HMM ensemble: a moving-average cross and a model of market regimes vote, and both must be heard.

The idea, its rules and where it fails: docs/explanation/hmm-ensemble.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from argonaut.domain.errors import InvalidValueError
from argonaut.domain.event import ExternalEvent
from argonaut.domain.ids import InstrumentId, StrategyId
from argonaut.domain.market import Bar, Quote, Trade
from argonaut.domain.order import Side
from argonaut.domain.signal import Enter, Exit, Notional, Protection, Signal, Skip, Target
from argonaut.domain.timeframe import parse_timeframe
from argonaut.domain.tuning import Calibration, Standing, Tuning, calibration_of, is_for
from argonaut.indicators import Sma
from argonaut.indicators.hmm.card import REGIMES, Card, ModelRefusedError, unseal
from argonaut.indicators.hmm.features import RegimeFeatures
from argonaut.indicators.hmm.follower import Follower
from argonaut.ledger.holding import Holding
from argonaut.strategies.canary import Canary, CanaryRule
from argonaut.strategies.interface import Signals, Strategy

_SECOND_NS = 1_000_000_000
_AGAIN_NS = 3600 * _SECOND_NS  # the same reason is told once an hour
_BEAR, _BULL = 0, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Knobs of the ensemble. Fractions: 0.002 is 20 basis points."""

    timeframe: str = "1m"  # of the bars the averages and the model read
    fast_bars: int = 9
    slow_bars: int = 21
    window_bars: int = 120  # what is usual is measured over these
    short_bars: int = 15  # and what is now over these
    average_weight: float = 0.5  # of the vote of the averages
    regime_weight: float = 0.5  # of the vote of the model
    min_confidence: float = 0.6
    cooldown_s: float = 30.0  # after an entry was asked for or a position closed; x calibration
    evaluate_s: float = 60.0  # it decides no more often
    notional_quote: Decimal = Decimal(10)  # x the calibration's multiplier
    target_fraction: float = 0.002
    stop_fraction: float = 0.003
    shorts: bool = False
    models: str = "data/models"  # the registry's folder
    model: str = ""  # its name there; empty is btc-usdt for BTC/USDT
    calibrations: str = "data/calibration"  # folder of one BTC-USDT.json a symbol
    canary_bars: int = 1440  # a candidate runs beside the current model at least so long
    canary_bars_max: int = 7200
    canary_sigmas: float = 2.0
    cost_fraction: float = 0.002  # of a round trip, in the canary's account
    drift_sigmas: float = 4.0  # below what training saw, over the model's own blocks

    def __post_init__(self) -> None:
        """Refuse what could not work."""
        parse_timeframe(self.timeframe)
        if not 0 < self.fast_bars < self.slow_bars:
            raise InvalidValueError(
                f"want 0 < fast_bars < slow_bars, not {self.fast_bars} and {self.slow_bars}"
            )
        if not 0 < self.short_bars < self.window_bars:
            raise InvalidValueError(
                f"want 0 < short_bars < window_bars, not {self.short_bars} and {self.window_bars}"
            )
        for name in ("average_weight", "regime_weight", "min_confidence"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidValueError(f"want 0 <= {name} <= 1, not {getattr(self, name)}")
        if abs(self.average_weight + self.regime_weight - 1) > 1e-9:
            raise InvalidValueError(
                f"want average_weight + regime_weight = 1, not {self.average_weight} and "
                f"{self.regime_weight}"
            )
        for name in ("target_fraction", "stop_fraction"):
            if not 0 < getattr(self, name) < 1:
                raise InvalidValueError(
                    f"want 0 < {name} < 1 (0.002 is 20 bp), not {getattr(self, name)}"
                )
        for name in ("evaluate_s", "notional_quote", "canary_bars", "canary_sigmas"):
            self._want(name, above=True)
        for name in ("cooldown_s", "cost_fraction", "drift_sigmas"):
            self._want(name, above=False)
        if not self.canary_bars <= self.canary_bars_max:
            raise InvalidValueError(
                f"want canary_bars <= canary_bars_max, not {self.canary_bars} and "
                f"{self.canary_bars_max}"
            )

    def _want(self, name: str, *, above: bool) -> None:
        value = getattr(self, name)
        if not (math.isfinite(value) and (value > 0 if above else value >= 0)):
            raise InvalidValueError(f"want {name} {'>' if above else '>='} 0, not {value}")


class HmmEnsemble(Strategy):
    """Long, and short where asked; one position at a time; the engine's bracket closes it."""

    saved = ("state",)  # see `save`

    def __init__(
        self, strategy_id: StrategyId, instrument_id: InstrumentId, params: Params
    ) -> None:
        super().__init__(strategy_id, instrument_id)
        self.params = params
        self.timeframes = (params.timeframe,)
        frame = params.timeframe
        self.fast = self.use(Sma(params.fast_bars), timeframe=frame)
        self.slow = self.use(Sma(params.slow_bars), timeframe=frame)
        self.features = self.use(
            RegimeFeatures(params.window_bars, params.short_bars), timeframe=frame
        )
        self.calibration = Calibration()
        self.current: Follower | None = None
        self.candidate: Follower | None = None
        self.previous = ""  # sealed; where a promotion that drifts goes back to
        self.revision = -1  # of the registry, as last told
        self.dismissed: int | None = None  # version that did not show itself, or drifted
        self.verdict = ""  # on the models, as given last
        self.demoted = ""  # why the current model may not decide
        self._canary = self._new_canary()
        self._price: float | None = None
        self._asked_ns: int | None = None
        self._due_ns = 0
        self._reason, self._told, self._told_ns = "", "", 0

    def tunings(self) -> tuple[Tuning, ...]:
        """Name the model and the calibration it wants to be told of."""
        symbol = self.instrument_id.partition("@")[0].replace("/", "-").replace(":", "-")
        params = self.params
        return (
            Tuning("model", params.models, params.model or symbol.lower()),
            Tuning("calibration", params.calibrations, symbol),
        )

    def standing(self) -> Standing | None:
        """Say which models it has promoted or dismissed by itself."""
        if self.current is None:
            return None
        version = self.current.card.version
        return Standing(self.revision, version, self.dismissed, self.verdict)

    def explain(self) -> str:
        """Say what stood against a trade last time."""
        return self._reason

    # what it sees

    def on_trade(self, trade: Trade, holding: Holding) -> None:
        """Remember the latest price."""
        del holding
        self._price = trade.price

    def on_quote(self, quote: Quote, holding: Holding) -> None:
        """Remember the latest price."""
        del holding
        self._price = (quote.bid + quote.ask) * 0.5

    def on_bar(self, bar: Bar, holding: Holding) -> Signals:
        """Let the models see the bar, then decide if it is time."""
        self._price = bar.close
        row = self.features.row
        is_due = bar.close_ns >= self._due_ns
        if is_due:
            self._due_ns = bar.close_ns + int(self.params.evaluate_s * _SECOND_NS)
        if row is not None:
            if self.current is not None:
                self.current.see(row)
            if self.candidate is not None:
                self._compare(bar, row, is_due=is_due)
        return self._decide(bar.close_ns, holding) if is_due else None

    def on_event(self, event: ExternalEvent, holding: Holding) -> Signals:
        """Take a calibration or a model that is meant for this strategy here."""
        del holding
        if not is_for(event, self.strategy_id, self.instrument_id):
            return None
        try:
            said = self._tuned(event)
        except (InvalidValueError, ModelRefusedError) as error:
            said = str(error)
        return self._skip(said) if said else None

    # what it decides

    def _decide(self, now_ns: int, holding: Holding) -> Iterator[Signal]:
        yield from self._judge_models()
        blocker = self._blocker()
        if blocker:
            yield from self._refrain(now_ns, blocker, blocker)
            return
        assert self.current is not None, "without a model it is blocked"
        score = self._score(self.current)
        side, said = self._side(score), self._sentence(self.current, score)
        if holding.quantity:
            sign = 1 if holding.is_long else -1
            if side == -sign and not holding.exiting:
                self._asked_ns, self._told = now_ns, ""
                yield Exit(
                    strategy_id=self.strategy_id,
                    instrument_id=self.instrument_id,
                    tag="hmm_ensemble_exit",
                    reason=f"both votes turned: {said}",
                )
            return
        kind = self._against(now_ns, side, holding)
        if kind:
            yield from self._refrain(now_ns, kind, f"{kind}: {said}")
            return
        self._asked_ns, self._reason, self._told = now_ns, "", ""
        yield self._entry(side, self._confidence(score), said)

    def _blocker(self) -> str:
        """Return why nothing can be decided at all."""
        params = self.params
        if self.current is None:
            return (
                f"no model {self.tunings()[0].name} in {params.models}: "
                "train one with `argonaut train hmm`"
            )
        if self.demoted:
            return self.demoted
        if self.fast.value is None or self.slow.value is None or self.features.row is None:
            warmup = self.features.warmup
            return f"want {warmup} bars of {params.timeframe}, with volume and moves in them"
        if self.current.filter.probabilities is None:
            return "the model has seen no bar yet"
        return ""

    def _against(self, now_ns: int, side: int, holding: Holding) -> str:
        """Return in short what stands against an entry."""
        if not holding.is_idle:
            return "something is on its way"
        if side == 0:
            return f"confidence below {self.params.min_confidence:g}"
        if side < 0 and not self.params.shorts:
            return "bearish, and shorts are off"
        cooldown_s = self.params.cooldown_s * self.calibration.cooldown_scale
        for since_ns in (self._asked_ns, holding.closed_ns):
            if since_ns is not None and now_ns - since_ns < cooldown_s * _SECOND_NS:
                return f"cooldown of {cooldown_s:g} s"
        return ""

    def _score(self, followed: Follower) -> float:
        """Return the weighted vote, -1 (down) to 1 (up)."""
        fast, slow, told = self.fast.value, self.slow.value, followed.filter.probabilities
        if fast is None or slow is None or told is None:
            return 0.0
        average = (fast > slow) - (fast < slow)
        regime = told[_BULL] - told[_BEAR]
        return self.params.average_weight * average + self.params.regime_weight * regime

    def _confidence(self, score: float) -> float:
        return min(abs(score) * self.calibration.confidence_gain, 1.0)

    def _side(self, score: float) -> int:
        if self._confidence(score) < self.params.min_confidence:
            return 0
        return 1 if score > 0 else -1

    def _sentence(self, followed: Follower, score: float) -> str:
        """Say the votes, the regimes and the price that a decision was made on."""
        fast, slow, told = self.fast.value, self.slow.value, followed.filter.probabilities
        assert fast is not None, "asked behind the blocker"
        assert slow is not None, "asked behind the blocker"
        assert told is not None, "asked behind the blocker"
        averages = "above" if fast > slow else "below" if fast < slow else "on"
        regimes = ", ".join(f"{k} {p:.3f}" for k, p in zip(REGIMES, told, strict=True))
        return (
            f"MA {self.params.fast_bars} {averages} {self.params.slow_bars}; {regimes}; "
            f"score {score:+.3f}, confidence {self._confidence(score):.3f}; "
            f"price {self._price:.10g}; {followed.card.label}"
        )

    def _entry(self, side: int, confidence: float, said: str) -> Enter:
        params = self.params
        multiplier = Decimal(repr(self.calibration.notional_multiplier))
        return Enter(
            strategy_id=self.strategy_id,
            instrument_id=self.instrument_id,
            side=Side.BUY if side > 0 else Side.SELL,
            size=Notional(params.notional_quote * multiplier),
            protection=Protection(
                stop_fraction=params.stop_fraction,
                targets=(Target(fraction=params.target_fraction),),
            ),
            tag="hmm_ensemble",
            confidence=confidence,
            reason=said,
        )

    def _refrain(self, now_ns: int, kind: str, reason: str) -> Iterator[Signal]:
        """Tell why nothing is done when that is news, or was told an hour ago."""
        self._reason = reason
        if kind != self._told or now_ns - self._told_ns >= _AGAIN_NS:
            self._told, self._told_ns = kind, now_ns
            yield from self._skip(reason)

    def _skip(self, reason: str) -> Iterator[Signal]:
        yield Skip(strategy_id=self.strategy_id, instrument_id=self.instrument_id, reason=reason)

    # models and calibration

    def _tuned(self, event: ExternalEvent) -> str:
        """Take what an event brings; return what is worth telling.

        Raises:
            InvalidValueError, ModelRefusedError: What it brings is not usable; nothing changes.
        """
        told = event.payload
        if event.kind == "calibration":
            made = calibration_of(told.get("calibration", ""), where=event.event_id)
            if made == self.calibration:
                return ""
            self.calibration = made
            return (
                f"calibration: confidence x{made.confidence_gain:g}, notional "
                f"x{made.notional_multiplier:g}, cooldown x{made.cooldown_scale:g}"
            )
        revision = told.get("revision", "")
        if event.kind != "model" or not revision.isdecimal() or int(revision) < self.revision:
            return ""
        if told.get("role") == "candidate":
            return self._take_candidate(told.get("model", ""), int(revision), event.event_id)
        if int(revision) == self.revision:
            return ""
        return self._take_current(told.get("model", ""), int(revision), event.event_id)

    def _take_current(self, sealed: str, revision: int, where: str) -> str:
        if not sealed:
            was, self.current = self.current, None
            self.candidate, self.revision = None, revision
            return f"{was.card.label} was withdrawn" if was is not None else ""
        card = self._fitting(sealed, where)
        self.revision = revision
        if self.current is not None and self.current.card == card:
            return ""
        before = self.current
        self._use(card)
        return f"{card.label} decides" + (f", no more {before.card.label}" if before else "")

    def _take_candidate(self, sealed: str, revision: int, where: str) -> str:
        self.revision = revision
        if not sealed:
            was, self.candidate = self.candidate, None
            return f"{was.card.label} is no candidate any more" if was is not None else ""
        card = self._fitting(sealed, where)
        known = [each.card for each in (self.current, self.candidate) if each is not None]
        if card in known or card.version == self.dismissed:
            return ""
        self.candidate, self._canary = Follower(card), self._new_canary()
        return f"{card.label} is watched beside the current model"

    def _fitting(self, sealed: str, where: str) -> Card:
        card, params = unseal(sealed, where=where), self.params
        want = (params.timeframe, params.window_bars, params.short_bars)
        have = (card.timeframe, card.window_bars, card.short_bars)
        if have != want:
            raise ModelRefusedError(
                f"{card.label} was trained on bars of {have[0]}, {have[1]} and {have[2]} of them; "
                f"want {want[0]}, {want[1]} and {want[2]}"
            )
        return card

    def _use(self, card: Card) -> None:
        """Let a model decide from now on."""
        self.current, self.candidate, self.demoted = Follower(card), None, ""
        row = self.features.row
        if row is not None:
            self.current.see(row)

    def _new_canary(self) -> Canary:
        params = self.params
        return Canary(
            CanaryRule(
                bars_min=params.canary_bars,
                bars_max=params.canary_bars_max,
                sigmas=params.canary_sigmas,
                cost_fraction=params.cost_fraction,
                stop_fraction=params.stop_fraction,
                target_fraction=params.target_fraction,
                shorts=params.shorts,
            )
        )

    def _compare(self, bar: Bar, row: tuple[float, ...], *, is_due: bool) -> None:
        """Let the candidate see the bar and decide in dry-run, beside the current model."""
        candidate, current = self.candidate, self.current
        assert candidate is not None, "asked where there is a candidate"
        candidate.see(row)
        if current is None:
            return
        self._canary.pass_bar(bar.low, bar.high)
        self._canary.score(candidate.filter.log_density - current.filter.log_density)
        if is_due:
            now, then = (self._side(self._score(each)) for each in (current, candidate))
            self._canary.take(now, then, bar.close)

    def _judge_models(self) -> Iterator[Signal]:
        """Promote or dismiss a candidate that has shown what it is; demote a model that drifts."""
        candidate, current = self.candidate, self.current
        if candidate is not None and current is not None:
            outcome, how = self._canary.outcome, self._canary.told()
            if outcome == "promote":
                self.previous = current.sealed
                self.current, self.candidate, self.demoted = candidate, None, ""
                yield from self._rule(f"{candidate.card.label} promoted: {how}")
            elif outcome == "dismiss":
                self.candidate, self.dismissed = None, candidate.card.version
                yield from self._rule(f"{candidate.card.label} dismissed: {how}")
        current = self.current
        if current is not None and not self.demoted:
            short = current.drift()
            if short > self.params.drift_sigmas > 0:
                yield from self._demote(current, short)

    def _demote(self, current: Follower, short: float) -> Iterator[Signal]:
        why = f"{current.card.label} has drifted: it foresees {short:.1f} sways worse than trained"
        if self.previous:
            self.dismissed = current.card.version
            self._use(unseal(self.previous, where="the model before"))
            self.previous = ""
            assert self.current is not None, "just taken"
            yield from self._rule(f"{why}; back to {self.current.card.label}")
            return
        self.demoted = f"{why}; train anew or roll back"
        yield from self._rule(self.demoted)

    def _rule(self, verdict: str) -> Iterator[Signal]:
        self.verdict = verdict
        yield from self._skip(verdict)

    # what a restart keeps

    def save(self) -> dict[str, Any]:
        """Return models, contest, calibration and clocks as JSON values."""
        state = {
            "current": None if self.current is None else self.current.save(),
            "candidate": None if self.candidate is None else self.candidate.save(),
            "previous": self.previous,
            "revision": self.revision,
            "demoted": self.demoted,
            "dismissed": self.dismissed,
            "verdict": self.verdict,
            "canary": self._canary.save(),
            "calibration": {
                "confidence_gain": self.calibration.confidence_gain,
                "notional_multiplier": self.calibration.notional_multiplier,
                "cooldown_scale": self.calibration.cooldown_scale,
            },
            "asked_ns": self._asked_ns,
            "due_ns": self._due_ns,
            "reason": [self._reason, self._told, self._told_ns],
        }
        return {"state": state}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take back what `save` returned."""
        if "state" not in state:
            raise InvalidValueError(f"{self.strategy_id}: want a saved state, not {sorted(state)}")
        kept = state["state"]
        current, candidate = kept["current"], kept["candidate"]
        self.current = None if current is None else Follower.of(current)
        self.candidate = None if candidate is None else Follower.of(candidate)
        self.previous, self.revision = kept["previous"], kept["revision"]
        self.demoted, self.dismissed = kept["demoted"], kept["dismissed"]
        self.verdict = kept["verdict"]
        self._canary.load(kept["canary"])
        self.calibration = Calibration(**kept["calibration"])
        self._asked_ns, self._due_ns = kept["asked_ns"], kept["due_ns"]
        self._reason, self._told, self._told_ns = kept["reason"]
