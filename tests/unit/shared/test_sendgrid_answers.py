"""What each answer of SendGrid is taken for."""

import json
import logging

import pytest

from shared.errors import Unavailable
from shared.mail import Doubtful, Message, RateLimited, Rejected, Sent, Unauthorized
from shared.sendgrid_mail import SendGridMailer
from tests.fakes.clock import StoppedClock
from tests.fakes.secrets import MemorySecrets
from tests.fakes.server import http, server

KEY = "SG.canary-of-a-key"
LETTER = Message(
    to="ada@example.org", subject="x", text="x", html="x", sender="no-reply@example.org"
)


def send(answer):
    with server(answer) as (url, asked):
        secrets = MemorySecrets(mail={"api_key": KEY, "base_url": f"{url}/"})
        clock = StoppedClock()
        try:
            return SendGridMailer(secrets, "mail", ["127.0.0.1"], clock).send(
                LETTER, within=0.5 if answer is None else 10
            )
        finally:
            assert len(asked) == 1
            assert asked[0].startswith(b"POST /v3/mail/send ")


def complaint(message, field="personalizations.0.to"):
    return json.dumps({"errors": [{"message": message, "field": field, "help": None}]}).encode()


def test_an_accepted_mail_has_the_id_that_sendgrid_gave():
    assert send(http(202, X_Message_Id="abc")) == Sent("abc")
    assert send(http(202)) == Sent("")


@pytest.mark.parametrize("status", [400, 404, 405, 413, 415, 422])
def test_a_refusal_is_for_good(status):
    with pytest.raises(Rejected, match=str(status)):
        send(http(status, complaint("Bad")))


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_is_unauthorized(status):
    with pytest.raises(Unauthorized, match=str(status)):
        send(http(status, complaint("The from address does not match a verified Sender")))


@pytest.mark.parametrize("status", [301, 302, 307, 308, 408, 503])
def test_a_mail_that_was_certainly_not_taken_is_known_as_such(status):
    with pytest.raises(Unavailable):
        send(http(status, Location="https://example.org/"))


@pytest.mark.parametrize("status", [500, 502, 504, 520, 599])
def test_a_failure_of_theirs_is_a_doubt(status):
    with pytest.raises(Doubtful):
        send(http(status))


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 20", b"nonsense\r\n\r\n", None])
def test_no_answer_is_a_doubt(answer):
    with pytest.raises(Doubtful):
        send(answer)


@pytest.mark.parametrize("status", [202, 400])
def test_an_endless_answer_is_a_doubt(status):
    with pytest.raises(Doubtful):
        send(http(status, b"x" * 6_000_000))


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"X_RateLimit_Reset": "1795251602"}, 2.0),
        ({"X_RateLimit_Reset": "1795252200"}, 600.0),
        ({"X_RateLimit_Reset": "1795251000"}, 0.0),
        ({"Retry_After": "3"}, 3.0),
        ({"X_RateLimit_Reset": "soon", "Retry_After": "-1"}, None),
        ({}, None),
    ],
)
def test_a_limit_tells_how_long_to_wait_if_sendgrid_says_so(headers, wait):
    with pytest.raises(RateLimited) as raised:
        send(http(429, **headers))
    assert raised.value.wait == wait


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (complaint("ada@example.org is\r\nno address"), "personalizations.0.to: [address] is no"),
        (complaint("Bad", field=None), "mail: Bad"),
        (b"<html>", "no reason given"),
        (b"[]", "no reason given"),
        (b'{"errors": 1}', "no reason given"),
        (b'{"errors": [1]}', "no reason given"),
        (b"\xff", "no reason given"),
        (b"[" * 100_000, "no reason given"),
    ],
)
def test_a_reason_is_told_in_one_line_without_addresses(body, said):
    with pytest.raises(Rejected) as raised:
        send(http(400, body))
    assert said in str(raised.value)
    assert "@" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_neither_key_nor_mail_is_ever_logged(caplog):
    caplog.set_level(logging.DEBUG)

    send(http(202))

    assert KEY not in caplog.text
    assert "ada@example.org" not in caplog.text
