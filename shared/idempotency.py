"""HTTP Idempotency-Key: the same request twice is one effect and one answer.

The record of the answer is written in the same transaction as the effect, so there is no moment
at which one exists without the other, and no lock that could be left behind. Of twenty parallel
requests one transaction wins; the others find its record and give its answer.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared import dynamo
from shared.errors import Contradictory
from shared.http import Call


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer of a request, kept under its key.

    `key` and `fingerprint` are SHA-256 in hex, of caller, route and key and of the body.
    """

    key: str
    fingerprint: str
    answer: str


class Receipts(Protocol):
    """The receipts of requests that had their effect."""

    def find(self, key: str, now: datetime) -> Receipt | None:
        """Return the receipt under a key unless there is none or it has expired."""
        ...


class ReceiptRow(Model):
    """One receipt."""

    class Meta(dynamo.Meta):
        """Table settings."""

        table_name = "keys"

    key = UnicodeAttribute(hash_key=True)
    fingerprint = UnicodeAttribute()
    answer = UnicodeAttribute()
    expires = TTLAttribute()


@dataclass(frozen=True, slots=True)
class DynamoReceipts:
    """Receipts in a table; they are written by the transaction that has the effect."""

    rows: type[ReceiptRow]

    def find(self, key: str, now: datetime) -> Receipt | None:
        with dynamo.available():
            try:
                found = self.rows.get(key, consistent_read=True)
            except self.rows.DoesNotExist:
                return None
        # The table removes expired rows within days, not at once.
        if found.expires <= now:
            return None
        return Receipt(found.key, found.fingerprint, found.answer)


def row(rows: type[ReceiptRow], receipt: Receipt, now: datetime, keep: timedelta) -> ReceiptRow:
    """Return the row that goes into the same transaction as the effect."""
    return rows(
        receipt.key, fingerprint=receipt.fingerprint, answer=receipt.answer, expires=now + keep
    )


def request_key(call: Call[object]) -> tuple[str, str] | None:
    """Return (key, fingerprint) of a request that carries an Idempotency-Key."""
    given = call.idempotency_key
    if given is None:
        return None
    whole = f"{call.who.token_id}\n{call.route}\n{given}"
    return _sha256(whole.encode()), _sha256(call.raw_body)


def same_request(receipt: Receipt, fingerprint: str) -> Receipt:
    """Return the receipt; raise Contradictory if its key came with another body."""
    if receipt.fingerprint != fingerprint:
        raise Contradictory("This Idempotency-Key was used for another request.")
    return receipt


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
