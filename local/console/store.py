"""The mailbox and the events still to be reported, in one SQLite file that outlives the process."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.console.standin.mails import Mail

_SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    accepted_at TEXT NOT NULL,
    is_read INTEGER NOT NULL DEFAULT 0,
    document TEXT NOT NULL,
    attachments TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS mails_unread ON mails (is_read) WHERE is_read = 0;
CREATE TABLE IF NOT EXISTS recipients (
    address TEXT NOT NULL,
    position INTEGER NOT NULL REFERENCES mails ON DELETE CASCADE,
    PRIMARY KEY (address, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recipients_of ON recipients (position);
CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('pending', 'posted', 'failed', 'withheld')),
    document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS events_due ON events (due) WHERE state = 'pending';
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that waits to be posted, and how often that failed."""

    position: int
    attempts: int
    document: dict[str, Any]


class Store:
    """Mails and events; every method is one transaction."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, autocommit=True)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file; the store is of no use afterwards."""
        self._db.close()

    def keep(self, mails: Iterable[Mail], events: Iterable[tuple[float, str, str]]) -> None:
        """Add mails, and their events as (due in Unix seconds, state, JSON), all or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for mail in mails:
                self._insert(mail)
            self._db.executemany(
                "INSERT INTO events (due, state, document) VALUES (?, ?, ?)", events
            )
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _insert(self, mail: Mail) -> None:
        files = [asdict(attachment) for attachment in mail.attachments]
        document = json.dumps(mail.document(), ensure_ascii=False)
        position = self._db.execute(
            "INSERT INTO mails (id, accepted_at, document, attachments) VALUES (?, ?, ?, ?)",
            (mail.id, mail.accepted_at, document, json.dumps(files)),
        ).lastrowid
        self._db.executemany(
            "INSERT INTO recipients VALUES (?, ?)",
            {(address.lower(), position) for address in mail.recipients},
        )

    def messages(self, to: str | None, after: str | None) -> str:
        """Return the mails as the text of a JSON list, oldest first.

        `to` is one recipient's address, `after` a stamp: only later mails are listed.
        """
        query, values = "SELECT document FROM mails", list[str]()
        if to is not None:
            query += " JOIN recipients USING (position) WHERE address = ?"
            values.append(to.lower())
        if after is not None:
            query += (" AND" if values else " WHERE") + " accepted_at > ?"
            values.append(after)
        rows = self._db.execute(query + " ORDER BY position", values)
        # The documents are JSON already: joining them spares parsing a whole mailbox.
        return "[" + ",\n".join(document for (document,) in rows) + "]"

    def page(self, before: int | None, size: int, words: str = "") -> list[dict[str, Any]]:
        """Return up to `size` mails, newest first, older than position `before`.

        `words` must stand in the subject or in a recipient's address.
        """
        pattern = f"%{words.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        rows = self._db.execute(
            "SELECT position, is_read, document FROM mails WHERE position < ?"
            " AND (document ->> 'subject' LIKE ? ESCAPE '!' OR EXISTS (SELECT 1 FROM recipients"
            " WHERE recipients.position = mails.position AND address LIKE ? ESCAPE '!'))"
            " ORDER BY position DESC LIMIT ?",
            (before if before is not None else 2**62, pattern, pattern, size),
        )
        return [
            {**json.loads(document), "position": position, "is_read": bool(is_read)}
            for position, is_read, document in rows
        ]

    def open(self, identity: str) -> tuple[dict[str, Any], list[dict[str, str]]] | None:
        """Return a mail and its attachments, and mark it as read; None when there is none."""
        row = self._db.execute(
            "UPDATE mails SET is_read = 1 WHERE id = ? RETURNING document, attachments", (identity,)
        ).fetchone()
        return None if row is None else (json.loads(row[0]), json.loads(row[1]))

    def total(self) -> int:
        """Return how many mails there are."""
        return int(self._db.execute("SELECT count(*) FROM mails").fetchone()[0])

    def unread(self) -> int:
        """Return how many mails nobody has opened."""
        return int(self._db.execute("SELECT count(*) FROM mails WHERE is_read = 0").fetchone()[0])

    def clear(self) -> None:
        """Forget every mail and every event."""
        self._db.executescript("BEGIN; DELETE FROM mails; DELETE FROM events; COMMIT;")

    def due(self, now: float, most: int) -> list[Pending]:
        """Return up to `most` pending events whose time has come, oldest first."""
        rows = self._db.execute(
            "SELECT position, attempts, document FROM events"
            " WHERE state = 'pending' AND due <= ? ORDER BY due, position LIMIT ?",
            (now, most),
        )
        return [Pending(row[0], row[1], json.loads(row[2])) for row in rows]

    def settle(self, positions: Sequence[int], state: str) -> None:
        """Record that events were posted, or that no more attempts are made."""
        self._db.executemany(
            "UPDATE events SET state = ?, attempts = attempts + 1 WHERE position = ?",
            [(state, position) for position in positions],
        )

    def postpone(self, positions: Sequence[int], due: float) -> None:
        """Have events posted again at `due` (Unix seconds)."""
        self._db.executemany(
            "UPDATE events SET due = ?, attempts = attempts + 1 WHERE position = ?",
            [(due, position) for position in positions],
        )

    def replay(self, now: float, identity: str | None) -> int:
        """Make the events of one mail or of all pending again; return how many they are."""
        chosen = "" if identity is None else " AND document ->> 'sg_message_id' LIKE ? || '.%'"
        return self._db.execute(
            "UPDATE events SET state = 'pending', due = ?, attempts = 0 WHERE state != 'pending'"  # noqa: S608  # only constants are joined
            + chosen,
            (now,) if identity is None else (now, identity),
        ).rowcount

    def event_counts(self) -> dict[str, int]:
        """Return how many events are in each state."""
        return dict(self._db.execute("SELECT state, count(*) FROM events GROUP BY state"))
