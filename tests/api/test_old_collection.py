"""Collections from before there were tokens."""

import copy
from types import SimpleNamespace

import pytest

from infra.api import old, routes
from infra.project import ProjectError
from tests.api.sample import sample_app

OLD = {
    "info": {"name": "things"},
    "item": [
        {
            "name": "folder",
            "item": [
                {
                    "name": "add",
                    "request": {"method": "POST", "url": {"path": ["things"]}},
                    "response": [],
                }
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def apis():
    return [routes.read("sample", SimpleNamespace(__doc__="Things.", app=sample_app()))]


def test_only_a_token_and_a_status_test_are_added(apis):
    before = copy.deepcopy(OLD)

    made = old.modernised(OLD, apis)

    assert before == OLD
    (event,) = made["item"][0]["item"][0].pop("event")
    assert made.pop("auth")["bearer"][0]["value"] == "{{token}}"
    assert made == before
    assert "oneOf([201, 200])" in event["script"]["exec"][0]


def test_a_request_that_is_no_route_is_named(apis):
    strange = {"item": [{"name": "x", "request": {"method": "PUT", "url": {"path": ["a", "b"]}}}]}

    with pytest.raises(ProjectError, match="x: PUT /a/b is no route here"):
        old.modernised(strange, apis)
