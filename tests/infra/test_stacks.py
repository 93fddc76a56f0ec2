"""Stacks: made once, changed when they differ, and a failure says why."""

import pytest

from infra import stacks
from infra.project import ProjectError

pytestmark = pytest.mark.e2e

QUEUE = {"Type": "AWS::SQS::Queue"}


def template(**resources):
    return {"Resources": resources, "Outputs": {"OneStreamArn": {"Value": "x"}}}


def test_a_stack_is_created_then_left_alone_then_changed_then_gone(house):
    lines, name = [], f"{house.cloud.stage.name}-one"

    for content in (template(A=QUEUE), template(A=QUEUE), template(A=QUEUE, B=QUEUE)):
        stacks.ensure(house.cloud, name, content, {}, lines.append)
    outputs = stacks.outputs(house.cloud, name)
    stacks.remove(house.cloud, name, lines.append)
    stacks.remove(house.cloud, name, lines.append)

    assert lines == [f"{name}: {word}" for word in ("creating", "unchanged", "updating")]
    assert outputs == {"OneStreamArn": "x"}
    assert stacks.status(house.cloud, name) is None


def test_a_stack_that_fails_says_which_resource_and_why_and_can_be_tried_again(house):
    name = f"{house.cloud.stage.name}-bad"
    nowhere = {"TargetFunctionArn": "no-such-function", "AuthType": "NONE"}
    bad = template(Odd={"Type": "AWS::Lambda::Url", "Properties": nowhere})

    with pytest.raises(ProjectError, match=r"Odd \(AWS::Lambda::Url\): .*not found"):
        stacks.ensure(house.cloud, name, bad, {}, lambda _: None)
    stacks.ensure(house.cloud, name, template(A=QUEUE), {}, lambda _: None)

    assert stacks.status(house.cloud, name) == "CREATE_COMPLETE"


def test_a_missing_stack_is_one_clear_line(house):
    with pytest.raises(ProjectError, match="there is no stack t-none: run `make deploy STAGE=dev`"):
        stacks.outputs(house.cloud, "t-none")


def test_outputs_become_variables():
    assert stacks.variables({"PaperEventsStreamArn": "a"}) == {"PAPER_EVENTS_STREAM_ARN": "a"}
