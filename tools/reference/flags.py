"""The flags page: environment variables that change a config."""

from __future__ import annotations

from argonaut.config.flags import FLAGS
from tools.reference.markdown import code, page, table


def flags() -> str:
    """Return the page."""
    said = (
        "Each may stand in the environment or in a `.env` beside the config; the environment wins. "
        "A flag changes what the file says and is itself overridden by `--set`. Switches take "
        "`true` or `false` (also 1, 0, yes, no, on, off); lists are separated by commas."
    )
    rows = [(code(each.name), each.says) for each in FLAGS]
    return page(
        "Flags", "src/argonaut/config/flags.py", said, table(("variable", "what it does"), rows)
    )
