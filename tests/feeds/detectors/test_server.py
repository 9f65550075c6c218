"""The HTTP server on a real socket: statuses, browsers, limits."""

import asyncio
import socket

import pytest

from argonaut.domain.errors import RefusedToStartError
from argonaut.feeds.detectors.server import DetectorServer
from argonaut.feeds.detectors.source import Source
from tests.feeds.detectors.house import SCANNER, House, said, sealed
from tests.feeds.detectors.rigs import HttpRig

SCRIPT = Source(name="script", auth="loopback")


def served(story, *sources):
    async def whole():
        house, rig = House(*sources), HttpRig()
        await rig.open(house)
        try:
            async with asyncio.timeout(20):
                await story(house, rig)
        finally:
            await rig.close()

    asyncio.run(whole())


def test_an_accepted_signal_is_200_and_a_second_one_too():
    async def story(house, rig):
        assert await rig.post(sealed(said("a"))) == (
            200,
            {"id": "a", "source": "scanner", "answer": "accepted"},
        )
        status, answer = await rig.post(sealed(said("a")))
        assert (status, answer["answer"]) == (200, "duplicate")

    served(story)


@pytest.mark.parametrize(
    ("worded", "status"),
    [
        (lambda: b"{}", 422),
        (lambda: said(source="scanner"), 400),
        (lambda: sealed(said(), secret="somebody-else-s-secret-word"), 401),
        (lambda: sealed(said(), age_s=30), 401),
        (lambda: sealed(said(notional="NaN")), 422),
        (lambda: sealed(said(tag="x" * 65_000)), 422),
        (lambda: sealed(said(tag="x" * 70_000)), 413),
    ],
)
def test_what_is_refused_has_a_status_that_is_not_our_fault(worded, status):
    async def story(house, rig):
        assert (await rig.post(worded()))[0] == status
        assert (await rig.post(sealed(said("good"))))[0] == 200

    served(story)


def test_a_whole_envelope_may_be_the_body():
    async def story(house, rig):
        status, _ = await rig.request("POST", "/strategy/signal", sealed(said("a")))
        assert status == 200
        assert house.taken == ["a"]

    served(story)


def test_an_idempotency_key_is_an_id():
    async def story(house, rig):
        for _ in range(2):
            await rig.post(sealed(said("")), "/strategy/signal", Idempotency_Key="k-7")
        assert house.taken == ["k-7"]
        assert house.watching.codes == {"accepted": 1, "duplicate": 1}

    served(story)


def test_no_web_page_can_make_a_browser_send_signals():
    """A page of an attacker runs on the machine of the bot: its requests come from loopback."""
    body = said(source="script")

    async def story(house, rig):
        assert (await rig.post(body))[0] == 200
        for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
            assert (await rig.post(body, **headers))[0] == 403
            assert (await rig.request("GET", "/v1/stream", **headers))[0] == 403

    served(story, SCANNER, SCRIPT)


def test_the_fate_of_a_signal_is_told_to_who_sent_it():
    async def story(house, rig):
        await rig.post(sealed(said("a b")))
        path = "/v1/signals/a%20b"
        head, _, _ = sealed(b"GET /v1/signals/a b").partition(b" ")
        status, fate = await rig.request("GET", path, X_Sig=head.decode())
        assert (status, fate["answer"]["answer"]) == (200, "accepted")
        assert (await rig.request("GET", path))[0] == 400
        assert (await rig.request("GET", path, X_Sig="v1=0"))[0] == 400
        assert (await rig.request("GET", "/v1/signals/zz", X_Sig=head.decode()))[0] == 401

    served(story)


def test_a_path_that_is_none_is_404():
    async def story(house, rig):
        assert (await rig.request("GET", "/"))[0] == 404
        assert (await rig.request("GET", "/v1/signals"))[0] == 405

    served(story)


def test_a_port_that_is_taken_is_told_before_the_run_begins():
    async def whole():
        with socket.create_server(("127.0.0.1", 0)) as taken:
            server = DetectorServer(House().intake, host="127.0.0.1", port=taken.getsockname()[1])
            with pytest.raises(RefusedToStartError, match=r"detectors\.server: 127.0.0.1 port"):
                await server.start()

    asyncio.run(whole())
