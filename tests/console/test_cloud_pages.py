"""The pages on the emulator: queues, dead letters, logs and the targets of fault switches."""

import io
import json
import zipfile

import pytest

from tests.console.harness import Console
from tests.waiting import until

HANDLER = """
import json
def handler(event, context):
    print(json.dumps({"level": "ERROR", "message": "no <b>tutor</b>", "correlation_id": "c-1"}))
    print("asked for", event)
"""


@pytest.fixture(scope="module")
def aws(emulator):
    return emulator.client


@pytest.fixture(scope="module")
def console(emulator, tmp_path_factory):
    console = Console(tmp_path_factory.mktemp("cloud-console"), emulator.endpoint).start()
    yield console
    console.stop()


@pytest.fixture(scope="module")
def function(aws):
    """A deployed function that writes two lines at each call."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", HANDLER)
    made = aws("lambda").create_function(
        FunctionName="console-probe",
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/probe",
        Handler="app.handler",
        Code={"ZipFile": package.getvalue()},
    )
    return made["FunctionArn"]


def queue(aws, name, **attributes):
    """Make a queue and return its URL and ARN."""
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return url, found["QueueArn"]


def bodies(aws, url):
    received = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in received.get("Messages", [])]


def test_queues_are_shown_with_their_depth(console, aws):
    url, _ = queue(aws, "depth-shown")
    aws("sqs").send_message(QueueUrl=url, MessageBody="x")

    overview = console.call("GET", "/").body.decode()

    row = overview.partition("depth-shown")[2].partition("</tr>")[0]
    assert '<td class="number">1</td>' in row


def test_dead_letters_are_shown_and_stay(console, aws):
    dead, _ = queue(aws, "shown-dead")
    aws("sqs").send_message(QueueUrl=dead, MessageBody='{"title": "<b>bold</b>"}')

    first = console.call("GET", "/queues/shown-dead").body.decode()
    again = console.call("GET", "/queues/shown-dead").body.decode()

    assert "&lt;b&gt;bold&lt;/b&gt;" in first
    assert "&lt;b&gt;bold&lt;/b&gt;" in again
    assert len(bodies(aws, dead)) == 1


def test_a_redrive_sends_messages_back_with_their_attributes(console, aws):
    dead, arn = queue(aws, "work-failed")
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    work, _ = queue(aws, "work", RedrivePolicy=policy)
    kind = {"kind": {"DataType": "String", "StringValue": "paper"}}
    for number in range(12):
        aws("sqs").send_message(QueueUrl=dead, MessageBody=str(number), MessageAttributes=kind)

    answer = console.call("POST", "/queues/work-failed/redrive")

    sent = aws("sqs").receive_message(QueueUrl=work, MessageAttributeNames=["All"])["Messages"]
    assert answer.json() == {"moved": 12, "stay": 0}
    assert sent[0]["MessageAttributes"]["kind"]["StringValue"] == "paper"
    assert bodies(aws, dead) == []


def test_a_failed_invocation_is_invoked_again(console, aws, function):
    dead, _ = queue(aws, "invocations-dead")
    record = {"requestContext": {"functionArn": function}, "requestPayload": {"again": "please"}}
    aws("sqs").send_message(QueueUrl=dead, MessageBody=json.dumps(record))

    answer = console.call("POST", "/queues/invocations-dead/redrive")

    assert answer.json() == {"moved": 1, "stay": 0}
    until(lambda: b"please" in console.call("GET", "/logs?function=console-probe").body)


def test_a_message_of_unknown_origin_stays(console, aws):
    dead, _ = queue(aws, "unknown-dead")
    aws("sqs").send_message(QueueUrl=dead, MessageBody="who am I")

    answer = console.call("POST", "/queues/unknown-dead/redrive")

    assert answer.json() == {"moved": 0, "stay": 1}
    assert bodies(aws, dead) == ["who am I"]


def test_only_dead_letter_queues_are_redriven(console, aws):
    url, _ = queue(aws, "at-work")
    aws("sqs").send_message(QueueUrl=url, MessageBody="mine")

    assert console.call("POST", "/queues/at-work/redrive").status == 404
    assert b"mine" not in console.call("GET", "/queues/at-work").body


def test_logs_show_level_message_and_correlation_id(console, aws, function):
    aws("lambda").invoke(FunctionName=function, Payload=b"{}")

    page = until(
        lambda: (
            (found := console.call("GET", "/logs?function=console-probe").body.decode())
            and "c-1" in found
            and found
        )
    )

    assert 'class="error"' in page
    assert "no &lt;b&gt;tutor&lt;/b&gt;" in page


def test_a_function_that_never_ran_has_no_lines(console):
    assert b"has written nothing yet" in console.call("GET", "/logs?function=none").body


def test_switches_offer_what_exists_and_reach_the_emulator(console, aws, function):
    queue(aws, "switched")
    wish = {"target": "queue:switched", "kind": "drop", "count": 1}

    made = console.call("POST", "/faults", wish)

    page = console.call("GET", "/switches").body.decode()
    listed = console.call("GET", "/faults").json()
    assert made.status == 201
    assert '<option value="function:console-probe">' in page
    assert "queue:switched" in {switch["target"] for switch in listed}
    assert console.call("DELETE", "/faults").status == 204
    assert console.call("GET", "/faults").json() == []
