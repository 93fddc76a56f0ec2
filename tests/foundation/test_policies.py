"""The rules for policies find what they are made to find."""

import pytest

from infra import lint
from infra.policies import identity_problems, resource_problems

KNOWN = frozenset({"sqs:mail", "s3:files", "dynamodb:table/papers"})
QUEUE = "arn:aws:sqs:eu-west-2:*:mail"
TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sqs:SendMessage",
    "Resource": QUEUE,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def identity(action, resource):
    statement = {"Effect": "Allow", "Action": [action], "Resource": [resource]}
    return list(identity_problems({"Version": "2012-10-17", "Statement": [statement]}, KNOWN))


def resource(*statements, tls=True):
    return list(resource_problems({"Statement": list(statements)}, tls))


def allow(principal, condition=None, action="sqs:SendMessage"):
    statement = {"Sid": "x", "Effect": "Allow", "Principal": principal, "Action": action}
    return {**statement, "Resource": QUEUE, **({"Condition": condition} if condition else {})}


def test_a_named_action_on_a_named_resource_is_fine():
    assert identity("sqs:SendMessage", QUEUE) == []
    assert identity("s3:GetObject", "arn:aws:s3:::files/papers/*") == []


@pytest.mark.parametrize(
    ("action", "on", "says"),
    [
        ("sqs:*", QUEUE, "name each action"),
        ("sqs:SendMessage", "*", "name the resource"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-2:*:other", "no template has it"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-2:*:mail*", "no template has it"),
        ("iam:PassRole", "arn:aws:iam::*:role/x", "no function hands a role on"),
        ("sqs:SendMesage", QUEUE, "UNKNOWN_ACTION"),
        ("s3:GetObject", "arn:aws:s3:::files", "RESOURCE_MISMATCH"),
    ],
)
def test_a_policy_that_gives_too_much_or_nothing_is_found(action, on, says):
    found = identity(action, on)

    assert any(says in problem for problem in found), found


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (allow("*", {"ArnEquals": {"aws:SourceArn": "a"}}), "allows everybody"),
        (allow({"AWS": "*"}, {"ArnEquals": {"aws:SourceArn": "a"}}), "allows everybody"),
        (allow({"Service": "sns.amazonaws.com"}), "needs a condition"),
        (allow({"AWS": "arn:aws:iam::1:root"}, action="kms:Decrypt"), "needs a condition"),
        (
            allow({"Service": "sns.amazonaws.com"}, {"ArnEquals": {"aws:SourceArn": "a"}}, "sqs:*"),
            "name each action",
        ),
    ],
)
def test_a_resource_that_lets_too_many_in_is_found(statement, says):
    assert any(says in problem for problem in resource(statement, TLS))


def test_a_resource_that_takes_plain_text_is_found():
    statement = allow({"Service": "sns.amazonaws.com"}, {"ArnEquals": {"aws:SourceArn": "a"}})

    assert resource(statement) == ["does not refuse requests without TLS"]
    assert resource(statement, TLS) == []


def test_a_queue_without_a_policy_is_found():
    template = {"Resources": {"Mail": {"Type": "AWS::SQS::Queue", "Properties": {}}}}

    assert list(lint.template_problems(template)) == ["Mail: has no policy"]


def test_two_functions_with_one_policy_are_found():
    functions = {"a": {"iam_policy_file": "p.json"}, "b": {"iam_policy_file": "p.json"}}
    config = {"stages": {"dev": {"autogen_policy": False, "lambda_functions": functions}}}

    assert list(lint.role_problems(config)) == [
        "stages.dev: every function needs a policy file of its own"
    ]


def test_a_role_that_is_written_for_all_functions_is_found():
    functions = {"a": {"iam_policy_file": "p.json"}}
    stage = {"autogen_policy": True, "iam_role_arn": "arn", "lambda_functions": functions}

    assert len(list(lint.role_problems({"stages": {"dev": stage}}))) == 2


def test_cfn_lint_is_asked():
    template = {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"Nope": 1}}}}

    assert [problem.split()[0] for problem in lint.cfn_lint(template, "eu-west-2")] == ["E3002"]
