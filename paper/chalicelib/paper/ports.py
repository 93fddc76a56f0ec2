"""Everything that a use case may touch."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from chalicelib.paper.papers import Paper
from shared.clock import Clock
from shared.envelope import Envelope
from shared.idempotency import Receipt, Receipts
from shared.inbox import Inbox
from shared.objects import Objects
from shared.outbox import Unhandled
from shared.tokens import Tokens
from shared.topics import Topic


class Taken(Exception):
    """Raised when a paper's id, or a request's Idempotency-Key, is already in use."""


class Papers(Protocol):
    """The stored papers; each write stores its event, and its receipt, with it or not at all."""

    def get(self, paper_id: str) -> Paper:
        """Return a paper as last written; raise NotFound."""
        ...

    def add(self, paper: Paper, event: Envelope, receipt: Receipt | None) -> None:
        """Store a new paper; raise Taken if its id or the receipt's key is in use."""
        ...

    def replace(self, paper: Paper, event: Envelope) -> None:
        """Store a paper's next version; raise Stale unless the stored one is just before it."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world of this app."""

    papers: Papers
    texts: Objects
    receipts: Receipts
    tokens: Tokens
    unhandled: Unhandled
    inbox: Inbox
    topic: Topic
    clock: Clock
    sweep_grace: timedelta
