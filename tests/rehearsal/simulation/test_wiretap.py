"""Tests of argonaut.rehearsal.simulation.wiretap."""

from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from argonaut.rehearsal.simulation.weather import NetFault
from argonaut.rehearsal.simulation.wiretap import Parser, Wiretap, params_of
from tests.rehearsal.simulation.small_world import URL, SmallWorld, send_order, session


def tapped(*faults: NetFault) -> tuple[SmallWorld, Wiretap]:
    world = SmallWorld(net=faults)
    tap = Wiretap(lambda: world.loop.now_ns, lambda: (1, 10 * len(tap.sent)))
    world.net.tap = tap
    return world, tap


async def three_orders(world: SmallWorld) -> None:
    async with session(world) as http:
        for number in range(3):
            await send_order(http, number)


def test_each_request_is_heard_with_its_answer():
    """The oracle compares what left with what was journaled and with what the venue did."""
    world, tap = tapped()
    world.run(three_orders)

    assert [sent.path for sent in tap.sent] == ["/api/v3/order"] * 3
    assert [sent.places for sent in tap.sent] == [("c0",), ("c1",), ("c2",)]
    assert [sent.durable_seq for sent in tap.sent] == [0, 10, 20]
    assert all(sent.status == 200 for sent in tap.sent)
    assert '"orderId": 3' in tap.sent[2].answer
    assert all(sent.answered_ns and sent.answered_ns > sent.at_ns for sent in tap.sent)


def test_the_silence_an_answer_asks_for_is_heard():
    """Whether it was kept is judged by what the venue said, on the wire."""
    told = b"HTTP/1.1 418 X\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}"
    plain = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    assert [each.retry_after_s for each in Parser().feed(told + plain)] == [7, None]


@given(
    st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4),
    st.text(alphabet="ab=&%+2F", max_size=20),
)
def test_parameters_are_read_as_the_standard_library_reads_them(pairs, odd):
    """What an order was sent with is judged by them, however it was written."""
    for query in (urlencode(pairs), odd, f"{urlencode(pairs)}&{odd}"):
        assert params_of(query) == dict(parse_qsl(query))


def test_a_lost_answer_is_no_answer():
    """What the trader never had must not count as told."""
    world, tap = tapped(NetFault(kind="reset", way="down"))
    world.run(three_orders)

    assert [sent.answered_ns for sent in tap.sent] == [None] * 3


def test_a_request_whose_bytes_were_lost_has_left_all_the_same():
    """Write-ahead is about the first byte that leaves, not about what arrives."""
    world, tap = tapped(NetFault(kind="reset", way="up"))
    world.run(three_orders)

    assert len(tap.sent) == 3
    assert world.venue.orders == []


def test_requests_over_a_websocket_are_heard():
    """Orders can be placed over the WebSocket API as well."""
    world, tap = tapped()

    async def main(world: SmallWorld) -> None:
        async with session(world) as http, http.ws_connect(f"{URL}/stream") as socket:
            await socket.send_json({"id": 1, "method": "order.place", "params": {"price": 5}})
            await socket.send_str("no request")
            await socket.send_json({"id": 2, "method": "x" * 200})
            await socket.send_json({"method": "long", "params": {"text": "y" * 70_000}})
            await socket.ping()
            await socket.receive()

    world.run(main)

    upgrade, placed, other, long = tap.sent
    assert (upgrade.method, upgrade.status) == ("GET", 101)
    assert (placed.method, placed.path, placed.params) == ("WS", "order.place", {"price": "5"})
    assert other.path == "x" * 200
    assert len(long.params["text"]) == 70_000


def test_answers_in_chunks_are_put_together():
    """A server may not know the length when it begins to answer."""
    world, tap = tapped()

    async def chunked(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for part in (b"one ", b"two ", b"three"):
            await answer.write(part)
        await answer.write_eof()
        return answer

    async def main(world: SmallWorld) -> str:
        async with session(world) as http, http.get(f"{URL}/chunked?a=1&b=%20") as answer:
            return await answer.text()

    app = web.Application()
    app.router.add_get("/chunked", chunked)

    assert world.run(main, app) == "one two three"
    assert tap.sent[0].answer == "one two three"
    assert tap.sent[0].params == {"a": "1", "b": " "}


def test_a_message_may_come_byte_by_byte():
    """A drip is no reason to miss a request."""
    parser = Parser()
    text = b"POST /x HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /y HTTP/1.1\r\n\r\n"
    messages = [message for byte in text for message in parser.feed(bytes([byte]))]

    assert [(each.first_line, each.body) for each in messages] == [
        ("POST /x HTTP/1.1", b"abc"),
        ("GET /y HTTP/1.1", b""),
    ]


def test_what_is_kept_of_an_answer_is_bounded():
    """A venue may answer with megabytes."""
    world, tap = tapped()

    async def long(_request: web.Request) -> web.Response:
        return web.Response(body=b"z" * 100_000)

    async def main(world: SmallWorld) -> int:
        async with session(world) as http, http.get(f"{URL}/long") as answer:
            return len(await answer.read())

    app = web.Application()
    app.router.add_get("/long", long)

    assert world.run(main, app) == 100_000
    assert len(tap.sent[0].answer) == 4_096
