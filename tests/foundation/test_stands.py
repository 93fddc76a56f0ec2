"""The stacks as they stand in the emulator: created, read back, changed, and two side by side."""

import json
import time

import pytest

from infra import lint, observe
from infra.stacks import ensure, outputs, variables
from tests.foundation.conftest import PROJECT, with_values


def attributes(cloud, queue):
    client = cloud.client("sqs")
    url = client.get_queue_url(QueueName=f"{cloud.stage.name}-{queue}")["QueueUrl"]
    return client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def test_the_mail_queue_gives_up_after_five_deliveries(cloud):
    mail, dead = attributes(cloud, "notifier-mail"), attributes(cloud, "notifier-mail-dead")

    redrive = json.loads(mail["RedrivePolicy"])
    assert redrive == {"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": 5}
    assert mail["VisibilityTimeout"] == cloud.stage.text("retry.visibility_seconds")
    assert mail["SqsManagedSseEnabled"] == dead["SqsManagedSseEnabled"] == "true"
    assert int(dead["MessageRetentionPeriod"]) == 14 * 86400
    assert "aws:SourceArn" in mail["Policy"]


def test_what_the_topic_gets_reaches_the_queue_as_it_was(cloud):
    topic = outputs(cloud, f"{cloud.stage.name}-paper")["PaperEventsTopicArn"]
    queue = outputs(cloud, f"{cloud.stage.name}-notifier")["MailQueueUrl"]

    cloud.client("sns").publish(TopicArn=topic, Message='{"event_id": "1"}')

    assert received(cloud, queue) == '{"event_id": "1"}'


def test_an_alarm_reaches_its_topic(cloud):
    topic = outputs(cloud, f"{cloud.stage.name}-platform")["AlarmsTopicArn"]
    queue = cloud.client("sqs").create_queue(QueueName="operators")["QueueUrl"]
    endpoint = cloud.arn("sqs", "operators")
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)
    alarm = f"{cloud.stage.name}-notifier-mail-dead-letters"

    cloud.client("cloudwatch").set_alarm_state(
        AlarmName=alarm, StateValue="ALARM", StateReason="a test"
    )

    message = json.loads(json.loads(received(cloud, queue))["Message"])
    assert (message["AlarmName"], message["NewStateValue"]) == (alarm, "ALARM")


def test_every_alarm_of_the_template_stands(cloud):
    pages = cloud.pages("cloudwatch", "describe_alarms", AlarmNamePrefix=f"{cloud.stage.name}-")
    standing = {alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]}

    template = observe.stack(PROJECT, cloud.stage).template["Resources"].values()
    alarms = [r["Properties"] for r in template if r["Type"] == "AWS::CloudWatch::Alarm"]
    assert standing == {alarm["AlarmName"] for alarm in alarms}


@pytest.mark.parametrize("purpose", ["paper-files", "deployments"])
def test_a_bucket_is_closed_encrypted_and_versioned(cloud, purpose):
    bucket, s3 = {"Bucket": f"{cloud.stage.name}-{purpose}"}, cloud.client("s3")

    block = s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"]
    owner = s3.get_bucket_ownership_controls(**bucket)["OwnershipControls"]["Rules"]
    assert list(block.values()) == [True] * 4
    assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    assert "AES256" in json.dumps(s3.get_bucket_encryption(**bucket), default=str)
    policy = json.loads(s3.get_bucket_policy(**bucket)["Policy"])
    assert policy["Statement"][0]["Effect"] == "Deny"


def test_the_history_of_papers_streams_what_is_new(cloud):
    table = cloud.client("dynamodb").describe_table(TableName=f"{cloud.stage.name}-paper-events")[
        "Table"
    ]

    found = outputs(cloud, f"{cloud.stage.name}-paper")
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert table["GlobalSecondaryIndexes"][0]["IndexName"] == "unhandled"
    assert variables(found)["PAPER_EVENTS_STREAM_ARN"] == table["LatestStreamArn"]


def test_every_log_group_forgets(cloud):
    pages = cloud.pages("logs", "describe_log_groups", logGroupNamePrefix="/aws/lambda/")
    groups = [group for page in pages for group in page["logGroups"]]

    assert groups
    assert {group["retentionInDays"] for group in groups} == {30}


def test_an_update_leaves_the_mail_secret_alone(cloud):
    secret = f"{cloud.stage.name}/sendgrid"
    cloud.client("secretsmanager").put_secret_value(SecretId=secret, SecretString='{"set": 1}')
    changed = with_values(PROJECT, "local", data__removal="keep")
    stack = observe.stacks(changed, changed.stage("local"))[0]

    ensure(cloud, stack.name, stack.template, stack.parameters, say=lambda _: None)

    kept = cloud.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    assert kept == '{"set": 1}'


def test_two_stages_stand_side_by_side(cloud, connect, create):
    other = connect("dev")

    create(other)

    ours, theirs = names(cloud), names(other)
    assert len(ours) == len(theirs) > 50
    assert not ours & theirs


@pytest.mark.parametrize("key", PROJECT.stages)
def test_no_template_knows_another_stage(key):
    stage = PROJECT.stage(key)
    text = json.dumps([[s.template, s.parameters] for s in observe.stacks(PROJECT, stage)])

    others = [PROJECT.stage(other) for other in PROJECT.stages if other != key]
    assert not [other.name for other in others if other.name in text]
    known = lint.names(observe.stacks(PROJECT, stage), stage)
    assert all(stage.key in name for name in known)


def names(cloud):
    """Return the physical names of everything in a stage's stacks."""
    return {
        found["PhysicalResourceId"]
        for stack in observe.stacks(PROJECT, cloud.stage)
        for page in cloud.pages("cloudformation", "list_stack_resources", StackName=stack.name)
        for found in page["StackResourceSummaries"]
    }


def received(cloud, queue):
    """Return the body of the next message of a queue, within five seconds."""
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        answer = cloud.client("sqs").receive_message(QueueUrl=queue, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            cloud.client("sqs").delete_message(
                QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"]
            )
            return message["Body"]
    raise AssertionError("no message came")
