"""Least privilege, enforced: the story works, and nothing beyond it is allowed."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from local.cloud import LaptopCloud
from local.options import Options
from local.ports import free
from tests.e2e.people import PAPER, Laptop


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    home = tmp_path_factory.mktemp("strict")
    options = Options(port=free(), console_port=free(), enforce_iam=True)
    with LaptopCloud(home, options) as cloud:
        yield Laptop(cloud.endpoints)


def test_the_whole_story_works_with_the_functions_own_permissions(strict):
    made = strict.person("student")("POST", "/papers", PAPER)
    paper_id = made.json()["id"]
    change = {"tutor_email": "tutor@example.org"}
    strict.person("coordinator")("PATCH", f"/papers/{paper_id}", change, {"If-Match": '"1"'})
    strict.sweep()

    assert len(strict.mails_about(paper_id, 3)) == 3
    assert strict.person("operator", "notifier")("GET", "/mails").status_code == 200


DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}  # as each service says it

FORBIDDEN = {
    ("paper", "api_handler"): [
        ("dynamodb", "scan", {"TableName": "{n}-papers"}),
        ("dynamodb", "delete_item", {"TableName": "{n}-papers", "Key": {"id": {"S": "x"}}}),
        ("dynamodb", "get_item", {"TableName": "{n}-tokens", "Key": {"id": {"S": "x"}}}),
        ("dynamodb", "scan", {"TableName": "{n}-paper-events"}),
        ("dynamodb", "scan", {"TableName": "{n}-notifier-ledger"}),
        ("s3", "delete_object", {"Bucket": "{n}-paper-files", "Key": "papers/x"}),
        ("s3", "put_object", {"Bucket": "{n}-paper-files", "Key": "other/x", "Body": b""}),
        ("s3", "put_object", {"Bucket": "{n}-deployments", "Key": "papers/x", "Body": b""}),
        ("secretsmanager", "get_secret_value", {"SecretId": "{n}/sendgrid"}),
        ("sns", "publish", {"TopicArn": "{topic}", "Message": "x"}),
    ],
    ("notifier", "deliver"): [
        ("dynamodb", "scan", {"TableName": "{n}-notifier-ledger"}),
        ("dynamodb", "get_item", {"TableName": "{n}-papers", "Key": {"id": {"S": "x"}}}),
        ("dynamodb", "get_item", {"TableName": "{n}-tokens", "Key": {"id": {"S": "x"}}}),
        ("s3", "get_object", {"Bucket": "{n}-paper-files", "Key": "papers/x"}),
        ("s3", "list_objects_v2", {"Bucket": "{n}-deployments"}),
        ("sns", "publish", {"TopicArn": "{topic}", "Message": "x"}),
        ("sqs", "purge_queue", {"QueueUrl": "{queue}"}),
        ("sqs", "delete_queue", {"QueueUrl": "{queue}"}),
        (
            "secretsmanager",
            "put_secret_value",
            {"SecretId": "{n}/sendgrid", "SecretString": "{{}}"},
        ),
        ("iam", "list_roles", {}),
    ],
}


@pytest.mark.parametrize(
    ("app", "handler", "call"),
    [(*owner, call) for owner, calls in FORBIDDEN.items() for call in calls],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, tuple) else value,
)
def test_what_a_function_has_no_business_with_is_denied(strict, app, handler, call):
    service, operation, arguments = call
    client = as_function(strict, app, handler, service)
    places = {
        "n": strict.name,
        "topic": strict.endpoints["topics"]["paper-events"],
        "queue": strict.endpoints["queues"]["notifier-mail"],
    }
    filled = {
        key: value.format(**places) if isinstance(value, str) else value
        for key, value in arguments.items()
    }

    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**filled)

    assert refused.value.response["Error"]["Code"] in DENIED


def as_function(laptop, app, handler, service):
    """Return a client with the permissions of one function's role.

    The roles trust Lambda only, so in this cloud of its own the test lets itself in first.
    """
    name = laptop.function(app, handler)
    me = laptop.aws("sts").get_caller_identity()
    trust = {"Effect": "Allow", "Principal": {"AWS": me["Arn"]}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    laptop.aws("iam").update_assume_role_policy(RoleName=name, PolicyDocument=document)
    role = f"arn:aws:iam::{me['Account']}:role/{name}"
    given = laptop.aws("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        endpoint_url=laptop.endpoints["aws"]["endpoint_url"],
        region_name=laptop.endpoints["aws"]["region"],
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
