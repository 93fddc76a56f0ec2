"""Signed event webhooks: their form, their signature, and what goes wrong with them on demand."""

import json
import time

import pytest
from sendgrid.helpers.eventwebhook import EventWebhook

from local.console import client
from tests.console.harness import letter
from tests.waiting import until

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"


@pytest.fixture
def hooked(console, receiver):
    """The console, posting its events to `receiver`."""
    console.call("POST", "/config", {"webhook_url": f"{receiver.url}/sendgrid/events"})
    return console


def test_the_real_library_verifies_the_signature_over_the_raw_body(hooked, receiver):
    hooked.send(letter())

    [hit] = until(lambda: receiver.hits)
    webhook = EventWebhook(hooked.facts["webhook_public_key"])
    signature, timestamp = hit.headers[SIGNATURE], hit.headers[TIMESTAMP]
    rewritten = json.dumps(json.loads(hit.body))
    assert (hit.method, hit.path) == ("POST", "/sendgrid/events")
    assert abs(int(timestamp) - time.time()) < 5
    assert webhook.verify_signature(hit.body.decode(), signature, timestamp)
    assert not webhook.verify_signature(hit.body.decode(), signature, "1")
    assert not webhook.verify_signature(rewritten, signature, timestamp)


def test_each_recipient_is_reported_processed_and_delivered(hooked, receiver):
    people = [{"to": [{"email": "ada@example.org"}], "bcc": [{"email": "bob@example.org"}]}]
    body = letter(personalizations=people, custom_args={"event_id": "e1"}, categories=["receipt"])

    message_id = hooked.send(body).headers["x-message-id"]

    until(lambda: len(receiver.events()) == 4)
    reported = receiver.events()
    assert [(event["email"], event["event"]) for event in reported] == [
        ("ada@example.org", "processed"),
        ("ada@example.org", "delivered"),
        ("bob@example.org", "processed"),
        ("bob@example.org", "delivered"),
    ]
    assert len({event["sg_event_id"] for event in reported}) == 4
    assert all(event["sg_message_id"].startswith(f"{message_id}.") for event in reported)
    assert all(event["smtp-id"].startswith(f"<{message_id}@") for event in reported)
    assert all(event["event_id"] == "e1" for event in reported)
    assert all(event["category"] == "receipt" for event in reported)
    assert all(abs(event["timestamp"] - time.time()) < 5 for event in reported)


def test_a_custom_argument_cannot_forge_sendgrids_own_fields(hooked, receiver):
    hooked.send(letter(custom_args={"event": "bounce", "email": "eve@example.org"}))

    until(lambda: len(receiver.events()) == 2)
    assert [event["event"] for event in receiver.events()] == ["processed", "delivered"]


def test_many_mails_are_reported_in_few_posts(hooked, receiver):
    for _ in range(40):
        hooked.send(letter())

    until(lambda: len(receiver.events()) == 80)
    assert len(receiver.hits) < 40


def test_a_failed_post_is_repeated_with_the_same_events(hooked, receiver):
    receiver.answers += [(500, b""), (503, b"")]

    hooked.send(letter())

    until(lambda: len(receiver.hits) == 3)
    first, _, last = (json.loads(hit.body) for hit in receiver.hits)
    assert first == last


def test_switched_off_webhooks_are_withheld_until_a_replay(hooked, receiver):
    client.set_fault(hooked.faults, "sendgrid", "webhook_off", count=1)
    silent = hooked.send(letter()).headers["x-message-id"]
    heard = hooked.send(letter()).headers["x-message-id"]
    until(lambda: receiver.hits)

    replayed = hooked.call("POST", "/webhooks/replay", {"message_id": silent})

    until(lambda: len(receiver.events()) == 4)
    order = [event["sg_message_id"].split(".")[0] for event in receiver.events()]
    assert (replayed.status, replayed.json()) == (202, {"events": 2})
    assert order == [heard, heard, silent, silent]


def test_a_replay_repeats_what_was_posted_before(hooked, receiver):
    hooked.send(letter())
    until(lambda: len(receiver.hits) == 1)

    until(lambda: hooked.call("POST", "/webhooks/replay").json()["events"] == 2)

    until(lambda: len(receiver.hits) == 2)
    assert receiver.hits[0].body == receiver.hits[1].body


def test_duplicated_webhooks_carry_the_same_event_ids(hooked, receiver):
    client.set_fault(hooked.faults, "sendgrid", "webhook_duplicate", count=1)

    hooked.send(letter())

    until(lambda: len(receiver.events()) == 4)
    identities = [event["sg_event_id"] for event in receiver.events()]
    assert identities[:2] == identities[2:]


def test_delayed_webhooks_come_late(hooked, receiver):
    client.set_fault(hooked.faults, "sendgrid", "webhook_delay", count=1, seconds=0.6)
    sent = time.monotonic()

    hooked.send(letter())

    until(lambda: receiver.hits)
    assert time.monotonic() - sent >= 0.6


def test_events_wait_until_somebody_says_where_they_go(console, receiver):
    console.send(letter())
    time.sleep(0.3)

    console.call("POST", "/config", {"webhook_url": f"{receiver.url}/late"})

    assert until(lambda: receiver.hits)[0].path == "/late"
