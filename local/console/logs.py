"""The latest log lines of a function, read apart where they are JSON."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local.console.cloud import Cloud
from shared.clients import code

LINES = 200
STREAMS = 8
_FRAME = ("START ", "END ", "REPORT ", "INIT_START ")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `level` is empty when the line says none, `fields` when it is no JSON."""

    at: float
    level: str
    message: str
    correlation_id: str
    fields: str

    @property
    def is_frame(self) -> bool:
        """Whether Lambda itself wrote the line around an invocation."""
        return self.message.startswith(_FRAME)


def tail(cloud: Cloud, function: str) -> list[Line]:
    """Return the latest lines of a function, newest first; none when it never ran."""
    logs = cloud.client("logs")
    group = f"/aws/lambda/{function}"
    try:
        streams = logs.describe_log_streams(
            logGroupName=group, orderBy="LastEventTime", descending=True, limit=STREAMS
        )["logStreams"]
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
        return []
    events = [
        event
        for stream in streams
        for event in logs.get_log_events(
            logGroupName=group,
            logStreamName=stream["logStreamName"],
            limit=LINES,
            startFromHead=False,
        )["events"]
    ]
    newest = sorted(enumerate(events), key=lambda pair: (pair[1]["timestamp"], pair[0]))[-LINES:]
    return [_line(event) for _, event in reversed(newest)]


def _line(event: dict[str, Any]) -> Line:
    at, text = event["timestamp"] / 1000, str(event["message"]).rstrip("\n")
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        return Line(at, "", text, "", "")
    message = fields.get("message", "")
    return Line(
        at,
        str(fields.get("level", "")).lower(),
        message if isinstance(message, str) else json.dumps(message),
        str(fields.get("correlation_id") or ""),
        json.dumps(fields, indent=2, ensure_ascii=False),
    )
