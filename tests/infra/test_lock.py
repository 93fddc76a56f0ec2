"""The lock of a stage: one deploy at a time, and none for ever."""

import json
import os
import time

import pytest

from infra import lock
from infra.project import ProjectError

pytestmark = pytest.mark.e2e


@pytest.fixture
def cloud(house):
    house.cloud.client("s3").create_bucket(
        Bucket=house.cloud.stage.deployments,
        CreateBucketConfiguration={"LocationConstraint": house.cloud.stage.region},
    )
    return house.cloud


def leave_behind(cloud, **changes):
    lease = {
        "id": "theirs",
        "owner": "anna",
        "host": "elsewhere",
        "machine": "another",
        "process": 1,
        "since": time.time(),
        "until": time.time() + 60,
    }
    body = json.dumps(lease | changes)
    cloud.client("s3").put_object(Bucket=cloud.stage.deployments, Key="lock.json", Body=body)


def holder(cloud):
    """Return the process whose lease is stored; None without a lease."""
    s3 = cloud.client("s3")
    if "Contents" not in s3.list_objects_v2(Bucket=cloud.stage.deployments):
        return None
    lease = s3.get_object(Bucket=cloud.stage.deployments, Key="lock.json")["Body"].read()
    return json.loads(lease)["process"]


def test_a_second_holder_is_told_who_has_the_stage(cloud):
    leave_behind(cloud)

    with pytest.raises(ProjectError, match="being changed by anna on elsewhere"), lock.held(cloud):
        pass


def test_the_stage_is_free_after_its_holder_ended_even_badly(cloud):
    with pytest.raises(ZeroDivisionError), lock.held(cloud):
        1 / 0  # noqa: B018  # any failure will do

    with lock.held(cloud):
        assert holder(cloud) == os.getpid()
    assert holder(cloud) is None


def test_a_lease_that_ran_out_is_taken_over(cloud):
    leave_behind(cloud, until=time.time() - 1)

    with lock.held(cloud):
        assert holder(cloud) == os.getpid()
    assert holder(cloud) is None


def test_a_lease_of_a_process_that_died_on_this_machine_is_taken_over_at_once(cloud):
    gone = os.fork()
    if not gone:
        os._exit(0)
    os.waitpid(gone, 0)
    leave_behind(cloud, machine=lock._machine(), process=gone)

    with lock.held(cloud):
        assert holder(cloud) == os.getpid()
    assert holder(cloud) is None


def test_two_runs_on_one_machine_exclude_each_other(cloud):
    with lock.held(cloud), pytest.raises(ProjectError, match="try again"), lock.held(cloud):
        pass


def test_a_run_whose_stage_was_taken_over_is_told_and_leaves_it_to_the_new_holder(cloud):
    with pytest.raises(ProjectError, match="somebody else took"), lock.held(cloud):
        leave_behind(cloud)

    assert holder(cloud) == 1


def two_steps(cloud, done):
    with lock.held(cloud) as demand:
        demand()
        done.append("first")
        leave_behind(cloud)
        demand()
        done.append("second")


def test_a_step_is_not_begun_after_a_takeover(cloud):
    done = []

    with pytest.raises(ProjectError, match="somebody else took"):
        two_steps(cloud, done)

    assert done == ["first"]


@pytest.mark.parametrize("body", [b"", b"not json {", b"[]", b'{"a": 1}'])
def test_a_damaged_lock_holds_nobody_up(cloud, body):
    cloud.client("s3").put_object(Bucket=cloud.stage.deployments, Key="lock.json", Body=body)

    with lock.held(cloud) as check:
        check()


def test_a_process_of_another_container_is_not_taken_for_dead(cloud):
    leave_behind(cloud, machine="the same host, other processes", process=2**22 - 1)

    with pytest.raises(ProjectError, match="is being changed by anna"), lock.held(cloud):
        pass
