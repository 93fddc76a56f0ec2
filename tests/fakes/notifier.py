"""The notifier's ports in memory, its events, and the calls that wake it."""

import hashlib
import itertools
import json
from dataclasses import replace
from datetime import timedelta

from tests.fakes import apps

SETTLE = timedelta(minutes=10)
STUDENT, TUTOR, OPERATOR = "student@example.org", "tutor@example.org", "operator@example.org"
_numbers = itertools.count(1)


def memory_ports(**changes):
    return replace(apps.notifier(), **changes)


def event(kind="paper.submitted", event_id=None, version=1, **changes):
    """Return the body of one event, as it lies in the queue."""
    paper = {
        "paper_id": "p1",
        "subject": "ELA",
        "student_email": STUDENT,
        "tutor_email": TUTOR,
        "previous_tutor_email": "earlier@example.org",
        "sha256": hashlib.sha256(b"Everest is high.").hexdigest(),
        "submitted_at": "2026-11-21T08:59:58.250000Z",
        "size": 16,
    }
    return json.dumps(
        {
            "event_id": event_id or f"event-{next(_numbers)}",
            "type": kind,
            "schema_version": version,
            "occurred_at": "2026-11-21T08:59:58.250000Z",
            "correlation_id": "correlation-0001",
            "source": "paper",
            "data": paper | changes,
        }
    )


def records(queue):
    """Return what Lambda's mapping makes of all that waits in a queue."""
    return {
        "Records": [
            {
                "messageId": record.id,
                "body": record.body,
                "receiptHandle": record.receipt,
                "messageAttributes": {},
                "attributes": {"ApproximateReceiveCount": str(record.deliveries)},
            }
            for record in queue.receive()
        ]
    }


def alarm_event(message, subject="ALARM", message_id="m-1"):
    """Return what Lambda gets of a message of the alarm topic."""
    sent = {
        "Message": message,
        "MessageAttributes": {},
        "MessageId": message_id,
        "Subject": subject,
    }
    return {"Records": [{"EventSource": "aws:sns", "Sns": sent}]}
