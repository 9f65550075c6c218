"""A process that only writes a journal, says which row is durable, and waits to be killed."""

import sys
from pathlib import Path
from random import Random

from tests.journal.opening import append_next, opened


def main() -> None:
    journal = opened(Path(sys.argv[1]))
    dice = Random(journal.head[0])
    while journal.head[0] < 100_000:
        append_next(journal, dice.randint(1, 40))
        journal.commit()
        sys.stdout.write(f"{journal.head[0]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
