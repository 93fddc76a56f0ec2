"""No page of another origin reaches the emulator: it would run code as the developer."""

import http.client
from contextlib import closing
from urllib.parse import urlsplit

import pytest

EVIL = [
    {"Host": "evil.example"},
    {"Host": "evil.example:4566"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
]


def ask(emulator, method, path, headers):
    place = urlsplit(emulator.endpoint).netloc
    with closing(http.client.HTTPConnection(place, timeout=10)) as connection:
        connection.request(method, path, headers={"Host": place, **headers})
        answer = connection.getresponse()
        answer.read()
    return answer


@pytest.mark.parametrize("headers", EVIL, ids=lambda each: "-".join(*each.items()))
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/2015-03-31/functions"), ("PUT", "/a-bucket"), ("POST", "/_local/faults")],
)
def test_a_foreign_page_changes_nothing(emulator, method, path, headers):
    assert ask(emulator, method, path, headers).status == 403


def test_no_answer_invites_another_origin(emulator):
    answer = ask(emulator, "GET", "/_ministack/health", {})

    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] is None


def test_a_page_of_this_machine_may_ask(emulator):
    assert ask(emulator, "GET", "/_local/faults", {"Origin": "http://localhost:3000"}).status == 200
