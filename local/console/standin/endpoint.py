"""`POST /v3/mail/send`, answered as SendGrid answers it, or as a fault switch says."""

import asyncio
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime
from math import ceil
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from local.console.connection import cut
from local.console.identity import Identity
from local.console.standin.errors import Problem, refusal
from local.console.standin.events import events
from local.console.standin.mails import Mail, mails
from local.console.standin.validate import check
from local.console.store import Store
from local.console.switches import ANSWERS, Switch, Switchboard
from shared.clock import Clock

LARGEST_BYTES = 30 * 1024 * 1024
RATE_LIMIT = "600"


class MailSend:
    """The endpoint: it checks, keeps the mails and plans their events."""

    def __init__(
        self,
        store: Store,
        switches: Switchboard,
        identity: Identity,
        clock: Clock,
        webhook_delay: float,
    ) -> None:
        self._store = store
        self._switches = switches
        self._api_key = identity.api_key
        self._clock = clock
        self._webhook_delay = webhook_delay

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        content = await _read(request)
        payload, refused = self._parse(request, content)
        if refused is not None:
            return refused
        # Faults strike only what would have been accepted, so that "the next two" are two mails.
        switch = self._switches.fire(ANSWERS)
        if switch is not None and switch.kind != "accept_cut":
            return await self._fail(request, switch)
        message_id = urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        if _is_sandboxed(payload):
            return Response(status_code=200, headers={"X-Message-Id": message_id})
        self._accept(payload, message_id)
        if switch is not None:
            await cut(request)
        return Response(status_code=202, headers={"X-Message-Id": message_id})

    def _parse(self, request: Request, content: bytes | None) -> tuple[Any, Response | None]:
        problem = self._credentials(request.headers.get("authorization", ""))
        if problem is not None:
            return None, refusal(401, [problem])
        if content is None:
            return None, refusal(413, [Problem("Payload too large")])
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            return None, refusal(415, [Problem("Content-Type should be application/json.")])
        try:
            payload = json.loads(content)
            json.dumps(payload, ensure_ascii=False).encode()  # finds half a surrogate pair
        except UnicodeError:
            return None, refusal(400, [Problem("Invalid UTF8 in request.")])
        except (ValueError, RecursionError):
            return None, refusal(400, [Problem("Bad Request")])
        problems = check(payload)
        return payload, refusal(400, problems) if problems else None

    def _credentials(self, authorization: str) -> Problem | None:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or not key:
            return Problem("Permission denied, wrong credentials")
        if not hmac.compare_digest(key.encode(), self._api_key.encode()):
            return Problem("The provided authorization grant is invalid, expired, or revoked")
        return None

    async def _fail(self, request: Request, switch: Switch) -> Response:
        match switch.kind:
            case "429":
                return refusal(429, [Problem("too many requests")], self._limits(switch))
            case "500":
                return refusal(500, [Problem("Internal Server Error")])
            case "503":
                return refusal(503, [Problem("Service Unavailable")])
            case "hang":
                await _wait(request, switch.duration)
        await cut(request)
        return Response(status_code=503)

    def _limits(self, switch: Switch) -> dict[str, str]:
        if switch.seconds is None:
            return {}
        return {
            "X-RateLimit-Limit": RATE_LIMIT,
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(ceil(self._clock().timestamp() + switch.seconds)),
        }

    def _accept(self, payload: dict[str, Any], message_id: str) -> None:
        moment = self._clock()
        accepted = mails(payload, message_id, moment)
        planned = [event for mail in accepted for event in self._plan(mail, moment)]
        self._store.keep(accepted, planned)

    def _plan(self, mail: Mail, moment: datetime) -> Iterator[tuple[float, str, str]]:
        due = moment.timestamp() + self._webhook_delay
        if (late := self._switches.fire(["webhook_delay"])) is not None:
            due = moment.timestamp() + late.duration
        state = "withheld" if self._switches.fire(["webhook_off"]) else "pending"
        times = 2 if self._switches.fire(["webhook_duplicate"]) else 1
        for event in events(mail, moment) * times:
            yield due, state, json.dumps(event)


def _is_sandboxed(payload: dict[str, Any]) -> bool:
    settings = payload.get("mail_settings")
    sandbox = settings.get("sandbox_mode") if isinstance(settings, dict) else None
    return isinstance(sandbox, dict) and sandbox.get("enable") is True


async def _read(request: Request) -> bytes | None:
    """Return the body, or None when it is over the limit; it is read to its end all the same."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= LARGEST_BYTES:
            chunks.append(chunk)
    return b"".join(chunks) if size <= LARGEST_BYTES else None


async def _wait(request: Request, seconds: float) -> None:
    """Stay silent for a time, or until the caller has given up."""
    try:
        async with asyncio.timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
