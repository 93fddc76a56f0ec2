"""The command line: python -m infra.api."""

import json

import pytest
from click.testing import CliRunner

from infra.api.cli import main
from infra.project import ProjectError

ENDPOINTS = {
    "apps": {"paper": {"url": "http://127.0.0.1:1/p"}, "notifier": {"url": "http://127.0.0.1:1/n"}},
    "tokens": {"operator": "id.secret"},
}


@pytest.fixture
def run():
    def run(*arguments):
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return run


def test_check_says_nothing_when_all_is_as_made(run):
    answer = run("--check")

    assert (answer.exit_code, answer.output) == (0, "")


def test_the_laptop_clouds_environment_is_written(run, tmp_path):
    (tmp_path / "endpoints.json").write_text(json.dumps(ENDPOINTS))

    answer = run("postman-env", "--endpoints", tmp_path / "endpoints.json", "--out", tmp_path / "e")

    assert answer.exit_code == 0, answer.output
    assert "id.secret" in (tmp_path / "e").read_text()


def test_an_old_collection_is_made_runnable(run, tmp_path):
    request = {"method": "POST", "url": {"path": ["paper"]}}
    (tmp_path / "old").write_text(json.dumps({"item": [{"name": "x", "request": request}]}))

    answer = run("old-collection", tmp_path / "old", tmp_path / "new")

    assert answer.exit_code == 0, answer.output
    assert "{{token}}" in (tmp_path / "new").read_text()


def test_what_is_not_json_is_named(run, tmp_path):
    (tmp_path / "old").write_text("no")

    answer = run("old-collection", tmp_path / "old", tmp_path / "new")

    assert isinstance(answer.exception, ProjectError)
    assert "old is not JSON" in str(answer.exception)
