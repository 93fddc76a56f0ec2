"""Everything that a use case may touch."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from chalicelib.notifier.deliveries import Delivery, Status
from shared.clock import Clock
from shared.inbox import Inbox
from shared.mail import Mailer
from shared.queues import Queue
from shared.secrets import Secrets
from shared.tokens import Tokens


class Ledger(Protocol):
    """One row per mail: what is known of its delivery."""

    def find(self, event_id: str, recipient: str) -> Delivery | None:
        """Return a delivery as last written, if there is one."""
        ...

    def save(self, delivery: Delivery, over: Delivery | None) -> bool:
        """Store a delivery in place of the one it was made from, None if there was none.

        Returns False, and stores nothing, if that one has been replaced in the meantime.
        """
        ...

    def of_event(self, event_id: str) -> list[Delivery]:
        """Return every delivery of one event."""
        ...

    def unsettled(self, status: Status, limit: int) -> list[Delivery]:
        """Return the oldest deliveries in one of UNSETTLED, at most `limit`."""
        ...


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name mails go out."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world of this app."""

    ledger: Ledger
    inbox: Inbox
    mailer: Mailer
    queue: Queue
    dead: Queue
    secrets: Secrets
    tokens: Tokens
    clock: Clock
    sender: Sender
    operators: tuple[str, ...]
    settle: timedelta
    mail_secret: str
