"""The bodies and queries that the routes take and give."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints

from chalicelib.notifier.deliveries import Delivery, Status
from shared import webhook

type EventId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class MailQuery(BaseModel):
    """Which mails to list: those of one event, or those that are in one state."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status | None = Field(default=None, examples=["AMBIGUOUS"])
    event_id: EventId | None = Field(default=None, examples=["01KAJ5Z3S5R3G8V4V4V4V4V4V4"])


class MailView(BaseModel):
    """One mail to one person about one event; `parked` waits for somebody to decide."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    recipient: str
    template: str
    status: Status
    parked: bool
    sends: int
    reason: str | None
    message_id: str | None
    correlation_id: str
    changed_at: datetime


class MailList(BaseModel):
    """Mails, the one that changed longest ago first; `more` tells that there are others."""

    mails: list[MailView]
    more: bool


class Reports(RootModel[list[webhook.Delivery]]):
    """What SendGrid's event webhook posts, signed."""


class Heard(BaseModel):
    """How many of SendGrid's reports changed what is known of a mail, and how many did not."""

    settled: int
    ignored: int


def shown(delivery: Delivery) -> MailView:
    """Return a delivery as it is shown."""
    return MailView(
        event_id=delivery.mail.event_id,
        recipient=delivery.mail.recipient,
        template=delivery.mail.template,
        status=delivery.status,
        parked=delivery.is_parked,
        sends=delivery.sends,
        reason=delivery.reason,
        message_id=delivery.message_id,
        correlation_id=delivery.mail.correlation_id,
        changed_at=delivery.changed_at,
    )
