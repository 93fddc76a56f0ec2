"""Which letters an event asks for: to whom, by which template, saying what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC

from chalicelib.notifier.alarms import Alarm
from chalicelib.notifier.deliveries import Mail
from chalicelib.notifier.events import Event, PaperAssigned, PaperSubmitted
from shared.mail import single_line

_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail that has to be written; `values` are what its template speaks of."""

    mail: Mail
    values: Mapping[str, str]


def letters_for(event: Event, operators: Iterable[str]) -> list[Letter]:
    """Return the letters of an event, at most one for each recipient."""
    data = event.data
    match data:
        case PaperSubmitted():
            letters = _submitted(data)
        case PaperAssigned():
            letters = _assigned(data)
        case Alarm():
            letters = ((operator, "alarm", _alarm(data)) for operator in operators)
    written: dict[str, Letter] = {}
    for recipient, template, values in letters:
        envelope = event.envelope
        mail = Mail(envelope.event_id, recipient, template, envelope.correlation_id)
        written.setdefault(recipient, Letter(mail, values))
    return list(written.values())


type _Letters = Iterator[tuple[str, str, Mapping[str, str]]]


def _submitted(data: PaperSubmitted) -> _Letters:
    at = data.submitted_at.astimezone(UTC).strftime("%d %B %Y, %H:%M:%S UTC").lstrip("0")
    values = _paper(data) | {"sha256": data.sha256, "submitted_at": at}
    yield data.student_email, "receipt", values


def _assigned(data: PaperAssigned) -> _Letters:
    paper = _paper(data)
    yield data.tutor_email, "tutor_notice", paper | {"student": data.student_email}
    yield data.student_email, "student_notice", paper


def _paper(data: PaperSubmitted | PaperAssigned) -> dict[str, str]:
    return {"paper_id": data.paper_id, "title": single_line(data.subject, _LONGEST_TITLE)}


def _alarm(data: Alarm) -> dict[str, str]:
    return {
        "name": single_line(data.name, _LONGEST_TITLE),
        "state": data.state,
        "description": data.description,
        "reason": data.reason,
        "changed_at": data.changed_at,
        "advice": data.advice,
    }
