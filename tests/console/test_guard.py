"""What a web page of another origin can do to the console: nothing."""

import pytest

from tests.console.harness import letter


@pytest.mark.parametrize("host", ["evil.example", "evil.example:4580", "", "[", "127.0.0.2"])
def test_a_name_that_only_resolves_to_loopback_is_refused(console, host):
    assert console.call("GET", "/messages", headers={"Host": host}).status == 403


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:4580"])
def test_loopback_names_are_served(console, host):
    assert console.call("GET", "/messages", headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/messages"), ("POST", "/faults"), ("DELETE", "/faults"), ("POST", "/config")],
)
def test_a_change_from_another_origin_is_refused(console, method, path, headers):
    console.send(letter())

    answer = console.call(method, path, b"{}", headers)

    assert answer.status == 403
    assert len(console.call("GET", "/messages").json()) == 1


def test_a_change_from_the_consoles_own_pages_is_taken(console):
    headers = {"Origin": console.url, "Sec-Fetch-Site": "same-origin"}

    assert console.call("DELETE", "/messages", headers=headers).status == 204


def test_every_answer_forbids_sniffing_framing_and_caching(console):
    headers = console.call("GET", "/messages").headers

    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
