"""Which list of instruments counts for a strategy, and what the scanner looks for."""

from __future__ import annotations

from argonaut.config.errors import ConfigError
from argonaut.config.schema import Config, StrategySection, UniverseSection
from argonaut.domain.errors import InvalidValueError
from argonaut.engine.scanner import Scan


def list_of(strategy: StrategySection, universe: UniverseSection) -> tuple[tuple[str, ...], str]:
    """Return the list that counts, empty for everything there is data of, and which one it is.

    The scanner overrides a strategy's own list, and that the shared one.
    """
    if universe.scanner.enabled:
        return universe.scanner.allow, "universe.scanner"
    if strategy.instruments:
        return strategy.instruments, f"strategies.{strategy.id}.instruments"
    if universe.instruments:
        return universe.instruments, "universe.instruments"
    return (), "every instrument of data"


def scan_of(config: Config) -> Scan | None:
    """Return what the scanner goes by; None when it is off.

    Raises:
        ConfigError: A knob is none.
    """
    section = config.universe.scanner
    if not section.enabled:
        return None
    try:
        return Scan(**section.model_dump(exclude={"enabled"}))
    except InvalidValueError as error:
        raise ConfigError("universe", [f"universe.scanner: {error}"]) from error
