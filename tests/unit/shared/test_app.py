"""The edge of every app: pings, failures without their words, and what the log says."""

import json
from io import StringIO

import pytest
from pydantic import BaseModel

from shared import log
from shared.app import PING, App, HandlerFailed
from shared.errors import AppError, Conflict, MissingSettings
from shared.http import Answer
from tests.fakes.gateway import Context, Gateway

CANARY = "canary@example.org"


class Said(BaseModel):
    word: str = "fine"


@pytest.fixture
def app():
    app = App("sample")

    @app.authorizer()
    def authorize(request):
        raise AssertionError("a ping must not come this far")

    @app.on_sqs_message(queue="q", name="consume")
    def consume(event):
        raise ValueError(CANARY)

    @app.route("/say/{how}", methods=["GET"])
    @app.contract(gives={200: Said})
    def say(call, how):
        """Say something."""
        ways = {
            "loud": ValueError(CANARY),
            "undeclared": Conflict("not promised here"),
            "lacking": MissingSettings("TABLE is missing"),
        }
        if how in ways:
            raise ways[how]
        return Answer(Said(), headers={"X-Odd": "a\r\nb"} if how == "odd" else {})

    return app


@pytest.fixture
def lines():
    """What is logged during a test, parsed."""
    stream, handler = StringIO(), log.LOG.registered_handler
    before = handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    handler.setStream(before)


def test_every_handler_answers_a_ping_and_does_nothing_else(app):
    names = {app.handler_map[name](PING, None)["pong"] for name in ("consume", "authorize")}

    assert names == {"consume", "authorize"}
    assert app(PING, None) == {"pong": "api_handler"}


def test_a_failing_event_fails_without_its_words(app, lines):
    with pytest.raises(HandlerFailed) as failed:
        app.handler_map["consume"]({"Records": []}, Context())

    assert "ValueError" in str(failed.value)
    assert CANARY not in str(failed.value) + json.dumps(lines())
    assert failed.value.__suppress_context__


@pytest.mark.parametrize("how", ["loud", "undeclared", "lacking", "odd"])
def test_a_fault_of_ours_is_a_500_problem_that_tells_nothing(app, how):
    answer = Gateway(app)("GET", f"/say/{how}")

    assert (answer.status, answer.body["code"]) == (500, AppError.code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.body) == {"type", "title", "status", "code"}


def test_operators_read_which_setting_is_missing(app, lines):
    Gateway(app)("GET", "/say/lacking")

    [line] = [line for line in lines() if line.get("level") == "ERROR"]
    assert line["reason"] == "TABLE is missing"


def test_a_line_names_request_route_and_correlation(app, lines):
    Gateway(app)("GET", "/say/softly", headers={"X-Correlation-Id": "correlation-1"})

    [line] = lines()
    assert (line["message"], line["status"]) == ("answered", 200)
    assert line["request_id"] == Context.aws_request_id
    assert (line["route"], line["correlation_id"]) == ("GET /say/{how}", "correlation-1")


@pytest.mark.parametrize("given", ["short", "x" * 65, "semi;colon--", "line\nbreak--"])
def test_an_odd_correlation_id_is_replaced(app, given):
    answer = Gateway(app)("GET", "/say/softly", headers={"X-Correlation-Id": given})

    assert answer.headers["x-correlation-id"] == Context.aws_request_id
