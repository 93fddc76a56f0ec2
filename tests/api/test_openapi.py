"""The OpenAPI document of the sample app, and of every app."""

from types import SimpleNamespace

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from infra.api import openapi, routes
from tests.api.sample import sample_app


@pytest.fixture(scope="module")
def document(project):
    module = SimpleNamespace(__doc__="Things.", app=sample_app())
    return openapi.document(project, routes.read("sample", module))


def _operation(document, method, path):
    return document["paths"][path][method]


def test_the_document_of_every_app_is_valid(project, api):
    validate(openapi.document(project, api), cls=OpenAPIV31SpecValidator)


def test_the_document_of_the_sample_is_valid(document):
    validate(document, cls=OpenAPIV31SpecValidator)


def test_operations_are_named_after_their_views(document):
    added = _operation(document, "post", "/things")

    assert added["operationId"] == "add_thing"
    assert added["summary"] == "Add a thing."
    assert added["description"] == "The same thing again changes nothing."


def test_roles_and_security_are_told(document):
    assert _operation(document, "post", "/things")["x-roles"] == ["operator"]
    assert _operation(document, "post", "/things")["security"] == [{"bearer": []}]
    assert _operation(document, "post", "/hooks")["security"] == []
    assert "x-roles" not in _operation(document, "post", "/hooks")


def test_every_refusal_is_a_problem_with_its_codes(document):
    conflict = _operation(document, "post", "/things")["responses"]["409"]

    described = document["components"]["responses"][conflict["$ref"].rpartition("/")[2]]

    content = described["content"]["application/problem+json"]
    assert content["schema"]["allOf"][1]["properties"]["code"] == {"enum": ["conflict"]}
    assert content["examples"]["conflict"]["value"]["status"] == 409


def test_answers_of_the_gateway_are_documented_where_they_can_come(document):
    guarded = _operation(document, "get", "/things")["responses"].keys()
    public = _operation(document, "post", "/hooks")["responses"].keys()

    assert {"400", "401", "403", "429", "500", "503", "504"} <= guarded
    assert {"413", "429", "504"} <= public
    assert "413" not in guarded
    assert "403" not in public


def test_parameters_come_from_path_headers_and_query(document):
    changed = _operation(document, "patch", "/things/{thing_id}")["parameters"]
    listed = _operation(document, "get", "/things")["parameters"]

    required = {p["name"]: p.get("required", False) for p in changed if "name" in p}
    assert required == {"thing_id": True, "If-Match": True, "X-Reason": True}
    assert [(p["name"], p["required"]) for p in listed if p.get("in") == "query"] == [
        ("kind", False),
        ("limit", False),
    ]


def test_a_body_has_an_example_that_fits_it(document):
    body = _operation(document, "post", "/things")["requestBody"]["content"]["application/json"]

    assert body["example"] == {"id": "thing-1", "kind": "small", "tags": ["red"]}


def test_headers_of_a_success_are_told(document):
    headers = _operation(document, "patch", "/things/{thing_id}")["responses"]["200"]["headers"]

    assert headers["ETag"] == {"$ref": "#/components/headers/ETag"}
    assert headers["X-Odd"] == {"schema": {"type": "string"}}


def test_there_is_a_server_for_each_stage(project, document):
    assert [server["description"] for server in document["servers"]] == list(project.stages)
    assert all("{api_id}" in server["url"] for server in document["servers"])
