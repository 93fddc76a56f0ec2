"""What the console keeps: the mailbox, its identity and its configuration, across a kill."""

import json
import stat
import urllib.parse

import pytest

from local.console import client
from tests.console.harness import letter
from tests.waiting import until


def test_messages_are_listed_oldest_first(console):
    for name in ("ada", "bob", "cy"):
        console.send(letter(to=f"{name}@example.org"))

    listed = client.messages(console.mailbox)

    assert [mail["to"] for mail in listed] == [[f"{n}@example.org"] for n in ("ada", "bob", "cy")]
    assert listed == sorted(listed, key=lambda mail: mail["accepted_at"])
    assert {"id", "from", "headers", "custom_args", "categories"} <= listed[0].keys()


def test_messages_are_filtered_by_any_recipient(console):
    copy = [{"to": [{"email": "bob@example.org"}], "cc": [{"email": "Ada@example.org"}]}]
    console.send(letter(personalizations=copy))
    console.send(letter(to="eve@example.org"))

    assert len(client.messages(console.mailbox, to="ada@EXAMPLE.org")) == 1
    assert client.messages(console.mailbox, to="nobody@example.org") == []


def test_messages_after_a_moment_are_those_accepted_later(console):
    console.send(letter(to="ada@example.org"))
    [first] = client.messages(console.mailbox)
    console.send(letter(to="bob@example.org"))

    later = client.messages(console.mailbox, after=first["accepted_at"])

    assert [mail["to"] for mail in later] == [["bob@example.org"]]


def test_a_moment_that_is_none_is_refused(console):
    query = urllib.parse.urlencode({"after": "yesterday"})

    assert console.call("GET", f"/messages?{query}").status == 400


def test_the_mailbox_can_be_cleared(console):
    console.send(letter())

    client.clear_messages(console.mailbox)

    assert client.messages(console.mailbox) == []


def test_mails_identity_and_pending_events_survive_a_kill(own_console, receiver):
    own_console.send(letter())
    before = own_console.facts
    own_console.kill()

    own_console.start()
    own_console.call("POST", "/config", {"webhook_url": f"{receiver.url}/events"})

    assert len(client.messages(own_console.mailbox)) == 1
    assert own_console.facts | {"url": ""} == before | {"url": ""}
    assert len(until(receiver.events)) == 2


def test_the_configuration_survives_a_restart(own_console, receiver):
    own_console.call("POST", "/config", {"webhook_url": f"{receiver.url}/events"})
    own_console.stop()

    own_console.start()
    own_console.send(letter())

    assert until(lambda: receiver.hits)[0].path == "/events"


def test_what_is_secret_is_readable_by_its_owner_only(own_console):
    facts = json.loads((own_console.home / "console.json").read_text())

    assert facts.keys() == {"url", "api_key", "webhook_public_key"}
    assert facts["api_key"].startswith("SG.local.")
    for name in ("console.json", "console/api-key", "console/webhook-key.pem"):
        assert stat.S_IMODE((own_console.home / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "body", [b"{", [], {"other": 1}, {"webhook_url": "ftp://x/"}, {"endpoints": 1}]
)
def test_a_configuration_that_makes_no_sense_is_refused(console, body):
    assert console.call("POST", "/config", body).status == 400
