"""A console process, a server that it talks to, and a valid letter."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import sendgrid

from local.processes import Process
from tests.running import NO_EMULATOR, kill, start_console


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Console:
    """A console process and the ways to talk to it."""

    home: Path
    emulator: str = NO_EMULATOR
    process: Process | None = None
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.facts["url"]

    @property
    def mailbox(self) -> str:
        return f"{self.url}/messages"

    @property
    def faults(self) -> str:
        return f"{self.url}/faults"

    def start(self) -> "Console":
        self.process, self.facts = start_console(self.home, self.emulator)
        return self

    def stop(self) -> None:
        assert self.process is not None
        self.process.stop()

    def kill(self) -> None:
        assert self.process is not None
        kill(self.process)

    def client(self, timeout: float = 5.0) -> sendgrid.SendGridAPIClient:
        made = sendgrid.SendGridAPIClient(self.facts["api_key"], host=self.url)
        made.client.timeout = timeout
        return made

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Answer:
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **(headers or {})}
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=10)
        try:
            connection.request(method, path, content, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def send(self, body: Any, **headers: str) -> Answer:
        credentials = {"Authorization": f"Bearer {self.facts['api_key']}"}
        return self.call("POST", "/v3/mail/send", body, credentials | headers)


class Hit(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """An HTTP server that records requests and gives the answers that a test lines up."""

    url: str
    hits: list[Hit] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)

    def events(self) -> list[dict[str, Any]]:
        return [event for hit in self.hits for event in json.loads(hit.body)]


def letter(to: str = "ada@example.org", **changes: Any) -> dict[str, Any]:
    """Return a valid request body, changed as told."""
    return {
        "personalizations": [{"to": [{"email": to}]}],
        "from": {"email": "no-reply@example.org", "name": "Coursework"},
        "subject": "Your paper has arrived",
        "content": [
            {"type": "text/plain", "value": "Hello Ada"},
            {"type": "text/html", "value": "<p>Hello <b>Ada</b></p>"},
        ],
        **changes,
    }


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a Receiver on a free port."""
    recorded = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            hit = Hit(self.command, self.path, dict(self.headers), self.rfile.read(length))
            recorded.hits.append(hit)
            status, body = recorded.answers.pop(0) if recorded.answers else (200, b"[]")
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    recorded.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield recorded
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
