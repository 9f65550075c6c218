"""What was refused can be looked at the next morning."""

import base64
import json

from argonaut.feeds.detectors.answer import refused
from argonaut.feeds.detectors.dead_letters import DeadLetters
from argonaut.feeds.detectors.door import Arrival


class Deaf:
    def __init__(self):
        self.lost = []

    def on_answer(self, transport, answer):
        pass

    def on_letter_lost(self, why):
        self.lost.append(why)

    def on_transport(self, name, *, is_up, detail):
        pass


def arrival(body=b'{"id":"a-1"}'):
    return Arrival(transport="http", body=body, peer="198.51.100.7")


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_letter_says_what_came_from_where_and_why_it_was_refused(tmp_path):
    path = tmp_path / "logs" / "dead.jsonl"

    DeadLetters(path, Deaf()).add(arrival(), refused("over_cap", source="scanner"), 7)

    (letter,) = lines(path)
    assert (letter["wall_ns"], letter["transport"], letter["peer"]) == (7, "http", "198.51.100.7")
    assert letter["answer"]["code"] == "over_cap"
    assert base64.b64decode(letter["body"]) == b'{"id":"a-1"}'


def test_no_secret_and_nothing_of_a_stranger_is_kept(tmp_path):
    letters = DeadLetters(tmp_path / "dead.jsonl", Deaf())

    letters.add(arrival(b"stolen"), refused("bad_signature"), 7)
    letters.add(arrival(b'{"secret":"w"}'), refused("over_cap", source="tv"), 7)

    assert [letter.get("body", "") for letter in lines(tmp_path / "dead.jsonl")] == ["", ""]


def test_the_file_is_bounded(tmp_path):
    path = tmp_path / "dead.jsonl"
    letters = DeadLetters(path, Deaf(), most=2_000)
    for _ in range(50):
        letters.add(arrival(), refused("over_cap", source="scanner"), 7)

    assert path.stat().st_size <= 2_000
    assert path.with_suffix(".jsonl.1").stat().st_size <= 2_000
    assert letters.count == 50


def test_a_disk_that_takes_none_is_told_once_and_stops_nothing(tmp_path):
    (tmp_path / "logs").write_text("a file where a folder should be")
    deaf = Deaf()
    letters = DeadLetters(tmp_path / "logs" / "dead.jsonl", deaf)

    for _ in range(3):
        letters.add(arrival(), refused("over_cap", source="scanner"), 7)

    assert (len(deaf.lost), letters.lost, letters.count) == (1, 3, 3)
