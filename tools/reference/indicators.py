"""The page on indicators, from their classes."""

from __future__ import annotations

import inspect

from argonaut import indicators as package
from argonaut.indicators import Lagged, Sma, Streamed
from tools.reference.markdown import code, page

NOTE = """\
Import from `argonaut.indicators`; give one to the engine with `self.use(...)` in a strategy's
constructor and read its outputs in `on_bar` or `on_trade`. An output is None until it is defined,
never NaN. `of` names the column read: `open`, `high`, `low`, `close` or `volume` of a bar, `price`
or `quantity` of a trade. Lengths count bars, times are nanoseconds. How to write one of your own:
[the tutorial](../tutorial/first-strategy.md)."""
EXAMPLES: dict[str, object] = {"length": 10, "window_ns": 60_000_000_000}


def indicators() -> str:
    """Return the page."""
    found = [getattr(package, name) for name in package.__all__]
    shown = [each for each in found if _is_indicator(each)]
    return page(
        "Indicators", "src/argonaut/indicators", NOTE, *(_indicator(each) for each in shown)
    )


def _is_indicator(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, Streamed) and found is not Streamed


def _indicator(indicator: type[Streamed]) -> str:
    signature = ", ".join(map(_parameter, inspect.signature(indicator).parameters.values()))
    example = _example(indicator)
    facts = [
        f"Reads {_listed(example.inputs)}; sets {_listed(example.outputs)}.",
        f"{_worded(indicator, example)} is whole at input {example.warmup}.",
    ]
    docstring = inspect.cleandoc(indicator.__doc__ or "")
    return f"## {indicator.__name__}\n\n`{indicator.__name__}({signature})`\n\n{docstring}\n\n" + (
        " ".join(facts)
    )


def _parameter(parameter: inspect.Parameter) -> str:
    said = f"{parameter.name}: {parameter.annotation}"
    is_given = parameter.default is not inspect.Parameter.empty
    return f"{said} = {parameter.default!r}" if is_given else said


def _example(indicator: type[Streamed]) -> Streamed:
    if indicator is Lagged:
        return Lagged(Sma(10), 1)
    parameters = inspect.signature(indicator).parameters.values()
    missing = [each.name for each in parameters if each.default is inspect.Parameter.empty]
    return indicator(**{name: EXAMPLES[name] for name in missing})


def _worded(indicator: type[Streamed], example: Streamed) -> str:
    if indicator is Lagged:
        return "`Lagged(Sma(10), 1)`"
    values = (f"{name}={getattr(example, name)!r}" for name in example.parameters)
    return code(f"{indicator.__name__}({', '.join(values)})")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(code(each) for each in names)
