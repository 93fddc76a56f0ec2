"""The one opener for everything outside AWS, against servers that misbehave."""

import time
from http.client import HTTPException
from urllib.error import HTTPError, URLError

import pytest

from shared import outbound
from shared.errors import MissingSettings, TooLarge
from tests.fakes.server import http, server

HOSTS = ("127.0.0.1",)
OK = http(200, b"hello")


def fetch(url, hosts=HOSTS, timeout=10.0):
    with outbound.opener(hosts).open(url, timeout=timeout) as answer:
        return answer.read()


def test_a_listed_host_is_reached():
    with server(OK) as (url, asked):
        assert fetch(f"{url}/films?x=1") == b"hello"
    assert asked[0].startswith(b"GET /films?x=1 HTTP/1.1\r\n")


def test_a_listed_host_may_be_this_machine_by_its_name_and_be_read_bit_by_bit():
    with server(OK) as (url, _):
        named = url.replace("127.0.0.1", "localhost")
        with outbound.opener(("localhost",)).open(named, timeout=10) as answer:
            assert [answer.read(3), answer.read(3), answer.read(3)] == [b"hel", b"lo", b""]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "https://127.0.0.1.example.org/",
        "https://127.0.0.1@example.org/",
        "https://user:word@127.0.0.1/",
        "https://127.0.0.1:99999/",
        "https://[::1/",
        "https:///path",
        "https://",
        "",
        "127.0.0.1",
        "file:///etc/passwd",
        "file://127.0.0.1/etc/passwd",
        "ftp://127.0.0.1/",
        "data:text/plain,x",
    ],
)
def test_no_other_address_is_ever_called(url):
    with pytest.raises(MissingSettings):
        outbound.check(url, HOSTS)
    with pytest.raises((MissingSettings, ValueError, URLError, OSError)):
        fetch(url)


def test_a_host_outside_this_machine_is_called_by_https_only():
    with pytest.raises(MissingSettings, match="by https only"):
        fetch("http://api.sendgrid.com/v3", hosts=("api.sendgrid.com",))
    outbound.check("https://api.sendgrid.com/v3", ("api.sendgrid.com",))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    with server(OK) as (elsewhere, asked):
        with (
            server(http(status, Location=elsewhere)) as (url, _),
            pytest.raises(HTTPError) as raised,
        ):
            fetch(url)
        raised.value.close()
    assert raised.value.code == status
    assert asked == []


def test_a_name_that_leads_to_a_private_address_is_refused_on_the_connection():
    with server(OK) as (url, asked):
        # 127.1 is a name as far as addresses are read, and resolves to this machine.
        hidden = url.replace("http://127.0.0.1", "https://127.1")
        with pytest.raises(URLError) as raised:
            fetch(hidden, hosts=("127.1",))
    assert isinstance(raised.value.reason, outbound.NotConnected)
    assert "leads to a private address" in str(raised.value.reason)
    assert not any(asked)  # whether it saw a connection at all is a matter of moments


def test_a_private_address_in_the_clothes_of_another_family_is_refused():
    with server(OK) as (url, asked):
        hidden = url.replace("http://127.0.0.1", "https://[::ffff:127.0.0.1]")
        with pytest.raises(URLError) as raised:
            fetch(hidden, hosts=("::ffff:127.0.0.1",))
    assert isinstance(raised.value.reason, outbound.NotConnected)
    assert not b"".join(asked)


def test_a_server_without_tls_gets_nothing():
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as (url, _), pytest.raises(URLError) as raised:
        fetch(url.replace("http:", "https:"))
    assert isinstance(raised.value.reason, outbound.NotConnected)


def test_a_refused_connection_is_known_to_have_sent_nothing():
    with server() as (url, _):
        pass
    with pytest.raises(URLError) as raised:
        fetch(url)
    assert isinstance(raised.value.reason, outbound.NotConnected)


def test_a_silent_server_is_left_after_the_time_given():
    started = time.monotonic()

    with server(None) as (url, _), pytest.raises(TimeoutError):
        fetch(url, timeout=0.3)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("cut", [b"", b"HTTP/1.1 20", OK[:-2]])
def test_a_cut_answer_is_not_taken_for_a_whole_one(cut):
    with server(cut) as (url, _), pytest.raises((OSError, HTTPException)) as raised:
        fetch(url)
    assert not isinstance(raised.value, URLError)


@pytest.mark.parametrize("head", [b"Content-Length: 6000000\r\n", b"Connection: close\r\n"])
def test_an_answer_over_the_limit_is_not_read(head):
    answer = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + b"x" * 6_000_000

    with server(answer) as (url, _), pytest.raises(TooLarge):
        fetch(url)
