"""What an indicator refuses: a length, a column or a saved state that cannot be meant."""

from __future__ import annotations

from argonaut.domain.errors import ArgonautError, ExitCode


class IndicatorError(ArgonautError, ValueError):
    """An indicator was asked for something it cannot be; the message names found and wanted."""

    exit_code = ExitCode.USAGE
