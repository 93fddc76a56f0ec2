import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.aws import Aws
from tests.local import sample


@dataclass
class Deployed:
    aws: Aws
    folder: Path

    @property
    def id(self):
        return sample.api_id(self.folder)

    def call(self, method, path, **given):
        url = f"{self.aws.endpoint}/_aws/execute-api/{self.id}/api{path}"
        return requests.request(method, url, timeout=20, **given)

    def deploy(self):
        sample.chalice(self.folder, self.aws, "deploy")
        return self

    def gateway(self):
        return self.aws.client("apigateway")


@pytest.fixture(scope="module")
def api(emulator, tmp_path_factory):
    return Deployed(emulator, sample.write(tmp_path_factory.mktemp("sample"))).deploy()


def test_route_answers_after_chalice_deploy(api):
    assert api.call("GET", "/open/you").json() == {"word": "hello you"}


def test_preflight_is_answered_with_the_routes_cors(api):
    answer = api.call("OPTIONS", "/open/you", headers={"Origin": "https://a.example"})

    assert answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert answer.headers["Access-Control-Max-Age"] == "60"
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]


def test_bytes_go_in_and_out_unchanged(api):
    media = {"Content-Type": "application/x-sample", "Accept": "application/x-sample"}

    answer = api.call("POST", "/bytes", data=bytes(range(256)), headers=media)

    assert answer.content == bytes(range(256))[::-1]


def test_authorizers_answer_is_cached(api):
    allowed = {"Authorization": "allow"}

    first, second = (api.call("GET", "/secret", headers=allowed).json() for _ in range(2))

    assert first == second


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"Authorization": "deny"}, 403)])
def test_stranger_is_refused(api, headers, status):
    assert api.call("GET", "/secret", headers=headers).status_code == status


def test_exception_shows_nothing(api):
    answer = api.call("GET", "/boom")

    assert answer.status_code == 500
    assert "hidden" not in answer.text


def test_compression_setting_is_a_number(api):
    assert api.gateway().get_rest_api(restApiId=api.id)["minimumCompressionSize"] == 1024


def test_gateway_response_replaces_status_and_body_once_deployed(api):
    _problem(api)

    answer = api.call("GET", "/unknown")

    assert (answer.status_code, answer.json()) == (404, {"code": "not_found"})
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_next_deploy_keeps_the_api_and_forgets_gateway_responses_as_aws_does(api):
    before = api.id
    _problem(api)

    api.deploy()

    assert api.id == before
    assert len(api.gateway().get_rest_apis()["items"]) >= 1
    assert api.call("GET", "/open/you").status_code == 200
    assert api.call("GET", "/unknown").status_code == 403
    _problem(api)
    assert api.call("GET", "/unknown").status_code == 404


def test_new_route_answers_after_a_deploy_and_a_removed_one_does_not(api):
    source = api.folder / "app.py"
    text = source.read_text()
    source.write_text(text.replace('"/boom"', '"/bang"'))

    api.deploy()

    assert api.call("GET", "/bang").status_code == 500
    assert api.call("GET", "/boom").status_code == 403


def test_stock_emulator_still_makes_an_empty_api_of_a_swagger_document(stock):
    spec = json.dumps({"swagger": "2.0", "info": {"title": "t"}, "paths": {"/a": {"get": {}}}})
    gateway = stock.client("apigateway")
    made = gateway.import_rest_api(body=spec, parameters={"endpointConfigurationTypes": "REGIONAL"})

    paths = {each["path"] for each in gateway.get_resources(restApiId=made["id"])["items"]}

    assert "/a" not in paths, "patches/rest_api.py: look again"


def _problem(api):
    api.gateway().put_gateway_response(
        restApiId=api.id,
        responseType="MISSING_AUTHENTICATION_TOKEN",
        statusCode="404",
        responseParameters={"gatewayresponse.header.X-Content-Type-Options": "'nosniff'"},
        responseTemplates={"application/json": '{"code":"not_found"}'},
    )
    api.gateway().create_deployment(restApiId=api.id, stageName="api")
