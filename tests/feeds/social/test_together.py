"""Several connectors as one."""

import asyncio

from argonaut.feeds.social.together import Together


class Ticking:
    def __init__(self) -> None:
        self.ticks = 0
        self.thrice = asyncio.Event()
        self.is_cancelled = False

    async def run(self) -> None:
        try:
            while True:
                self.ticks += 1
                if self.ticks == 3:
                    self.thrice.set()
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise


def test_they_run_beside_each_other_and_end_together() -> None:
    async def whole(one: Ticking, other: Ticking) -> None:
        running = asyncio.create_task(Together([one, other]).run())
        await asyncio.gather(one.thrice.wait(), other.thrice.wait())
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    one, other = Ticking(), Ticking()
    asyncio.run(whole(one, other))

    assert one.is_cancelled
    assert other.is_cancelled
