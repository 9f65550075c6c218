"""Why a run did not start or did not go on."""

from __future__ import annotations

from argonaut.domain.errors import ArgonautError, ExitCode


class RefusedToStartError(ArgonautError):
    """Everything was understood, and starting would be wrong."""

    exit_code = ExitCode.REFUSED
