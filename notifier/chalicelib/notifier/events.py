"""What the notifier hears: events of topic `paper-events` and alarms, as checked values.

paper.submitted  {paper_id, subject, student_email, sha256, submitted_at}
paper.assigned   {paper_id, subject, student_email, tutor_email}
alarm.changed    what alarms.Alarm holds; made here, when an alarm has to wait

Fields that are not named here are ignored, so that a producer may add some.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import to_json

from chalicelib.notifier.alarms import Alarm
from shared import envelope, http
from shared.address import Email
from shared.envelope import Envelope
from shared.errors import Invalid

ALARM_CHANGED = "alarm.changed"

type PaperId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
# Years that every zone can show: a moment at the very edge has none in UTC.
type Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))
]
type Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PaperSubmitted(_Data):
    """A student has handed in a paper."""

    paper_id: PaperId
    subject: str
    student_email: Email
    sha256: Sha256
    submitted_at: Moment


class PaperAssigned(_Data):
    """A tutor is to give feedback on a paper."""

    paper_id: PaperId
    subject: str
    student_email: Email
    tutor_email: Email


type Data = PaperSubmitted | PaperAssigned | Alarm

_KINDS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "paper.submitted": PaperSubmitted,
        "paper.assigned": PaperAssigned,
        ALARM_CHANGED: Alarm,
    }
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: the envelope as it came, and what it tells."""

    envelope: Envelope
    data: Data


def read(body: str) -> Event:
    """Read a message; raise Invalid if it is no event, or none that the notifier knows."""
    found = envelope.parse(body)
    if found.type not in _KINDS:
        raise Invalid(f"No mail is known for an event of type {found.type}.")
    return Event(found, http.parse(_KINDS[found.type], to_json(found.data)))


def of_alarm(alarm: Alarm, event_id: str, now: datetime) -> Event:
    """Make an alarm an event, which goes the way of all others."""
    found = Envelope(
        event_id=event_id,
        type=ALARM_CHANGED,
        occurred_at=now,
        correlation_id=event_id,
        source="cloudwatch",
        data=alarm.model_dump(),
    )
    return Event(found, alarm)
