"""Outbound HTTP to everything that is not AWS: listed hosts only, and nothing surprising.

https is required except on this machine, a redirect is an error, proxies of the environment are
not used, an answer has a size limit, and a host whose name leads to a private address is refused
on the connection itself, so that a name that changes its address in between gains nothing.
"""

import socket
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection, IncompleteRead
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    UnknownHandler,
)

from shared.errors import MissingSettings, TooLarge

LARGEST_ANSWER = 5 * 1024 * 1024  # bytes
CONNECT_SECONDS = 3.0


class NotConnected(OSError):
    """Raised when no connection came about: not one byte of the request was written."""


def opener(hosts: Collection[str]) -> OpenerDirector:
    """Return an opener that reaches these hosts only; its `timeout` bounds connecting and answer.

    Raises MissingSettings for any other address, URLError with reason NotConnected when nothing
    was sent, HTTPError for every status that is not 2xx, TooLarge over LARGEST_ANSWER.
    """
    director = OpenerDirector()
    for handler in (
        UnknownHandler(),
        _Plain(hosts),
        _Secure(hosts),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
    ):
        director.add_handler(handler)
    return director


def check(url: str, hosts: Collection[str]) -> None:
    """Raise MissingSettings unless the address is one that may be called."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        whole = parts.port is None or parts.port > 0
    except ValueError:
        raise MissingSettings("an outbound address is not a URL") from None
    if not whole or parts.username is not None or host not in hosts:
        raise MissingSettings(f"{host or 'no host'} is not among the hosts that may be called")
    if parts.scheme != "https" and not (parts.scheme == "http" and _this_machine(host)):
        raise MissingSettings(f"{host} may be called by https only")


class _Answer(HTTPResponse):
    def read(self, amt: int | None = None) -> bytes:
        if amt is not None:
            return super().read(amt)
        body = super().read(LARGEST_ANSWER + 1)
        if len(body) > LARGEST_ANSWER:
            raise TooLarge(f"An answer is larger than {LARGEST_ANSWER} bytes.")
        if self.length:  # a sized read does not complain about a cut answer by itself
            raise IncompleteRead(body, self.length)
        return body


class _Guarded(HTTPConnection):
    response_class = _Answer

    def connect(self) -> None:
        given = self.timeout if isinstance(self.timeout, int | float) else CONNECT_SECONDS
        started = time.monotonic()
        self.timeout = min(given, CONNECT_SECONDS)
        with _unsent(self):
            super().connect()
            _check_peer(self.sock, self.host)
            left = given - (time.monotonic() - started)
            if left <= 0:
                raise TimeoutError("connecting took all the time")
            self.sock.settimeout(left)


class _GuardedSecure(HTTPSConnection, _Guarded):
    def connect(self) -> None:
        with _unsent(self):
            super().connect()


@contextmanager
def _unsent(connection: HTTPConnection) -> Iterator[None]:
    try:
        yield
    except NotConnected:
        raise
    except OSError as error:
        connection.close()
        raise NotConnected(f"no connection: {error}") from error


class _Plain(HTTPHandler):
    def __init__(self, hosts: Collection[str]) -> None:
        super().__init__()
        self._hosts = hosts

    def http_open(self, req: Request) -> HTTPResponse:
        check(req.full_url, self._hosts)
        return self.do_open(_Guarded, req)


class _Secure(HTTPSHandler):
    def __init__(self, hosts: Collection[str]) -> None:
        super().__init__()
        self._hosts = hosts

    def https_open(self, req: Request) -> HTTPResponse:
        check(req.full_url, self._hosts)
        return self.do_open(_GuardedSecure, req)


def _check_peer(connected: socket.socket, host: str) -> None:
    peer = ip_address(connected.getpeername()[0].partition("%")[0])
    if isinstance(peer, IPv6Address) and peer.ipv4_mapped:
        peer = peer.ipv4_mapped
    if not (peer.is_global or (peer.is_loopback and _this_machine(host))):
        raise PermissionError(f"{host} leads to a private address")


def _this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
