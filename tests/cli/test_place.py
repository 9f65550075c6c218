from pathlib import Path

from argonaut.cli.place import JournalPlace


def test_a_file_has_its_trader_beside_it():
    place = JournalPlace.of(Path("run/journal.db"))

    assert (place.file, place.beside) == (Path("run/journal.db"), Path("run/journal.db"))
    assert str(place) == "run/journal.db"


def test_the_trader_of_a_bare_url_is_elsewhere():
    place = JournalPlace.of("postgresql://bot@localhost/trading")

    assert (place.file, place.beside) == (None, None)


def test_a_database_is_named_without_its_password():
    place = JournalPlace.of("postgresql://bot:canary-word@localhost/trading?schema=mine")

    assert str(place) == "postgresql://bot@localhost:5432/trading#mine"


def test_naming_a_database_reads_no_password_file():
    place = JournalPlace.of("postgresql://bot@localhost/trading?password_file=/nowhere")

    assert str(place) == "postgresql://bot@localhost:5432/trading#argonaut"
