"""The tables of a journal in a PostgreSQL schema, and the statements that use them.

Texts from outside and payloads are bytes: PostgreSQL's own text takes no NUL, and a chain is over
bytes anyway. `convert_from(subject, 'UTF8')` shows them to people.
"""

from __future__ import annotations

_COLUMNS = """
    event_seq bigint NOT NULL,
    event_ns bigint NOT NULL,
    kind text NOT NULL,
    subject bytea NOT NULL,
    payload bytea NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    wall_ns bigint NOT NULL,
    mono_ns bigint NOT NULL,
    pid bigint NOT NULL,
    mode text NOT NULL"""

TABLES = (
    "CREATE TABLE meta(key text PRIMARY KEY, value text NOT NULL)",
    f"CREATE TABLE events(seq bigint PRIMARY KEY, {_COLUMNS})",
    f"""CREATE TABLE quarantine(
        seq bigint NOT NULL, {_COLUMNS},
        quarantined_ns bigint NOT NULL,
        reason text NOT NULL)""",
    "CREATE TABLE order_rows(client_order_id bytea, seq bigint, PRIMARY KEY(client_order_id, seq))",
    "CREATE TABLE seals(seq bigint PRIMARY KEY, hash bytea NOT NULL)",
    # One row for ever: whoever writes must know the newest epoch.
    """CREATE TABLE lease(
        is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
        epoch bigint NOT NULL)""",
    "INSERT INTO lease(epoch) VALUES (0)",
)

FIELDS = (
    *("seq", "event_seq", "event_ns", "kind", "subject", "payload", "prev_hash", "hash"),
    *("wall_ns", "mono_ns", "pid", "mode"),
)

# One statement is one transaction and one trip: rows, what is found in them, and the fence. An
# older epoch adds nothing and is told so by the count.
WRITE = """
WITH held AS (SELECT 1 FROM lease WHERE epoch = CAST(:epoch AS bigint)),
added AS (
    INSERT INTO events
    SELECT found.* FROM held, unnest(
        CAST(:seq AS bigint[]), CAST(:event_seq AS bigint[]), CAST(:event_ns AS bigint[]),
        CAST(:kind AS text[]), CAST(:subject AS bytea[]), CAST(:payload AS bytea[]),
        CAST(:prev_hash AS bytea[]), CAST(:hash AS bytea[]), CAST(:wall_ns AS bigint[]),
        CAST(:mono_ns AS bigint[]), CAST(:pid AS bigint[]), CAST(:mode AS text[])
    ) AS found
    RETURNING 1
),
named AS (
    INSERT INTO order_rows(client_order_id, seq)
    SELECT found.* FROM held, unnest(
        CAST(:named AS bytea[]), CAST(:named_seq AS bigint[])
    ) AS found
    ON CONFLICT DO NOTHING
),
sealed AS (
    INSERT INTO seals(seq, hash)
    SELECT found.* FROM held, unnest(
        CAST(:sealed_seq AS bigint[]), CAST(:sealed AS bytea[])
    ) AS found
)
SELECT count(*) FROM added
"""
STORED = """
SELECT seq, event_seq, event_ns, kind, subject, payload, prev_hash, hash FROM events
WHERE seq > CAST(:after AS bigint) ORDER BY seq LIMIT CAST(:page_rows AS bigint)
"""

SELECT = """
SELECT * FROM events
WHERE seq >= CAST(:from_seq AS bigint)
  AND seq <= CAST(:to_seq AS bigint)
  AND (CAST(:kinds AS text[]) IS NULL OR kind = ANY(CAST(:kinds AS text[])))
  AND (CAST(:subject AS bytea) IS NULL OR subject = CAST(:subject AS bytea))
  AND (CAST(:from_ns AS bigint) IS NULL OR event_ns >= CAST(:from_ns AS bigint))
  AND (CAST(:to_ns AS bigint) IS NULL OR event_ns <= CAST(:to_ns AS bigint))
ORDER BY seq LIMIT CAST(:page_rows AS bigint)
"""

OF_ORDER = """
SELECT events.* FROM order_rows JOIN events USING (seq)
WHERE client_order_id = CAST(:order_id AS bytea) AND seq <= CAST(:to_seq AS bigint)
ORDER BY seq
"""

MENTIONS = """
SELECT client_order_id, seq FROM order_rows
WHERE (client_order_id, seq) > (CAST(:order_id AS bytea), CAST(:seq AS bigint))
ORDER BY client_order_id, seq LIMIT CAST(:page_rows AS bigint)
"""

QUARANTINE = """
INSERT INTO quarantine SELECT events.*, CAST(:now_ns AS bigint), CAST(:reason AS text) FROM events
WHERE seq >= CAST(:seq AS bigint) OR seq < 1 ORDER BY seq
"""
FORGET = (
    "DELETE FROM events WHERE seq >= CAST(:seq AS bigint) OR seq < 1",
    "DELETE FROM order_rows WHERE seq >= CAST(:seq AS bigint) OR seq < 1",
    "DELETE FROM seals WHERE seq >= CAST(:seq AS bigint) OR seq < 1",
)
