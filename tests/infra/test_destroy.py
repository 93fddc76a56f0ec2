"""Removing a stage: nothing of it is left, however often and whatever was gone before."""

import pytest

from infra import destroy, live, observe, stacks

pytestmark = pytest.mark.e2e


def quiet(_):
    pass


def test_a_stage_is_removed_twice_with_a_function_already_removed_by_hand(house):
    house.deploy("paper")
    name = house.cloud.stage.function("paper", "sweep")
    house.cloud.client("lambda").delete_function(FunctionName=name)

    for _ in range(2):
        destroy.destroy(house.project, house.cloud, quiet)

    planned = observe.stacks(house.project, house.cloud.stage)
    left = [house.look(app) for app in house.project.apps]
    assert left == [live.Live(each.base) for each in left]
    assert [stacks.status(house.cloud, each.name) for each in planned] == [None] * len(planned)


def test_a_stage_that_keeps_its_data_keeps_tables_and_files(keeping):
    for each in observe.stacks(keeping.project, keeping.cloud.stage):
        stacks.ensure(keeping.cloud, each.name, each.template, each.parameters, quiet)

    destroy.destroy(keeping.project, keeping.cloud, quiet)

    name = keeping.cloud.stage.name
    tables = keeping.cloud.client("dynamodb").list_tables()["TableNames"]
    buckets = [each["Name"] for each in keeping.cloud.client("s3").list_buckets()["Buckets"]]
    assert f"{name}-papers" in tables
    assert f"{name}-paper-files" in buckets
