"""The fault switches, seen from outside the emulator."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.aws import SINK, gathered, unique
from tests.waiting import eventually

NAME = {"queue": lambda url: url.rpartition("/")[2], "topic": lambda arn: arn.rpartition(":")[2]}


def _send(aws, url, *bodies):
    for body in bodies:
        aws.client("sqs").send_message(QueueUrl=url, MessageBody=body)


def test_message_dropped_on_its_way_into_a_queue_is_really_lost(emulator, faults):
    url, _ = emulator.queue()
    faults(target=f"queue:{NAME['queue'](url)}", kind="drop", count=1)

    _send(emulator, url, "a", "b")

    assert emulator.bodies(url) == ["b"]


def test_doubled_message_has_an_id_of_its_own(emulator, faults):
    url, _ = emulator.queue()
    faults(target=f"queue:{NAME['queue'](url)}", kind="duplicate", count=1)

    _send(emulator, url, "a")

    found = emulator.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [each["Body"] for each in found] == ["a", "a"]
    assert len({each["MessageId"] for each in found}) == 2


def test_delayed_message_comes_later(emulator, faults):
    url, _ = emulator.queue()
    faults(target=f"queue:{NAME['queue'](url)}", kind="delay", count=1, seconds=0.4)

    _send(emulator, url, "late", "early")

    assert emulator.bodies(url) == ["early"]
    assert gathered(emulator, url, 1) == ["late"]


def test_messages_change_places(emulator, faults):
    url, _ = emulator.queue()
    faults(target=f"queue:{NAME['queue'](url)}", kind="reorder", count=2)

    _send(emulator, url, "a", "b", "c")

    assert emulator.bodies(url) == ["b", "a", "c"]


def test_message_held_back_is_not_lost_when_none_follows(emulator, faults):
    url, _ = emulator.queue()
    faults(target=f"queue:{NAME['queue'](url)}", kind="reorder", count=5, seconds=0.3)

    _send(emulator, url, "a")

    assert gathered(emulator, url, 1) == ["a"]


def test_notification_of_a_topic_is_dropped_for_every_subscriber(emulator, faults):
    sns, (url, arn) = emulator.client("sns"), emulator.queue()
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=raw)
    faults(target=f"topic:{NAME['topic'](topic)}", kind="drop", count=1)

    for message in ("a", "b"):
        sns.publish(TopicArn=topic, Message=message)

    assert emulator.bodies(url) == ["b"]


def test_event_of_a_bucket_is_doubled(emulator, faults):
    s3, (url, arn), bucket = emulator.client("s3"), emulator.queue(), unique("bucket")
    place = {"LocationConstraint": emulator.region}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    wanted = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=wanted, SkipDestinationValidation=True
    )
    emulator.bodies(url)
    faults(target=f"bucket:{bucket}", kind="duplicate", count=1)

    s3.put_object(Bucket=bucket, Key="k", Body=b"x")

    keys = [json.loads(b)["Records"][0]["s3"]["object"]["key"] for b in gathered(emulator, url, 2)]
    assert keys == ["k", "k"]


def test_record_of_a_stream_is_dropped_though_the_row_is_there(emulator, faults):
    url, settings = emulator.sink()
    table, stream = emulator.table(stream=True)
    code = f"{SINK}\ndef h(event, context):\n    [tell(r['dynamodb']['Keys']['id']['S'])"
    name = emulator.function(f"{code} for r in event['Records']]", **settings)
    emulator.client("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream, StartingPosition="TRIM_HORIZON"
    )
    faults(target=f"stream:{table}", kind="drop", count=1)

    for each in ("a", "b"):
        emulator.client("dynamodb").put_item(TableName=table, Item={"id": {"S": each}})

    assert gathered(emulator, url, 1) == ["b"]
    assert emulator.client("dynamodb").scan(TableName=table)["Count"] == 2


def test_table_throttles_the_next_calls_and_then_answers(emulator, faults):
    table, _ = emulator.table()
    ddb = emulator.client("dynamodb")
    faults(target=f"table:{table}", kind="throttle", count=2)

    for _ in range(2):
        with pytest.raises(ddb.exceptions.ProvisionedThroughputExceededException):
            ddb.get_item(TableName=table, Key={"id": {"S": "x"}})

    assert "Item" not in ddb.get_item(TableName=table, Key={"id": {"S": "x"}})


def test_table_throttles_a_transaction_that_touches_it(emulator, faults):
    table, _ = emulator.table()
    faults(target=f"table:{table}", kind="throttle", count=1)
    put = {"Put": {"TableName": table, "Item": {"id": {"S": "x"}}}}

    with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
        emulator.client("dynamodb").transact_write_items(TransactItems=[put])


def test_function_is_killed_in_the_middle_and_works_again_afterwards(emulator, faults):
    name = emulator.function("import time\ndef h(event, context): time.sleep(0.5); return 1")
    fault = faults(target=f"function:{name}", kind="kill", count=1, seconds=0.2)

    _, error = emulator.invoke(name)

    assert error == "Unhandled"
    assert emulator.invoke(name) == (1, None)
    assert _report(emulator, fault)["fired"] == 1


def test_function_that_ends_before_its_kill_uses_none_up(emulator, faults):
    name = emulator.function("def h(event, context): return 1")
    fault = faults(target=f"function:{name}", kind="kill", count=1, seconds=3600)

    emulator.invoke(name)

    assert eventually(lambda: _report(emulator, fault)["active"])


def test_killed_function_leaves_its_message_to_the_next_attempt(emulator, faults):
    url, settings = emulator.sink()
    source, arn = emulator.queue(VisibilityTimeout="1")
    code = f"{SINK}\nimport time\ndef h(event, context):\n    time.sleep(0.3); tell('done')"
    name = emulator.function(code, **settings)
    emulator.client("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=arn)
    faults(target=f"function:{name}", kind="kill", count=1, seconds=0)

    _send(emulator, source, "work")

    assert gathered(emulator, url, 1) == ["done"]


def test_bad_fault_is_refused_in_words(emulator):
    status, answer = emulator.control("POST", {"target": "queue:x", "kind": "explode"})

    assert status == 400
    assert "a queue can delay, drop, duplicate, reorder" in json.loads(answer)["error"]


def test_fault_is_taken_back_alone_by_its_id(emulator, faults):
    first, second = (faults(target="queue:none", kind="drop") for _ in range(2))

    emulator.control("DELETE", query=f"?id={first['id']}")

    ids = [each["id"] for each in json.loads(emulator.control("GET")[1])]
    assert first["id"] not in ids
    assert second["id"] in ids


def _report(aws, fault):
    time.sleep(0.05)
    return next(each for each in json.loads(aws.control("GET")[1]) if each["id"] == fault["id"])
