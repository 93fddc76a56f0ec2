"""SendGrid's reports: who may bring them, and what they change."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared import webhook
from shared.mail import Doubtful
from tests.fakes.gateway import Gateway
from tests.fakes.notifier import STUDENT, event


@pytest.fixture(scope="module")
def key():
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def sendgrid(app, ports, key):
    """Post reports as SendGrid does, or nearly."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    ports.secrets.stored["sendgrid"] = {"webhook_public_key": base64.b64encode(public).decode()}
    gateway = Gateway(app)

    def post(*reports, raw=None, age=0, **headers):
        body = raw or json.dumps(reports, separators=(",", ":")) + "\r\n"
        moment = str(int(ports.clock().timestamp()) - age)
        signature = key.sign((moment + body).encode(), ec.ECDSA(hashes.SHA256()))
        signed = {
            webhook.SIGNATURE: base64.b64encode(signature).decode(),
            webhook.TIMESTAMP: moment,
        }
        return gateway("POST", "/sendgrid/events", raw=body, headers=signed | headers)

    return post


def report(kind="delivered", event_id="e1", recipient=STUDENT, **more):
    return {
        "event": kind,
        "email": recipient,
        "timestamp": 1795251600,
        "sg_event_id": f"sg-{kind}",
        "sg_message_id": "m1.recvd-1-0.0",
        "event_id": event_id,
        "recipient": recipient,
        "correlation_id": "correlation-0001",
        **more,
    }


@pytest.fixture
def doubt(ports, deliver):
    """A mail that SendGrid has, though its answer did not arrive."""
    ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."), taken=True)
    deliver(event("paper.submitted", "e1"))


def row(ports):
    return ports.ledger.find("e1", STUDENT)


@pytest.mark.parametrize("kind", ["processed", "deferred", "delivered"])
def test_a_doubt_is_settled_by_word_that_sendgrid_has_the_mail(ports, sendgrid, doubt, kind):
    answer = sendgrid(report(kind))

    assert (answer.status, answer.body) == (200, {"settled": 1, "ignored": 0})
    assert (row(ports).status, row(ports).message_id) == ("SENT", "m1")


def test_a_settled_doubt_is_finished_and_not_sent_again(ports, sendgrid, deliver, doubt):
    sendgrid(report())

    ports.clock.advance(600)
    deliver()

    assert len(ports.mailer.taken) == 1
    assert "e1" in ports.inbox.finished
    assert ports.queue.waiting == {}


def test_a_report_that_comes_again_is_ignored(ports, sendgrid, doubt):
    sendgrid(report())
    before = row(ports)

    answer = sendgrid(report(), report("processed"))

    assert (answer.status, answer.body) == (200, {"settled": 0, "ignored": 2})
    assert row(ports) == before


@pytest.mark.parametrize("kind", ["bounce", "dropped"])
def test_a_mail_that_did_not_arrive_is_failed_even_after_it_was_sent(ports, sendgrid, doubt, kind):
    sendgrid(report("processed"), report(kind), report("delivered"))

    assert row(ports).status == "FAILED"
    assert row(ports).reason


def test_what_says_nothing_about_a_delivery_is_ignored(ports, sendgrid, doubt):
    others = [
        report("open"),
        report(event_id="unknown"),
        report(recipient="somebody@example.org"),
        report(event_id=""),
        {"event": "delivered", "timestamp": 1795251600, "sg_event_id": "of another sender"},
    ]

    answer = sendgrid(*others)

    assert (answer.status, answer.body) == (200, {"settled": 0, "ignored": 5})
    assert row(ports).status == "AMBIGUOUS"


FORGED = {
    "another signature": {webhook.SIGNATURE: base64.b64encode(b"0" * 70).decode()},
    "garbage base64": {webhook.SIGNATURE: "%%%"},
    "no signature": {webhook.SIGNATURE: ""},
    "no number": {webhook.TIMESTAMP: "now"},
    "another moment": {webhook.TIMESTAMP: "1795251599"},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_what_sendgrid_did_not_sign_changes_nothing(ports, sendgrid, doubt, headers):
    answer = sendgrid(report(), **headers)

    assert (answer.status, answer.body["code"]) == (401, "unauthorized")
    assert row(ports).status == "AMBIGUOUS"


@pytest.mark.parametrize(("age", "status"), [(600, 401), (-600, 401), (299, 200)])
def test_a_signature_is_good_for_five_minutes(sendgrid, doubt, age, status):
    assert sendgrid(report(), age=age).status == status


def test_the_signature_counts_before_the_body(sendgrid, doubt):
    forged = {webhook.SIGNATURE: "%%%"}

    assert sendgrid(raw="no JSON", **forged).status == 401
    assert sendgrid(raw="no JSON").status == 400


def test_without_a_key_nobody_is_believed(ports, sendgrid, doubt):
    ports.secrets.stored["sendgrid"] = {"webhook_public_key": "not set yet"}

    assert sendgrid(report()).status == 401
