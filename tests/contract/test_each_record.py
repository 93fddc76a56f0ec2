"""each_record inside a real function behind a real mapping, with and without the flag."""

import io
import json
import time
from zipfile import ZipFile

import pytest

from infra.project import ROOT

HANDLER = """
from functools import cache
from shared.clients import client
from shared.errors import Invalid
from shared.queues import Record, SqsQueue, each_record

QUEUES = {queues}


def handle(record):
    if record.body == "poison":
        raise Invalid("The event has no type.")
    if record.body == "hiccup" and record.deliveries == 1:
        raise OSError("try me again")
    seen = SqsQueue(client, QUEUES["seen"])
    seen.send(record.body, {{"deliveries": str(record.deliveries)}})


def handler(event, _):
    records = [Record.of(record) for record in event["Records"]]
    each_record(records, handle, SqsQueue(client, QUEUES["in"]), SqsQueue(client, QUEUES["dead"]))
"""
VISIBILITY = 3  # seconds; a slower machine sees some messages twice, which changes nothing here
ROLE = "arn:aws:iam::000000000000:role/contract"


@pytest.fixture
def queues(emulator):
    """A queue that gives up after five deliveries, its dead letters, and what was handled."""
    sqs, stem = emulator.connect("sqs"), emulator.name()
    names = {purpose: f"{stem}-{purpose}" for purpose in ("in", "dead", "seen")}
    urls = {p: sqs.create_queue(QueueName=name)["QueueUrl"] for p, name in names.items()}
    redrive = {"deadLetterTargetArn": _arn(sqs, urls["dead"]), "maxReceiveCount": 5}
    attributes = {"VisibilityTimeout": str(VISIBILITY), "RedrivePolicy": json.dumps(redrive)}
    sqs.set_queue_attributes(QueueUrl=urls["in"], Attributes=attributes)
    return names, urls


@pytest.mark.parametrize("flag", [[], ["ReportBatchItemFailures"]])
def test_nothing_is_lost_and_nobody_suffers_for_a_neighbour(emulator, queues, flag):
    names, urls = queues
    sqs, started = emulator.connect("sqs"), time.monotonic()
    bodies = [f"good {number}" for number in range(8)] + ["poison", "hiccup"]
    entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies)]
    sqs.send_message_batch(QueueUrl=urls["in"], Entries=entries)

    _function(emulator, names, _arn(sqs, urls["in"]), flag)
    dead = _take(sqs, urls["dead"], 1)
    buried_after = time.monotonic() - started
    seen = _take(sqs, urls["seen"], 9)

    assert seen.keys() == {*bodies[:8], "hiccup"}
    assert dead.keys() == {"poison"}
    assert dead["poison"]["reason"]["StringValue"] == "invalid_input: The event has no type."
    assert buried_after < 5 * VISIBILITY  # at once, not when it would have been given up
    assert _left(sqs, urls["in"]) == 0


def _function(emulator, names, queue, flag):
    content = io.BytesIO()
    with ZipFile(content, "w") as made:
        made.writestr("app.py", HANDLER.format(queues=names))
        for path in (ROOT / "shared").glob("*.py"):
            made.write(path, f"shared/{path.name}")
    emulator.connect("lambda").create_function(
        FunctionName=names["in"],
        Runtime="python3.12",
        Role=ROLE,
        Handler="app.handler",
        Code={"ZipFile": content.getvalue()},
        Timeout=10,
    )
    emulator.connect("lambda").create_event_source_mapping(
        EventSourceArn=queue, FunctionName=names["in"], BatchSize=10, FunctionResponseTypes=flag
    )


def _take(sqs, url, count):
    """Return the attributes of messages by body."""
    deadline, found = time.monotonic() + 30, {}
    while len(found) < count and time.monotonic() < deadline:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]
        )
        messages = answer.get("Messages", [])
        found |= {message["Body"]: message["MessageAttributes"] for message in messages}
    return found


def _left(sqs, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline, left = time.monotonic() + 15, 1
    while left and time.monotonic() < deadline:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        left = sum(int(answer[name]) for name in names)
    return left


def _arn(sqs, url):
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]
