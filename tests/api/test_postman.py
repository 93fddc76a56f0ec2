"""The Postman collection and environments."""

import json
from types import SimpleNamespace

import pytest

from infra.api import environments, postman, routes
from infra.project import ProjectError
from tests.api.sample import sample_app


@pytest.fixture(scope="module")
def collection():
    module = SimpleNamespace(__doc__="Things.", app=sample_app())
    return postman.collection("things", [routes.read("sample", module)])


@pytest.fixture(scope="module")
def requests(collection):
    (app,) = collection["item"]
    return {
        (folder["name"], item["name"]): item for folder in app["item"] for item in folder["item"]
    }


def _script(item, listen):
    return "\n".join(
        line for e in item["event"] if e["listen"] == listen for line in e["script"]["exec"]
    )


def _headers(item):
    return {pair["key"]: pair["value"] for pair in item["request"]["header"]}


def test_the_token_is_one_variable_for_the_whole_collection(collection):
    assert collection["auth"]["bearer"][0]["value"] == "{{token}}"
    assert {"key": "thing_id", "value": ""} in collection["variable"]


def test_making_it_twice_gives_the_same_collection(collection):
    module = SimpleNamespace(__doc__="Things.", app=sample_app())

    assert postman.collection("things", [routes.read("sample", module)]) == collection


def test_a_client_given_id_is_new_at_each_run(requests):
    item = requests["POST /things", "Add a thing"]

    assert json.loads(item["request"]["body"]["raw"])["id"] == "{{thing_id}}"
    assert 'collectionVariables.set("thing_id"' in _script(item, "prerequest")
    assert _headers(item)["Idempotency-Key"] == "{{$guid}}"


def test_a_success_is_checked_and_its_version_kept(requests):
    script = _script(requests["POST /things", "Add a thing"], "test")

    assert "oneOf([201, 200])" in script
    assert 'have.header("Location")' in script
    assert 'include.all.keys(["id", "kind"])' in script
    assert 'set("thing_etag"' in script


def test_refusals_that_are_cheap_are_requests_too(requests):
    names = {name for folder, name in requests if folder == "POST /things"}

    assert names == {
        "Add a thing",
        "401: no token",
        "400: a body that fits no model",
        "415: a body that is no JSON",
    }
    assert requests["POST /things", "401: no token"]["request"]["auth"] == {"type": "noauth"}


def test_a_route_that_is_not_for_operators_refuses_them(requests):
    item = requests["PATCH /things/{thing_id}", "403: a token of an operator"]

    assert "oneOf([403])" in _script(item, "test")
    assert _headers(item)["If-Match"] == "{{thing_etag}}"


def test_nobody_can_sign_here_so_a_signed_route_refuses(requests):
    assert "oneOf([401])" in _script(requests["POST /hooks", "401: no signature"], "test")


def test_a_query_is_shown_by_its_examples(requests):
    url = requests["GET /things", "List things"]["request"]["url"]

    assert url["raw"] == "{{sample_url}}/things?kind=large&limit=10"


@pytest.mark.parametrize("stage", ["local", "dev", "prod"])
def test_no_environment_holds_a_token(project, stage):
    made = environments.of_stage(project, stage)

    assert [value["value"] for value in made["values"] if value["type"] == "secret"] == [""]


def test_an_environment_holds_urls_and_a_place_for_a_token(project):
    made = environments.of_stage(project, "dev")

    values = {value["key"]: value for value in made["values"]}
    assert values["token"] == {"key": "token", "value": "", "type": "secret", "enabled": True}
    assert values["paper_url"]["value"].startswith("https://paper-api-id.execute-api.eu-west-2.")


def test_the_laptop_clouds_environment_is_filled_from_its_endpoints(project):
    urls = {app: {"url": f"http://127.0.0.1:1/{app}"} for app in project.apps}

    made = environments.filled(project, {"apps": urls, "tokens": {"operator": "id.secret"}})

    values = {value["key"]: value["value"] for value in made["values"]}
    assert values["paper_url"] == "http://127.0.0.1:1/paper"
    assert values["token"] == "id.secret"


def test_endpoints_that_lack_an_app_are_named(project):
    with pytest.raises(ProjectError, match="'paper'"):
        environments.filled(project, {"apps": {}, "tokens": {}})
