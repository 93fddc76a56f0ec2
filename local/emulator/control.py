"""What stands before the emulator: no web page gets in, and /_local/ is answered here.

Stock allows every origin: any page that a developer has open could then make a function here and
run it. So a foreign Host (a name that its owner points at the loopback address), a foreign Origin
and a cross-site change are refused, and no answer invites another origin to read it.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from local.emulator.faults import BadFault, Switchboard

type Json = dict[str, Any]
type Receive = Callable[[], Awaitable[Json]]
type Send = Callable[[Json], Awaitable[None]]
type App = Callable[[Json, Receive, Send], Awaitable[None]]

_HOSTS = {"127.0.0.1", "localhost", "::1"}
_SAFE_METHODS = {"GET", "HEAD"}
# The deployed APIs decide about other origins themselves, as on AWS.
_PUBLISHED = "/_aws/execute-api/"


class Control:
    """An ASGI application around the emulator's that answers /_local/ itself."""

    def __init__(self, inner: App, board: Switchboard, about: Json) -> None:
        self._inner = inner
        self._board = board
        self._about = about

    async def __call__(self, scope: Json, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        if scope["path"].startswith(_PUBLISHED):
            await self._inner(scope, receive, send)
            return
        if trouble := _trouble(scope):
            status, answer = 403, {"error": trouble}
        elif scope["path"].startswith("/_local/"):
            status, answer = self._answer(scope, await _body(receive))
        else:
            await self._inner(scope, receive, _uninviting(send))
            return
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _answer(self, scope: Json, body: bytes) -> tuple[int, Any]:
        match scope["method"], scope["path"]:
            case "GET", "/_local/ready":
                return 200, self._about
            case "GET", "/_local/faults":
                return 200, self._board.report()
            case "POST", "/_local/faults":
                return self._set(body)
            case "DELETE", "/_local/faults":
                return self._take_back(scope["query_string"].decode("latin-1"))
            case _:
                return 404, {"error": "GET /_local/ready; GET, POST, DELETE /_local/faults"}

    def _set(self, body: bytes) -> tuple[int, Json]:
        try:
            asked = json.loads(body)
            if not isinstance(asked, dict):
                return 400, {"error": "the body must be a JSON object"}
            return 201, self._board.add(asked).report()
        except BadFault as error:
            return 400, {"error": str(error)}
        except ValueError:
            return 400, {"error": "the body must be JSON"}

    def _take_back(self, query: str) -> tuple[int, Json]:
        asked = parse_qs(query).get("id")
        if asked and not asked[0].isdecimal():
            return 400, {"error": "id must be a number"}
        return 200, {"removed": self._board.remove(int(asked[0]) if asked else None)}


def _trouble(scope: Json) -> str | None:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    if not _ours(f"//{headers.get(b'host', '')}"):
        return "only for 127.0.0.1"
    origin = headers.get(b"origin")
    if origin is not None and not _ours(origin):
        return "not for pages of another origin"
    crossed = headers.get(b"sec-fetch-site") == "cross-site"
    if crossed and scope["method"] not in _SAFE_METHODS:
        return "not for pages of another site"
    return None


def _ours(url: str) -> bool:
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return name in _HOSTS or name.endswith(".localhost")


def _uninviting(send: Send) -> Send:
    async def send_on(message: Json) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (name, value)
                for name, value in message.get("headers", [])
                if not name.lower().startswith(b"access-control-allow-origin")
            ]
            message = {**message, "headers": kept}
        await send(message)

    return send_on


async def _body(receive: Receive) -> bytes:
    parts = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)
