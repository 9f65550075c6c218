"""Several connectors of one source as one: they run beside each other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from argonaut.feeds.events.connector import Connector


class Together:
    """Runs them all until it is cancelled."""

    def __init__(self, connectors: Sequence[Connector]) -> None:
        self.connectors = tuple(connectors)

    async def run(self) -> None:
        """Run for ever."""
        async with asyncio.TaskGroup() as group:
            for connector in self.connectors:
                group.create_task(connector.run())
