"""Dead-letter queues: looking at their messages, and sending these back where they came from."""

import json
from dataclasses import dataclass
from typing import Any

from local.console.cloud import Cloud, Queue

SHOWN = 50
_BATCH = 10
_LOOK_SECONDS = 20
_MOVE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that nobody could handle."""

    id: str
    body: str
    sent_at: float
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Redriven:
    """How many messages went back, and how many stay because their origin is unknown."""

    moved: int
    stay: int


def look(cloud: Cloud, queue: Queue) -> list[Letter]:
    """Return up to `SHOWN` messages and leave them in the queue."""
    sqs = cloud.client("sqs")
    taken = _take(sqs, queue, SHOWN, _LOOK_SECONDS)
    _release(sqs, queue, taken)
    return [_letter(message) for message in taken]


def redrive(cloud: Cloud, queue: Queue, queues: list[Queue]) -> Redriven:
    """Send every message back: to its queue, or to the function whose invocation it records.

    A message is deleted after it was sent, so that an interruption doubles it and never loses it.
    """
    sqs = cloud.client("sqs")
    moved, stay = 0, list[dict[str, Any]]()
    while batch := _take(sqs, queue, _BATCH, _MOVE_SECONDS):
        for message in batch:
            if _send_back(cloud, queue, queues, message):
                sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
                moved += 1
            else:
                stay.append(message)
    _release(sqs, queue, stay)
    return Redriven(moved, len(stay))


def _take(sqs: Any, queue: Queue, most: int, hidden_seconds: int) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = []
    while len(taken) < most:
        batch = sqs.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=min(_BATCH, most - len(taken)),
            VisibilityTimeout=hidden_seconds,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])
        if not batch:
            break
        taken += batch
    return taken


def _release(sqs: Any, queue: Queue, messages: list[dict[str, Any]]) -> None:
    for message in messages:
        sqs.change_message_visibility(
            QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )


def _send_back(cloud: Cloud, queue: Queue, queues: list[Queue], message: dict[str, Any]) -> bool:
    source = _source(queue, queues, message)
    if source is not None:
        cloud.client("sqs").send_message(
            QueueUrl=source.url,
            MessageBody=message["Body"],
            MessageAttributes=message.get("MessageAttributes", {}),
        )
        return True
    invocation = _invocation(message["Body"])
    if invocation is None:
        return False
    function, payload = invocation
    cloud.client("lambda").invoke(
        FunctionName=function, InvocationType="Event", Payload=json.dumps(payload)
    )
    return True


def _source(queue: Queue, queues: list[Queue], message: dict[str, Any]) -> Queue | None:
    origin = message.get("Attributes", {}).get("DeadLetterQueueSourceArn")
    known = [each for each in queues if each.name in queue.sources]
    return next(
        (each for each in known if each.arn == origin), known[0] if len(known) == 1 else None
    )


def _invocation(body: str) -> tuple[str, Any] | None:
    """Read the record that Lambda leaves of a failed asynchronous invocation."""
    try:
        record = json.loads(body)
        return record["requestContext"]["functionArn"], record["requestPayload"]
    except (ValueError, KeyError, TypeError):
        return None


def _letter(message: dict[str, Any]) -> Letter:
    system = message.get("Attributes", {})
    own = message.get("MessageAttributes", {})
    return Letter(
        id=message["MessageId"],
        body=_pretty(message["Body"]),
        sent_at=int(system.get("SentTimestamp", 0)) / 1000,
        attributes={name: value.get("StringValue", "") for name, value in own.items()},
    )


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text
