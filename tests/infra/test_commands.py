"""The command line: tokens are shown once, and what a person can mend is said in one line."""

import subprocess
import sys

import pytest

from infra import access, invoke, stacks
from infra.project import ROOT, ProjectError

pytestmark = pytest.mark.e2e


def infra(environment, *arguments):
    command = [sys.executable, "-m", "infra", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_laptops_stage_is_never_put_on_aws(emulator):
    aws = {key: value for key, value in emulator.items() if key != "AWS_ENDPOINT_URL"}

    done = infra(aws, "deploy", "--stage", "local")

    assert done.returncode == 1
    assert done.stderr.startswith("error: stage local is the laptop cloud: start it with")


@pytest.mark.parametrize("command", ["env", "sweep"])
def test_a_stage_that_does_not_stand_is_one_clear_line(emulator, command):
    empty_account = emulator | {"AWS_ACCESS_KEY_ID": "210987654321"}

    done = infra(empty_account, command, "--stage", "dev")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "run `make deploy STAGE=dev`" in done.stderr


def test_a_stage_that_keeps_its_data_is_removed_only_if_really_meant(emulator):
    done = infra(emulator, "destroy", "--stage", "prod", "--yes")

    assert done.returncode == 1
    assert "--really" in done.stderr


def test_a_token_is_made_listed_without_its_secret_and_revoked(house, emulator, monkeypatch):
    for name, value in emulator.items():
        monkeypatch.setenv(name, value)
    make_tokens_table(house.cloud)

    text = access.create(house.cloud, "tutor", "Tutor@example.org", days=30)
    before = list(access.listing(house.cloud))
    access.revoke(house.cloud, text)
    after = list(access.listing(house.cloud))

    token_id, _, secret = text.partition(".")
    assert len(before) == len(after) == 1
    assert before[0].startswith(token_id)
    assert "tutor@example.org  until" in before[0]
    assert "revoked" in after[0]
    assert secret not in before[0]


@pytest.mark.parametrize(
    ("role", "email", "words"),
    [("king", "a@example.org", "there is no role 'king'"), ("tutor", "a", "--email must be")],
)
def test_a_token_needs_a_role_and_an_address(house, role, email, words):
    with pytest.raises(ProjectError, match=words):
        access.create(house.cloud, role, email)


def test_a_function_that_fails_says_so_in_its_own_words(standing):
    name = standing.cloud.stage.function("notifier", "deliver")

    with pytest.raises(invoke.FunctionFailed, match=f"{name} failed: .*KeyError"):
        invoke.invoke(standing.cloud, name, {"no": "records"})


def make_tokens_table(cloud):
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": f"{cloud.stage.name}-tokens",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
    }
    template = {"Resources": {"Tokens": table}}
    stacks.ensure(cloud, f"{cloud.stage.name}-platform", template, {}, lambda _: None)
