"""What a paper's history tells: the events on topic `paper-events`, schema version 1.

paper.submitted  {paper_id, subject, student_email, sha256, size, submitted_at}
paper.assigned   {paper_id, subject, student_email, tutor_email}

No event carries the text of a paper.
"""

from datetime import datetime

from chalicelib.paper.papers import Paper
from shared.clock import stamp
from shared.envelope import Envelope, event_id


def submitted(paper: Paper, correlation_id: str) -> Envelope:
    """Tell that a paper was submitted."""
    return _event(
        "paper.submitted",
        paper.submitted_at,
        correlation_id,
        paper_id=paper.id,
        subject=paper.subject,
        student_email=paper.student_email,
        sha256=paper.text.sha256,
        size=paper.text.size,
        submitted_at=stamp(paper.submitted_at),
    )


def assigned(paper: Paper, correlation_id: str) -> Envelope:
    """Tell that a paper was given to a tutor."""
    return _event(
        "paper.assigned",
        paper.updated_at,
        correlation_id,
        paper_id=paper.id,
        subject=paper.subject,
        student_email=paper.student_email,
        tutor_email=paper.tutor_email,
    )


def _event(kind: str, moment: datetime, correlation_id: str, **data: object) -> Envelope:
    return Envelope(
        event_id=event_id(moment),
        type=kind,
        occurred_at=moment,
        correlation_id=correlation_id,
        source="paper",
        data=data,
    )
