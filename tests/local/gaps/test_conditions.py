import pytest
from ministack.core.iam_evaluator import EvalContext

from local.emulator.patches import conditions

SESSION = "arn:aws:sts::000000000000:assumed-role/relay/relay-function"
ROLE = "arn:aws:iam::000000000000:role/relay"
WANTED = [("aws:PrincipalArn", ROLE), ("aws:SecureTransport", "true")]


def _caller(arn=SESSION):
    return EvalContext(
        principal_arn=arn,
        principal_type="AssumedRole",
        principal_account="000000000000",
        action="sns:Publish",
        resource_arn="*",
        region="eu-west-2",
    )


@pytest.mark.parametrize(("key", "value"), WANTED)
def test_condition_sees_what_aws_would_show(key, value):
    assert conditions._resolve(key, _caller()) == value


def test_user_is_seen_as_itself():
    user = "arn:aws:iam::000000000000:user/ada"

    assert conditions._resolve("aws:PrincipalArn", _caller(user)) == user


@pytest.mark.parametrize(("key", "value"), WANTED)
def test_stock_emulator_still_shows_something_else(key, value):
    seen = conditions._stock_resolve(key, _caller())

    assert seen != value, "patches/conditions.py: look again"
