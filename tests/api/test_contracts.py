"""What every route of every app promises: who may call it, and what it refuses."""

import json

import pytest

from infra.api import requests
from infra.api.schemas import Schemas
from shared.contract import ROLES
from shared.errors import Forbidden, Unauthorized
from tests.api.collection_run import Run

# The only routes that need no token, each with what guards it instead.
PUBLIC = {("notifier", "POST", "/sendgrid/events"): "SendGrid's signature"}
CANARY = "planted-canary"


def _usual(api):
    schemas = Schemas(api.routes)
    return [next(requests.of(route, schemas)) for route in api.routes]


def test_every_route_has_an_authorizer_or_is_known_to_be_public(api, module):
    for route in api.routes:
        entry = module.app.routes[route.path][route.method]
        is_public = (api.app, route.method, route.path) in PUBLIC

        assert (entry.authorizer is None) == is_public == route.is_public, route.path


def test_public_routes_check_a_signature(api):
    assert all(route.contract.signed for route in api.routes if route.is_public)


def test_every_route_documents_refusals(api):
    for route in api.routes:
        statuses = set(route.contract.refusals)

        assert {400, 500, 503} <= statuses
        assert route.is_public or {401, 403} <= statuses
        assert route.contract.body is None or {413, 415} <= statuses
        assert not route.parameters or 404 in statuses


def test_debugging_is_off(module):
    assert module.app.debug is False


def test_no_route_offers_cors(module):
    entries = [entry for methods in module.app.routes.values() for entry in methods.values()]

    assert [entry.uri_pattern for entry in entries if entry.cors is not None] == []


@pytest.mark.parametrize("role", ROLES)
def test_roles_that_are_not_named_are_refused(api, send, role):
    for route in api.routes:
        if route.is_public or role in route.contract.roles:
            continue
        answer = send(route.method, route.path, {"Authorization": f"Bearer {role}"})

        assert (answer.status_code, answer.json["code"]) == (403, Forbidden.code)


@pytest.mark.parametrize(
    "token", ["", "Bearer ", "Bearer unknown", "Basic b3BlcmF0b3I6", "operator\t"]
)
def test_nobody_gets_in_without_a_known_token(api, send, token):
    for route in api.routes:
        if not route.is_public:
            answer = send(route.method, route.path, {"Authorization": token})

            assert (answer.status_code, answer.json["code"]) == (401, Unauthorized.code)


def test_an_unknown_path_is_a_problem(send):
    answer = send("GET", "/no/such/path", {"Authorization": "Bearer operator"})

    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_an_unexpected_error_is_told_without_its_words(module, api, send):
    def broken():
        raise RuntimeError(CANARY)

    module.ports = broken
    for example in _usual(api):
        answer = Run(send, dict.fromkeys(requests.variables(example.route), '"1"')).one(example)

        assert CANARY not in answer.text
        assert answer.status_code in (400, 404, 500), answer.text


def test_a_refusal_never_repeats_what_was_sent(api, send):
    for example in _usual(api):
        if not isinstance(example.body, dict):
            continue
        for name in [*example.body, f"{CANARY}-name"]:
            body = example.body | {name: [{CANARY: CANARY}]}
            sent = json.dumps(body).replace("{{", "").replace("}}", "")
            head = {"Authorization": "Bearer operator", "Content-Type": "application/json"}
            answer = send(example.route.method, example.route.path, head, None, sent)

            assert answer.status_code in (400, 403, 404), answer.text
            assert CANARY not in answer.text + str(answer.headers)
