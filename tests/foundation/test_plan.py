"""A plan says what a deploy would change, and changes nothing."""

from datetime import date

import pytest

from infra import foundation, observe, plan_apps, plan_stacks, stacks
from infra.changes import ADD, CHANGE, REMOVE, Change, Permission
from infra.inventory import Item
from infra.live import Live
from infra.plan import Plan
from infra.prices import Charge, Prices, Row
from tests.foundation.conftest import PROJECT, with_values

QUEUE, ROLE = "AWS::SQS::Queue", "AWS::IAM::Role"
TABLE = Prices(
    date(2025, 6, 1),
    "eu-west-2",
    10,
    {QUEUE: Row("source", (Charge("request", 2.0, 1.0),)), ROLE: Row("source", free="free")},
)


def planned(cloud, project=PROJECT):
    """Return what would change in the stacks of a stage."""
    stage = project.stage(cloud.stage.key)
    return [
        change
        for stack in observe.stacks(project, stage)
        for change in plan_stacks.changes(cloud, stack)
    ]


def of(*changes, permissions=()):
    return Plan("n-dev", "somewhere", tuple(changes), tuple(permissions), TABLE)


def policy(action, resource="arn:aws:sqs:r:a:mail"):
    return {"Statement": [{"Effect": "Allow", "Action": [action], "Resource": [resource]}]}


def test_a_stage_that_does_not_exist_is_added_whole_without_being_touched(connect):
    cloud = connect("prod")

    changes = planned(cloud)

    assert {change.action for change in changes} == {ADD}
    assert Change("coursework-prod-paper", ADD, QUEUE, "coursework-prod-paper-dead") in changes
    assert all(stacks.status(cloud, s.name) is None for s in observe.stacks(PROJECT, cloud.stage))


def test_what_stands_behind_a_false_condition_is_not_planned(connect):
    without = with_values(PROJECT, "prod", budget__monthly_usd=0)
    stage = without.stage("prod")
    cloud = connect("prod")

    platform = foundation.templates(without, stage)[0]
    kinds = [change.kind for change in plan_stacks.changes(cloud, platform)]

    assert "AWS::Budgets::Budget" not in kinds
    assert "AWS::Budgets::Budget" in [change.kind for change in planned(cloud)]


def test_nothing_is_planned_for_stacks_that_stand_as_they_should(cloud, create):
    create(cloud)

    assert planned(cloud) == []


def test_a_changed_value_changes_just_what_it_is_part_of(cloud, create):
    create(cloud)

    changes = planned(cloud, with_values(PROJECT, "local", retention__logs=7))

    assert len(changes) == 8
    assert {change.kind for change in changes} == {"AWS::Logs::LogGroup"}
    assert {change.details for change in changes} == {("RetentionInDays",)}
    assert planned(cloud) == []


def test_a_new_app_is_planned_with_everything_that_chalice_makes(cloud):
    found = list(plan_apps.changes(PROJECT, cloud, "paper"))

    changes = [each for each in found if isinstance(each, Change)]
    named = {(change.kind, change.name) for change in changes}
    events, relay = "coursework-local-paper-events", "coursework-paper-local-relay"
    assert ("AWS::Lambda::EventSourceMapping", f"{events} -> {relay}") in named
    assert ("AWS::Events::Rule", "coursework-paper-local-sweep-event") in named
    (api,) = [change for change in changes if change.kind == "AWS::ApiGateway::RestApi"]
    assert "POST /papers" in api.details
    publish = f"allow sns:Publish on arn:aws:sns:eu-west-2:*:{events}"
    assert Permission(relay, ADD, publish) in found


def test_an_empty_stage_has_nothing_of_an_app(cloud):
    assert list(plan_apps.existing(cloud, Live("nothing"))) == []


@pytest.mark.parametrize(
    ("kind", "facts", "present", "says"),
    [
        ("f", {"memory": 512}, {"memory": 256}, ["memory: 256 becomes 512"]),
        ("f", {"environment": {"A": "1"}}, {"environment": {"A": "2"}}, ["environment: A"]),
        ("f", {"environment": {"A": "1"}}, {"environment": {"A": "1"}}, []),
        ("a", {"routes": ["GET /b"]}, {"routes": ["GET /a"]}, ["+ GET /b", "- GET /a"]),
        (ROLE, {"policy": policy("sqs:X")}, {"policy": policy("sqs:Y")}, ["policy"]),
        (ROLE, {"policy": policy("sqs:X")}, {"policy": policy("sqs:X")}, []),
        ("m", {"function": "f"}, {}, []),
    ],
)
def test_a_difference_is_told_without_what_a_variable_holds(kind, facts, present, says):
    found = plan_apps.differences(Item(kind, "x", facts), Item(kind, "x", present))

    assert list(found) == says


def test_a_permission_is_told_one_action_and_one_resource_at_a_time():
    after = Item(ROLE, "r", {"policy": policy("sqs:SendMessage")})
    before = Item(ROLE, "r", {"policy": policy("sqs:DeleteQueue")})

    assert list(plan_apps.permissions(after, before)) == [
        Permission("r", ADD, "allow sqs:SendMessage on arn:aws:sqs:r:a:mail"),
        Permission("r", REMOVE, "allow sqs:DeleteQueue on arn:aws:sqs:r:a:mail"),
    ]


def test_a_plan_is_read_from_top_to_bottom():
    plan = of(
        Change("n-dev-paper", ADD, QUEUE, "n-dev-mail"),
        Change("n-dev-paper", CHANGE, QUEUE, "n-dev-dead", ("VisibilityTimeout",)),
        Change("paper", ADD, ROLE, "r"),
        permissions=[Permission("r", ADD, "allow sqs:SendMessage on arn")],
    )

    costs = "list prices of eu-west-2 on 2025-06-01, 10 papers a month, no free tier"
    assert plan.render().splitlines() == [
        "Plan for n-dev (somewhere)",
        "",
        "n-dev-paper",
        "  + AWS::SQS::Queue                    n-dev-mail",
        "  ~ AWS::SQS::Queue                    n-dev-dead",
        "      VisibilityTimeout",
        "",
        "paper",
        "  + AWS::IAM::Role                     r",
        "",
        "Role r",
        "  + allow sqs:SendMessage on arn",
        "",
        f"Estimated cost a month: {costs}",
        "      +2.00 USD  +1 AWS::SQS::Queue",
        "      +2.00 USD  in all",
    ]


def test_what_is_removed_costs_no_more_and_what_has_no_price_is_named():
    plan = of(
        Change("s", REMOVE, QUEUE, "a"), Change("s", REMOVE, QUEUE, "b"), Change("s", ADD, "X", "c")
    )

    assert plan.monthly_usd == -4.0
    assert plan.unpriced == ["X"]
    assert "  no price known for X" in plan.render().splitlines()


def test_no_change_is_said_in_one_line():
    assert of().render().endswith("Nothing would change but the code of the functions.")
