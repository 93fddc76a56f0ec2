"""The one way to import an app."""

import os
from pathlib import Path

import pytest

from infra import apps
from infra.project import Project, ProjectError


def test_an_app_is_loaded_under_its_own_name_with_its_stages_settings():
    module = apps.load("paper", "dev")

    assert module.__name__ == "paper_app"
    assert module.SETTINGS.papers_table == "coursework-dev-papers"
    assert module.SETTINGS.aws_region == "eu-west-2"


def test_two_stages_live_side_by_side():
    local, prod = apps.load("paper", "local"), apps.load("paper", "prod")

    assert local.SETTINGS.papers_table == "coursework-local-papers"
    assert prod.SETTINGS.papers_table == "coursework-prod-papers"


def test_the_environment_is_as_before_afterwards():
    before = dict(os.environ)

    apps.load("paper")

    assert dict(os.environ) == before


def test_an_unknown_stage_is_named():
    with pytest.raises(ProjectError, match="has no stage 'moon'"):
        apps.load("paper", "moon")


def test_an_app_without_code_is_named(tmp_path):
    known = Project.load()
    empty = Project(tmp_path, known.prefix, known.apps, known.stages, {})

    with pytest.raises(ProjectError, match=str(Path("paper", "app.py"))):
        apps.load("paper", project=empty)
