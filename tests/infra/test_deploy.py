"""Deploys to an emulator: what stands afterwards, whatever happened before."""

import pytest

from infra import after, finish, verify
from infra.project import ProjectError

pytestmark = pytest.mark.e2e

# In the order of a first deploy: each kill leaves behind what the one before it did not yet make.
DEADLY = [
    ("notifier", "cloudformation.CreateStack"),
    ("notifier", "lambda.CreateEventSourceMapping"),
    ("notifier", "sns.Subscribe"),
    ("notifier", "api-gateway.ImportRestApi"),
    ("notifier", "api-gateway.PutGatewayResponse"),
    ("paper", "events.PutTargets"),
]


def snapshot(house):
    return {
        setting.place: setting.read()
        for app in house.project.apps
        for setting in after.settings(house.cloud, app, house.look(app))
    }


def test_a_deploy_killed_anywhere_and_repeated_leaves_one_of_everything(house):
    killed = [house.deploy_and_be_killed(app, call) for app, call in DEADLY]

    house.deploy()

    paper, notifier = house.look("paper"), house.look("notifier")
    assert killed == [True] * len(DEADLY)
    assert [len(paper.apis), len(paper.mappings), len(paper.rules)] == [1, 1, 1]
    assert [len(notifier.apis), len(notifier.mappings), len(notifier.subscriptions)] == [1, 1, 1]
    assert list(verify.verify(house.project, house.cloud, house.project.apps)) == []


def test_a_redeploy_changes_no_setting_even_when_its_record_is_lost(standing):
    before = snapshot(standing), [standing.look(app) for app in standing.project.apps]
    standing.forget("paper")

    standing.deploy()

    assert (snapshot(standing), [standing.look(app) for app in standing.project.apps]) == before


def test_one_stage_never_takes_another_for_its_own(standing):
    other = standing.look("paper", "prod")

    assert (other.apis, other.functions, other.mappings, other.rules) == ((), (), (), ())


def test_finish_repairs_what_was_changed_by_hand_and_then_changes_nothing(standing):
    (mapping,) = standing.look("notifier").mappings
    functions = standing.cloud.client("lambda")
    functions.update_event_source_mapping(UUID=mapping.id, FunctionResponseTypes=[])
    (problem,) = verify.verify(standing.project, standing.cloud, ["notifier"])
    lines = []

    finish.finish(standing.cloud, "notifier", lines.append)
    finish.finish(standing.cloud, "notifier", lines.append)

    assert "notifier deliver: mapping of" in problem
    assert lines == [
        "notifier: 1 settings made after Chalice's deploy",
        "notifier: 0 settings made after Chalice's deploy",
    ]


def test_a_handler_renamed_behind_its_name_is_caught_by_its_ping(standing):
    with (
        standing.edited("paper/app.py", "def relay(", "def announce("),
        pytest.raises(ProjectError, match="paper-dev-relay does not answer a ping"),
    ):
        standing.deploy("paper")


def test_what_an_app_no_longer_declares_is_removed_even_without_a_record(standing):
    standing.forget("paper")

    with (
        standing.edited("paper/app.py", '@app.schedule("rate(1 day)", name="sweep")', ""),
        pytest.raises(ProjectError, match="sweep is missing"),
    ):
        standing.deploy("paper")

    paper = standing.look("paper")
    assert paper.rules == ()
    assert not any(name.endswith("sweep") for name in (*paper.functions, *paper.roles))


def test_an_app_that_cannot_be_imported_fails_in_its_own_words(standing):
    line = 'app = App("notifier")'

    with (
        standing.edited("notifier/app.py", line, 'raise SystemExit("no such luck")'),
        pytest.raises(ProjectError, match="could not deploy notifier to dev: no such luck"),
    ):
        standing.deploy("notifier")
