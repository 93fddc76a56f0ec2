"""`POST /v3/mail/send`: what is accepted and what is refused, through the real client and raw."""

import pytest
from python_http_client.exceptions import HTTPError
from sendgrid.helpers.mail import Attachment, CustomArg, Header, Mail

from tests.console.harness import letter

HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#"


def errors(answer):
    return {(error["field"], error["message"].split(".")[0]) for error in answer.json()["errors"]}


def test_the_real_client_sends_a_mail(console):
    mail = Mail("no-reply@example.org", "ada@example.org", "Subject", "Text", "<p>HTML</p>")
    mail.add_custom_arg(CustomArg("event_id", "e1"))
    mail.add_header(Header("X-Correlation-Id", "c1"))

    answer = console.client().send(mail)

    [kept] = console.call("GET", "/messages").json()
    assert (answer.status_code, answer.body) == (202, b"")
    assert kept["id"] == answer.headers["X-Message-Id"]
    assert (kept["to"], kept["subject"]) == (["ada@example.org"], "Subject")
    assert (kept["text"], kept["html"]) == ("Text", "<p>HTML</p>")
    assert kept["custom_args"] == {"event_id": "e1"}
    assert kept["headers"]["X-Correlation-Id"] == "c1"


def test_each_personalization_is_a_mail_of_its_own(console):
    people = [
        {"to": [{"email": "ada@example.org"}], "custom_args": {"part": "1"}},
        {"to": [{"email": "bob@example.org"}], "subject": "For Bob", "custom_args": {"part": "2"}},
    ]

    answer = console.send(letter(personalizations=people, custom_args={"event_id": "e"}))

    first, second = console.call("GET", "/messages").json()
    assert first["message_id"] == second["message_id"] == answer.headers["x-message-id"]
    assert (first["subject"], second["subject"]) == ("Your paper has arrived", "For Bob")
    assert second["custom_args"] == {"event_id": "e", "part": "2"}


def test_an_attachment_is_kept_and_described(console):
    mail = Mail("no-reply@example.org", "ada@example.org", "Subject", "Text")
    mail.add_attachment(Attachment("aGVsbG8=", "hello.txt", "text/plain"))

    console.client().send(mail)

    [kept] = console.call("GET", "/messages").json()
    assert kept["attachments"] == [{"filename": "hello.txt", "type": "text/plain", "size": 5}]


def test_a_sandboxed_mail_is_valid_but_not_sent(console):
    answer = console.send(letter(mail_settings={"sandbox_mode": {"enable": True}}))

    assert answer.status == 200
    assert console.call("GET", "/messages").json() == []


def test_a_wrong_key_is_refused_as_sendgrid_refuses_it(console):
    answer = console.send(letter(), Authorization="Bearer SG.local.wrong")

    assert answer.status == 401
    assert answer.json() == {
        "errors": [
            {
                "message": "The provided authorization grant is invalid, expired, or revoked",
                "field": None,
                "help": None,
            }
        ]
    }


@pytest.mark.parametrize("credentials", ["", "Bearer", "Bearer ", "Basic abc"])
def test_missing_credentials_are_refused(console, credentials):
    assert console.send(letter(), Authorization=credentials).status == 401


def test_the_real_client_raises_for_a_refused_mail(console):
    with pytest.raises(HTTPError) as caught:
        console.client().send(letter(to="not an address"))

    [error] = caught.value.to_dict["errors"]
    assert caught.value.status_code == 400
    assert error["field"] == "personalizations.0.to.0.email"
    assert error["help"] == HELP + "message.personalizations.to"


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_media_type_is_415(console, media_type):
    assert console.send(letter(), **{"Content-Type": media_type}).status == 415


def test_more_than_thirty_megabytes_is_413(console):
    assert console.send(b" " * (30 * 1024 * 1024 + 1)).status == 413


def test_another_method_is_405(console):
    assert console.call("GET", "/v3/mail/send").status == 405


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000])
def test_what_is_no_json_object_is_400(console, body):
    assert console.send(body).json()["errors"][0]["message"] == "Bad Request"


@pytest.mark.parametrize("body", [b'{"subject":"\xff"}', b'{"subject":"\\ud800"}'])
def test_broken_unicode_is_400(console, body):
    assert console.send(body).json()["errors"][0]["message"] == "Invalid UTF8 in request."


def test_everything_that_is_missing_is_told_at_once(console):
    answer = console.send({})

    assert {field for field, _ in errors(answer)} == {
        "personalizations",
        "from.email",
        "subject",
        "content",
    }


