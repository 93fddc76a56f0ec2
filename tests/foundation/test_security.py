"""What the templates promise about data, and about who may reach it."""

import json

import pytest

from infra import functions, lint, policies
from tests.foundation.conftest import PROJECT, of_type

ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}


def test_policies_of_every_stage_keep_every_rule():
    assert lint.policy_problems(PROJECT) == []


def test_every_bucket_is_private_owned_versioned_encrypted_and_tidied(resources):
    buckets = of_type(resources, "AWS::S3::Bucket")

    for bucket in buckets:
        rule = bucket["LifecycleConfiguration"]["Rules"][0]
        assert bucket["PublicAccessBlockConfiguration"] == ALL_BLOCKED
        assert bucket["OwnershipControls"] == {
            "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
        }
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
        assert "AES256" in json.dumps(bucket["BucketEncryption"])
        assert {"AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"} <= rule.keys()
    assert len(buckets) == 2


def test_every_topic_and_queue_is_encrypted(resources):
    topics = of_type(resources, "AWS::SNS::Topic")
    queues = of_type(resources, "AWS::SQS::Queue")

    assert all(topic["KmsMasterKeyId"] for topic in topics)
    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues)
    assert len(topics) == 2
    assert len(queues) == 4


def test_a_queue_takes_messages_only_from_the_one_source_it_serves(resources, stage):
    allowed = {}

    for policy in of_type(resources, "AWS::SQS::QueuePolicy"):
        for statement in policies.statements(policy["PolicyDocument"]):
            if statement["Effect"] == "Allow":
                source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
                queue = statement["Resource"]["Fn::GetAtt"][0]
                allowed[queue] = (statement["Principal"]["Service"], source.rpartition(":")[2])

    assert allowed == {
        "PaperDead": ("events.amazonaws.com", f"rule/coursework-paper-{stage.key}-sweep-event"),
        "Mail": ("sns.amazonaws.com", f"{stage.name}-paper-events"),
        "MailDead": ("sns.amazonaws.com", f"{stage.name}-paper-events"),
        "NotifierDead": ("sns.amazonaws.com", f"{stage.name}-alarms"),
    }


def test_only_relay_and_sweep_publish_events(resources, stage):
    topic = next(
        statement
        for policy in of_type(resources, "AWS::SNS::TopicPolicy")
        for statement in policies.statements(policy["PolicyDocument"])
        if statement["Sid"] == "OnlyRelayAndSweep"
    )

    assert (topic["Effect"], topic["Principal"], topic["Action"]) == ("Deny", "*", "sns:Publish")
    assert topic["Condition"]["ArnNotEquals"]["aws:PrincipalArn"] == [
        f"arn:aws:iam::${{AWS::AccountId}}:role/{stage.role('paper', name)}"
        for name in ("relay", "sweep")
    ]


def test_only_alarms_of_the_stage_publish_alarms(resources, stage):
    alarm = f"arn:aws:cloudwatch:${{AWS::Region}}:${{AWS::AccountId}}:alarm:{stage.name}-*"
    statements = [
        statement
        for policy in of_type(resources, "AWS::SNS::TopicPolicy")
        for statement in policies.statements(policy["PolicyDocument"])
        if statement["Effect"] == "Allow"
    ]

    assert [s["Principal"] for s in statements] == [{"Service": "cloudwatch.amazonaws.com"}]
    assert statements[0]["Condition"]["ArnLike"] == {"aws:SourceArn": alarm}
    assert "aws:SourceAccount" in statements[0]["Condition"]["StringEquals"]


def test_every_function_logs_into_a_group_that_forgets(resources, stage):
    groups = {
        group["LogGroupName"]: group["RetentionInDays"]
        for group in of_type(resources, "AWS::Logs::LogGroup")
    }

    wanted = {
        f"/aws/lambda/{stage.function(app, function.name)}"
        for app in PROJECT.apps
        for function in functions.read(PROJECT.app(app), stage).functions
    }
    assert groups == dict.fromkeys(wanted, stage.number("retention.logs"))
    assert f"/aws/lambda/coursework-paper-{stage.key}" in groups


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket"])
def test_data_of_production_outlives_its_stack_and_no_other_does(resources, stage, kind):
    kept = "Retain" if stage.key == "prod" else "Delete"

    for resource in (each for each in resources if each["Type"] == kind):
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == kept


def test_tables_that_hold_truth_can_be_taken_back_to_any_moment(resources, stage):
    backed = {
        table["TableName"].removeprefix(f"{stage.name}-")
        for table in of_type(resources, "AWS::DynamoDB::Table")
        if "PointInTimeRecoverySpecification" in table
    }

    truth = {"tokens", "papers", "paper-events", "notifier-inbox", "notifier-ledger"}
    assert backed == truth


def test_a_dead_letter_waits_longer_than_the_message_it_was(resources):
    mail, *dead = sorted(
        of_type(resources, "AWS::SQS::Queue"), key=lambda q: q["QueueName"].endswith("-dead")
    )

    assert mail["RedrivePolicy"]["maxReceiveCount"] == 5
    assert all(int(q["MessageRetentionPeriod"]) > mail["MessageRetentionPeriod"] for q in dead)


def test_a_message_stays_hidden_longer_than_its_function_may_run(resources, stage):
    mail = next(q for q in of_type(resources, "AWS::SQS::Queue") if "RedrivePolicy" in q)

    hidden, runs = int(mail["VisibilityTimeout"]), stage.number("retry.function_seconds")
    assert hidden > runs
    assert hidden >= 6 * runs or stage.key == "local"


def test_real_stages_have_a_budget_and_a_throttle():
    for key in ("dev", "prod"):
        stage = PROJECT.stage(key)

        assert stage.number("budget.monthly_usd") > 0
        assert stage.number("traffic.rate") > 0
        assert stage.number("traffic.burst") > 0


def test_every_resource_says_whose_it_is(resources, stage):
    for resource in resources:
        if tags := resource["Properties"].get("Tags"):
            named = {tag["Key"]: tag["Value"] for tag in tags}
            assert named.keys() == {"project", "stage", "app"}
            assert (named["project"], named["stage"]) == (stage.prefix, stage.key)
    untagged = {r["Type"] for r in resources if "Tags" not in r["Properties"]}
    assert not untagged & {"AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::SQS::Queue"}


def test_the_template_holds_no_secret(resources):
    (secret,) = of_type(resources, "AWS::SecretsManager::Secret")

    value = json.loads(secret["SecretString"])
    assert value["api_key"] == value["webhook_public_key"] == "not-set"
