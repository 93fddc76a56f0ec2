"""The emulator's own HTTP endpoints for fault switches and readiness, under /_local/."""

import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from local.emulator.faults import BadFault, Switchboard

type Json = dict[str, Any]
type Receive = Callable[[], Awaitable[Json]]
type Send = Callable[[Json], Awaitable[None]]
type App = Callable[[Json, Receive, Send], Awaitable[None]]

_HOSTS = ("127.0.0.1", "localhost")


class Control:
    """An ASGI application around the emulator's that answers /_local/ itself."""

    def __init__(self, inner: App, board: Switchboard, about: Json) -> None:
        self._inner = inner
        self._board = board
        self._about = about

    async def __call__(self, scope: Json, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/_local/"):
            await self._inner(scope, receive, send)
            return
        body = await _body(receive)
        status, answer = self._answer(scope, body)
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _answer(self, scope: Json, body: bytes) -> tuple[int, Any]:
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        if host.rpartition(":")[0] not in _HOSTS:
            # A web page may point a name of its own at the loopback address.
            return 403, {"error": "only for 127.0.0.1"}
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


async def _body(receive: Receive) -> bytes:
    parts = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)
