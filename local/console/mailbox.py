"""`/messages` and `/webhooks/replay`: the mailbox as programs use it."""

import json
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.console.store import Store
from shared.clock import Clock, stamp


class Mailbox:
    """The endpoints that list, clear and replay."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def list(self, request: Request) -> Response:
        """Answer with every mail, oldest first; `to` and `after` (RFC 3339) narrow the list."""
        after = request.query_params.get("after")
        try:
            since = None if after is None else stamp(datetime.fromisoformat(after))
        except ValueError:
            return JSONResponse({"error": "after must be an RFC 3339 moment"}, status_code=400)
        listed = self._store.messages(request.query_params.get("to"), since)
        return Response(listed, media_type="application/json")

    async def clear(self, _: Request) -> Response:
        """Forget every mail and every event."""
        self._store.clear()
        return Response(status_code=204)

    async def replay(self, request: Request) -> Response:
        """Post events again, those of the mail `message_id` or all: what was posted or withheld."""
        content = await request.body()
        try:
            wish = json.loads(content or b"{}")
        except ValueError:
            wish = None
        if not isinstance(wish, dict):
            return JSONResponse({"error": "the body must be a JSON object"}, status_code=400)
        chosen = wish.get("message_id")
        count = self._store.replay(self._clock().timestamp(), chosen)
        return JSONResponse({"events": count}, status_code=202)
