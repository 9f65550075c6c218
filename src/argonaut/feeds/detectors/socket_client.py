"""A detector that runs a WebSocket server: the bot connects, hears envelopes and answers them."""

from __future__ import annotations

import aiohttp

from argonaut.domain.secret import Secret
from argonaut.feeds.detectors.carrier import Carrier, Parts, Told
from argonaut.feeds.detectors.conversation import FRAME_BYTES_MAX, Conversation

_HEARTBEAT_S = 10.0
_CONNECT_WITHIN = aiohttp.ClientTimeout(total=None, sock_connect=10.0)


class SocketClient(Carrier):
    """Talks to the server at `url` for as long as the run lasts."""

    def __init__(
        self, name: str, url: Secret, parts: Parts, *, token: Secret | None = None
    ) -> None:
        super().__init__(name, self._talk, parts)
        self._intake = parts.intake
        self._url = url
        self._token = token

    async def _talk(self, up: Told) -> None:
        headers = {} if self._token is None else {"Authorization": f"Bearer {self._token.reveal()}"}
        async with (
            aiohttp.ClientSession(timeout=_CONNECT_WITHIN, headers=headers) as session,
            session.ws_connect(
                self._url.reveal(), heartbeat=_HEARTBEAT_S, max_msg_size=FRAME_BYTES_MAX
            ) as socket,
        ):
            up("connected")
            await Conversation(socket, self._intake, transport=self.name, peer="").run()
