from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from chalice.app import AuthRequest, AuthResponse

from shared import tokens
from tests.fakes.tokens import MemoryTokens

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ARN = "arn:aws:execute-api:eu-west-2:1:abc/api/GET/papers/x"


@pytest.fixture
def store():
    return MemoryTokens()


@pytest.fixture
def issued(store):
    text, token = tokens.issue("tutor", " Tutor@Example.org ", NOW, NOW + timedelta(days=1))
    store.put(token)
    return text, token


def ask(store, header, now=NOW):
    return tokens.authorize(store, AuthRequest("TOKEN", header, ARN), now)


def test_a_good_token_opens_the_whole_api_because_the_answer_is_cached(store, issued):
    text, token = issued

    answer = ask(store, f"Bearer {text}")

    assert isinstance(answer, AuthResponse)
    assert answer.routes == ["*"]
    assert answer.context == {"token_id": token.id, "role": "tutor", "email": "tutor@example.org"}


def test_the_secret_is_stored_nowhere(issued):
    text, token = issued

    assert text.partition(".")[2] not in repr(token)


@pytest.mark.parametrize("change", [{"revoked_at": NOW}, {"expires_at": NOW}, {"digest": "0" * 64}])
def test_a_token_that_is_good_no_more_is_denied_by_policy(store, issued, change):
    text, token = issued
    store.put(replace(token, **change))

    answer = ask(store, f"Bearer {text}")

    [statement] = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == (
        "Deny",
        ["arn:aws:execute-api:eu-west-2:1:abc/api/*"],
    )


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Bearer .", "Basic {}", "{}", "Bearer {}x"]
)
def test_what_is_not_quite_a_token_is_denied(store, issued, header):
    answer = ask(store, header.format(issued[0]))

    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Deny"
