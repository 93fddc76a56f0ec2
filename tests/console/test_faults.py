"""Fault switches: what SendGrid's client sees of each, and how the emulator's are reached."""

import time
from http.client import RemoteDisconnected
from urllib.error import URLError

import pytest
from python_http_client.exceptions import HTTPError

from local.console import client
from tests.console.harness import letter

CUT = (ConnectionError, RemoteDisconnected, URLError)


def refused(console, **options):
    with pytest.raises(HTTPError) as caught:
        console.client(**options).send(letter())
    return caught.value


def test_too_many_requests_tells_when_to_come_back(console):
    client.set_fault(console.faults, "sendgrid", "429", count=1, seconds=7)

    error = refused(console)

    assert error.status_code == 429
    assert error.headers["X-RateLimit-Remaining"] == "0"
    assert 6 <= int(error.headers["X-RateLimit-Reset"]) - time.time() <= 8
    assert console.client().send(letter()).status_code == 202


def test_too_many_requests_can_come_without_headers(console):
    client.set_fault(console.faults, "sendgrid", "429", count=1)

    assert "X-RateLimit-Reset" not in refused(console).headers


@pytest.mark.parametrize("kind", ["500", "503"])
def test_a_server_error_keeps_no_mail(console, kind):
    client.set_fault(console.faults, "sendgrid", kind, count=1)

    error = refused(console)

    assert error.status_code == int(kind)
    assert error.to_dict["errors"][0].keys() == {"message", "field", "help"}
    assert client.messages(console.mailbox) == []


def test_a_connection_cut_after_acceptance_leaves_the_mail_behind(console):
    client.set_fault(console.faults, "sendgrid", "accept_cut", count=1)

    with pytest.raises(CUT):
        console.client().send(letter())

    assert len(client.messages(console.mailbox)) == 1


def test_a_cut_connection_leaves_nothing_behind(console):
    client.set_fault(console.faults, "sendgrid", "cut", count=1)

    with pytest.raises(CUT):
        console.client().send(letter())

    assert client.messages(console.mailbox) == []


def test_a_hanging_request_outlasts_the_clients_patience(console):
    client.set_fault(console.faults, "sendgrid", "hang", count=1, seconds=20)

    with pytest.raises(TimeoutError):
        console.client(timeout=0.2).send(letter())

    assert client.messages(console.mailbox) == []
    assert console.client().send(letter()).status_code == 202


def test_a_hang_ends_with_a_cut_connection(console):
    client.set_fault(console.faults, "sendgrid", "hang", count=1, seconds=0.1)

    with pytest.raises(CUT):
        console.client().send(letter())


def test_a_refused_request_uses_up_no_switch(console):
    client.set_fault(console.faults, "sendgrid", "500", count=1)

    console.send({})

    assert client.faults(console.faults)[0]["fired"] == 0


def test_a_seed_makes_chance_repeatable(console):
    def statuses():
        client.clear_faults(console.faults)
        client.set_fault(console.faults, "sendgrid", "503", probability=0.5, seed=7)
        return [console.send(letter()).status for _ in range(12)]

    first = statuses()

    assert first == statuses()
    assert set(first) == {202, 503}


def test_a_switch_counts_how_often_it_fired(console):
    client.set_fault(console.faults, "sendgrid", "503", count=2)

    for _ in range(3):
        console.send(letter())

    [switch] = client.faults(console.faults)
    assert (switch["target"], switch["kind"], switch["fired"]) == ("sendgrid", "503", 2)


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "explode"},
        {"kind": "503", "count": 0},
        {"kind": "503", "count": True},
        {"kind": "503", "probability": 2},
        {"kind": "503", "seconds": -1},
        {"kind": "503", "seed": "x"},
    ],
)
def test_a_switch_that_makes_no_sense_is_refused(console, wish):
    answer = console.call("POST", "/faults", {"target": "sendgrid", **wish})

    assert answer.status == 400
    assert client.faults(console.faults) == []


def test_what_is_no_json_object_is_refused(console):
    assert console.call("POST", "/faults", b"{").status == 400
    assert console.call("POST", "/faults", b"[]").status == 400


def test_switches_of_the_cloud_are_passed_on_to_the_emulator(console_of, receiver):
    console = console_of(receiver.url)
    body = b'{"target": "queue:mail",  "kind": "drop", "count": 1}'
    receiver.answers.append((201, b'{"id": "q-1"}'))

    answer = console.call("POST", "/faults", body)

    [hit] = receiver.hits
    assert (answer.status, answer.json()) == (201, {"id": "q-1"})
    assert (hit.method, hit.path, hit.body) == ("POST", "/_local/faults", body)


def test_all_switches_are_listed_and_cleared_together(console_of, receiver):
    console = console_of(receiver.url)
    receiver.answers += [(200, b'[{"target": "queue:mail", "kind": "drop"}]'), (204, b"")]
    client.set_fault(console.faults, "sendgrid", "503", count=1)

    listed = client.faults(console.faults)
    client.clear_faults(console.faults)
    left = client.faults(console.faults)

    assert [switch["target"] for switch in listed] == ["sendgrid", "queue:mail"]
    assert [hit.method for hit in receiver.hits] == ["GET", "DELETE", "GET"]
    assert left == []


def test_a_missing_emulator_is_said_plainly(console):
    answer = console.call("POST", "/faults", {"target": "queue:mail", "kind": "drop"})

    assert answer.status == 502
    assert answer.json()["error"].startswith("the emulator does not answer")
