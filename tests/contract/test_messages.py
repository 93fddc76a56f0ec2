"""Ports Queue and Topic: the twins and SQS and SNS keep the same promises."""

import json

import pytest

from shared.errors import MissingSettings, TooLarge
from shared.queues import LIMIT as QUEUE_LIMIT
from shared.queues import Record, SqsQueue
from shared.topics import LIMIT as TOPIC_LIMIT
from shared.topics import SnsTopic
from tests.fakes.queues import MemoryQueue
from tests.fakes.topics import MemoryTopic


class MemoryDoor:
    """A queue in memory, and what a reader finds in it."""

    def __init__(self):
        self.queue = MemoryQueue()
        self.receive = self.queue.receive


class SqsDoor:
    """A queue of SQS, and what a reader finds in it."""

    def __init__(self, emulator):
        name = emulator.name()
        self._sqs = emulator.connect("sqs")
        self._url = self._sqs.create_queue(
            QueueName=name,
            Attributes={"MaximumMessageSize": str(QUEUE_LIMIT), "VisibilityTimeout": "0"},
        )["QueueUrl"]
        self.queue = SqsQueue(emulator.connect, name)

    @property
    def delayed(self):
        name = "ApproximateNumberOfMessagesDelayed"
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=[name])
        return int(found["Attributes"][name])

    def receive(self):
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return [Record.of(_as_lambda_gets(message)) for message in answer.get("Messages", [])]


def _as_lambda_gets(message):
    attributes = message.get("MessageAttributes", {})
    return {
        "messageId": message["MessageId"],
        "body": message["Body"],
        "receiptHandle": message["ReceiptHandle"],
        "attributes": message["Attributes"],
        "messageAttributes": {
            name: {"stringValue": value["StringValue"]} for name, value in attributes.items()
        },
    }


@pytest.fixture(params=["memory", "sqs"])
def door(request):
    if request.param == "memory":
        return MemoryDoor()
    return SqsDoor(request.getfixturevalue("emulator"))


def test_a_message_arrives_with_its_attributes(door):
    door.queue.send('{"title": "Tea, 茶"}', {"event_id": "01J", "nothing": ""})

    [record] = door.receive()

    assert record.body == '{"title": "Tea, 茶"}'
    assert record.attributes == {"event_id": "01J"}
    assert record.deliveries == 1


def test_a_message_comes_again_until_it_is_deleted(door):
    door.queue.send("again", {})

    first, second = door.receive()[0], door.receive()[0]
    door.queue.delete(second.receipt)

    assert (first.id, second.deliveries) == (second.id, 2)
    assert door.receive() == []


def test_deleting_twice_is_no_error(door):
    door.queue.send("once", {})
    [record] = door.receive()

    door.queue.delete(record.receipt)
    door.queue.delete(record.receipt)

    assert door.receive() == []


def test_a_message_may_fill_the_limit_and_not_a_byte_more(door):
    name, value = "event_id", "01J"
    room = QUEUE_LIMIT - len(name) - len("String") - len(value)
    door.queue.send("x" * room, {name: value})

    with pytest.raises(TooLarge, match="limit is 1048576"):
        door.queue.send("x" * (room + 1), {name: value})
    assert len(door.receive()) == 1


def test_the_limit_counts_bytes_and_not_characters(door):
    with pytest.raises(TooLarge):
        door.queue.send("é" * (QUEUE_LIMIT // 2 + 1), {})


def test_a_delayed_message_waits(emulator):
    door = SqsDoor(emulator)

    door.queue.send("later", {}, delay_seconds=30)

    assert door.receive() == []


def test_a_delay_longer_than_sqs_takes_is_its_longest(emulator):
    memory, sqs = MemoryDoor(), SqsDoor(emulator)

    for door in (memory, sqs):
        door.queue.send("much later", {}, delay_seconds=100_000)

    assert memory.queue.delays == [900]
    assert (sqs.receive(), sqs.delayed) == ([], 1)


def test_a_missing_queue_is_named(emulator):
    with pytest.raises(MissingSettings, match="no queue coursework-nowhere"):
        SqsQueue(emulator.connect, "coursework-nowhere").send("x", {})


class SnsDoor:
    """A topic of SNS with a queue behind it, which takes messages as they were published."""

    def __init__(self, emulator):
        sns, self._inner = emulator.connect("sns"), SqsDoor(emulator)
        name = emulator.name()
        topic = sns.create_topic(Name=name)["TopicArn"]
        attributes = self._inner._sqs.get_queue_attributes(
            QueueUrl=self._inner._url, AttributeNames=["QueueArn"]
        )
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=attributes["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )
        self.topic = SnsTopic(emulator.connect, name)

    @property
    def sent(self):
        return [(record.body, record.attributes) for record in self._inner.receive()]


class MemoryTopicDoor:
    """A topic in memory."""

    def __init__(self):
        self.topic = MemoryTopic()

    @property
    def sent(self):
        return self.topic.sent


@pytest.fixture(params=["memory", "sns"])
def announced(request):
    if request.param == "memory":
        return MemoryTopicDoor()
    return SnsDoor(request.getfixturevalue("emulator"))


def test_an_announcement_reaches_the_queue_behind_the_topic(announced):
    body = json.dumps({"event_id": "01J", "data": {"title": "Tea, 茶"}}, ensure_ascii=False)

    announced.topic.publish(body, {"event_id": "01J", "correlation_id": "req-1", "none": ""})

    assert announced.sent == [(body, {"event_id": "01J", "correlation_id": "req-1"})]


def test_an_announcement_over_the_limit_is_refused_with_a_clear_error(announced):
    with pytest.raises(TooLarge, match="limit is 262144"):
        announced.topic.publish("é" * (TOPIC_LIMIT // 2 + 1), {})
    assert announced.sent == []


def test_a_missing_topic_is_named(emulator):
    with pytest.raises(MissingSettings, match="no topic coursework-nowhere"):
        SnsTopic(emulator.connect, "coursework-nowhere").publish("x", {})