PERSON = {"email": "ada@example.org"}
REFUSED = [
    ({"unknown": 1}, "unknown", "Additional property unknown is not allowed"),
    ({"personalizations": []}, "personalizations", "The personalizations field is required"),
    (
        {"personalizations": [{"to": [PERSON]}] * 1001},
        "personalizations",
        "The personalization block is limited to 1000",
    ),
    (
        {"personalizations": [{"to": [{"email": f"a{n}@example.org"} for n in range(1001)]}]},
        "personalizations",
        "There is a limit of 1000 total recipients",
    ),
    ({"personalizations": ["x"]}, "personalizations.0", "Invalid type"),
    ({"personalizations": [{}]}, "personalizations.0.to", "The to array is required"),
    ({"personalizations": [{"to": "x"}]}, "personalizations.0.to", "Invalid type"),
    (
        {"personalizations": [{"to": [PERSON], "cc": [{"email": "ADA@example.org"}]}]},
        "personalizations.0",
        "Each email address in the personalization block should be unique",
    ),
    (
        {"personalizations": [{"to": [PERSON], "substitutions": {"-n-": 1}}]},
        "personalizations.0.substitutions",
        "The substitution values must be an object",
    ),
    ({"from": {"email": "nobody"}}, "from.email", "The from email does not contain a valid"),
    ({"reply_to": {"email": "x"}}, "reply_to.email", "The reply_to email does not contain"),
    ({"subject": ""}, "subject", "The subject of your email must be a string"),
    ({"content": []}, "content", "Unless a valid template_id is provided"),
    ({"content": ["x"]}, "content.0", "Invalid type"),
    ({"content": [{"type": "", "value": "x"}]}, "content.0.type", "Your content type must be"),
    ({"content": [{"type": "a;b", "value": "x"}]}, "content.0.type", "Cannot contain ';'"),
    (
        {"content": [{"type": "text/plain", "value": ""}]},
        "content.0.value",
        "The content value must be a string at least one character",
    ),
    (
        {"content": [{"type": t, "value": "x"} for t in ("text/html", "text/plain")]},
        "content",
        "Following RFC 1341",
    ),
    (
        {"content": [{"type": t, "value": "x"} for t in ("text/calendar", "text/plain")]},
        "content",
        "Following RFC 1341",
    ),
    (
        {"content": [{"type": "text/plain", "value": "x"}] * 2},
        "content",
        "If present, text/plain and text/html may only be provided once",
    ),
    ({"custom_args": []}, "custom_args", "Invalid type"),
    ({"custom_args": {"n": 1}}, "custom_args", "All values of custom arguments object"),
    (
        {"custom_args": {"n": "x" * 10_000}},
        "personalizations.0.custom_args",
        "The combined size of both global and personalization",
    ),
    ({"headers": []}, "headers", "Invalid type"),
    ({"headers": {"X-N": 1}}, "headers.X-N", "The header values must be strings"),
    ({"headers": {"X N": "1"}}, "headers.X N", "Header keys can't contain"),
    ({"headers": {"Subject": "1"}}, "headers.Subject", "Header can not be one of the reserved"),
    ({"categories": "x"}, "categories", "Categories must be an array of strings"),
    ({"categories": [str(n) for n in range(11)]}, "categories", "There is a limit of 10"),
    ({"categories": ["x" * 256]}, "categories", "Each category must not be longer than 255"),
    ({"categories": ["é"]}, "categories", "Categories can not contain non-ASCII"),
    ({"categories": ["x", "x"]}, "categories", "The categories must be a unique list"),
    ({"send_at": "soon"}, "send_at", "The send_at parameter is expecting a UNIX timestamp"),
    ({"send_at": 2**40}, "send_at", "Scheduling more than 72 hours"),
    ({"attachments": {}}, "attachments", "Invalid type"),
    ({"attachments": [{"content": "aa=="}]}, "attachments.0.filename", "filename is required"),
    ({"attachments": [{"filename": "x"}]}, "attachments.0.content", "The attachment content must"),
    (
        {"attachments": [{"filename": "x", "content": "%%"}]},
        "attachments.0.content",
        "The attachment content must be base64 encoded",
    ),
    (
        {"attachments": [{"filename": "x", "content": "aa==", "disposition": "hidden"}]},
        "attachments.0.disposition",
        "The disposition of your attachment",
    ),
]


@pytest.mark.parametrize(("change", "field", "message"), REFUSED)
def test_a_field_that_breaks_a_rule_is_named(console, change, field, message):
    answer = console.send(letter(**change))

    told = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert answer.status == 400
    assert told[field].startswith(message)
    assert console.call("GET", "/messages").json() == []


def test_a_template_needs_neither_subject_nor_content(console):
    body = letter(template_id="d-0123456789abcdef0123456789abcdef")
    del body["subject"], body["content"]

    assert console.send(body).status == 202


def test_a_subject_in_every_personalization_is_enough(console):
    body = letter(personalizations=[{"to": [PERSON], "subject": "Own"}])
    del body["subject"]

    assert console.send(body).status == 202
