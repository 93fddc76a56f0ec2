"""What the guide to a real account says holds."""

import json
import re
import tomllib

import pytest

from infra.policies import statements
from tests.foundation.conftest import PROJECT

GUIDE = (PROJECT.root / "docs/deploy.md").read_text(encoding="utf-8")
POLICY = json.loads((PROJECT.root / "docs/deployer-policy.json").read_text(encoding="utf-8"))


def test_the_deployer_reaches_nothing_of_another_prefix():
    scoped = {"cloudformation", "dynamodb", "s3", "secretsmanager", "sqs", "lambda"}

    for statement in statements(POLICY):
        if any(action.endswith(":*") for action in statement["Action"]):
            assert all(
                ":coursework-" in arn or "/coursework-" in arn for arn in statement["Resource"]
            )
            assert scoped <= {action.partition(":")[0] for action in statement["Action"]}


def test_the_deployer_hands_roles_to_lambda_alone():
    (passing,) = [s for s in statements(POLICY) if s["Action"] == "iam:PassRole"]

    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


@pytest.mark.parametrize("command", sorted(set(re.findall(r"(?m)(?:^|`)make ([a-z]+)", GUIDE))))
def test_every_command_of_the_guide_is_in_the_makefile(command):
    makefile = (PROJECT.root / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{command}:", makefile, re.MULTILINE)


def test_the_secret_of_the_guide_has_the_keys_of_the_template():
    written = json.loads(re.search(r"'(\{.*\})'", GUIDE)[1])

    assert written.keys() == {"api_key", "base_url", "webhook_public_key"}


def test_the_values_that_the_guide_names_are_in_project_toml():
    project = tomllib.loads((PROJECT.root / "project.toml").read_text(encoding="utf-8"))

    assert {"sender", "operators", "hosts"} <= project["mail"].keys()
    assert "monthly_usd" in project["budget"]
    assert project["stages"]["prod"]["data"]["removal"] == "keep"
