"""project.toml and functions.toml: what is wrong in them is said all at once."""

import shutil

import pytest

from infra import config, functions
from infra.project import ROOT, Project, ProjectError


@pytest.fixture
def root(tmp_path):
    shutil.copy(ROOT / "project.toml", tmp_path)
    for app in ("paper", "notifier"):
        (tmp_path / app).mkdir()
        shutil.copy(ROOT / app / "functions.toml", tmp_path / app)
    return tmp_path


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_stage_has_its_own_values_over_those_of_all_stages():
    project = Project.load()

    assert project.stage("local").number("mail.settle_seconds") == 4
    assert project.stage("dev").number("mail.settle_seconds") == 600


def test_a_list_becomes_one_variable_joined_by_commas():
    stage = Project.load().stage("dev")

    assert stage.text("mail.hosts") == "api.sendgrid.com,api.eu.sendgrid.com"


def test_every_gap_and_every_unknown_key_is_named_in_one_error(root):
    edit(root / "project.toml", "settle_seconds = 600", "settle_secs = 600")
    edit(root / "project.toml", "burst = 100", "burst = true")
    edit(root / "project.toml", "retention.logs = 365", "retention.logs = 366")

    with pytest.raises(ProjectError) as failure:
        Project.load(root)

    text = str(failure.value)
    assert "mail.settle_secs: unknown" in text
    assert "mail.settle_seconds: missing" in text
    assert "traffic.burst: must be a whole number from 1 to 5000" in text
    assert "stages.prod.retention.logs: must be one of 1, 3, 5" in text


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('prefix = "coursework"', 'prefix = "Course Work"', "project.prefix: must be 2 to 20"),
        ('"operator@example.org"', '"operator"', "mail.operators: must be a list"),
        ('apps = ["paper", "notifier"]', "apps = []", "project.apps: must be a list"),
        ("visibility_seconds = 12", "visibility_seconds = 5", "must not be shorter than"),
        ("[stages.dev]", "[stages.my-dev]", "stages.my-dev: must be"),
        ("[stages.dev]", '[stages.dev]\nproject.prefix = "x2"', "cannot differ between stages"),
        ("retry.function_seconds = 10", "", "stages.local.retry.function_seconds: missing"),
    ],
)
def test_a_value_that_cannot_be_is_refused(root, old, new, words):
    edit(root / "project.toml", old, new)

    with pytest.raises(ProjectError, match=words):
        Project.load(root)


def test_a_file_that_is_no_toml_is_named(root):
    (root / "project.toml").write_text("[project")

    with pytest.raises(ProjectError, match=r"project\.toml cannot be read"):
        Project.load(root)


def test_an_unknown_stage_or_app_is_answered_by_those_there_are():
    project = Project.load()

    with pytest.raises(ProjectError, match="has local, dev, prod"):
        project.stage("staging")
    with pytest.raises(ProjectError, match="has paper, notifier"):
        project.app("films")


def test_functions_name_every_fault_at_once(root):
    edit(root / "paper/functions.toml", "timeout = 28", "timeout = 30")
    edit(root / "paper/functions.toml", "{sweep.grace_seconds}", "{sweep.patience}")
    project = Project.load(root)

    with pytest.raises(ProjectError) as failure:
        functions.read(project.app("paper"), project.stage("dev"))

    assert "{sweep.patience}: project.toml has no such value" in str(failure.value)
    assert "functions.api_handler.timeout: must be 1 to 29 seconds" in str(failure.value)


def test_a_value_of_the_project_may_be_a_number_of_a_function():
    project = Project.load()
    app = functions.read(project.app("notifier"), project.stage("dev"))

    (deliver,) = (each for each in app.functions if each.name == "deliver")
    assert deliver.timeout == project.stage("dev").number("retry.function_seconds")


def test_the_committed_configuration_is_what_the_project_says():
    assert config.drifted(Project.load()) == []


def test_the_configuration_is_the_same_each_time_and_drift_is_seen(root):
    project = Project.load(root)
    config.write(project)
    changed = root / "paper/.chalice/config.json"
    stale = root / "paper/.chalice/policy-dev-gone.json"
    edit(changed, '"lambda_memory_size": 512', '"lambda_memory_size": 513')
    stale.write_text("{}")

    assert config.drifted(project) == [changed, stale]
    assert config.write(project) == [changed, stale]
    assert config.drifted(project) == []


def test_a_function_may_write_to_its_own_log_and_no_other():
    project = Project.load()
    stage = project.stage("dev")
    app = functions.read(project.app("paper"), stage)

    policies = [config.policy(stage, app, each) for each in app.functions if each.name == "relay"]

    assert policies[0]["Statement"][-1] == {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": ["arn:aws:logs:eu-west-2:*:log-group:/aws/lambda/coursework-paper-dev-relay:*"],
    }
