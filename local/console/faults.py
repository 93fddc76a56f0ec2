"""`/faults`: the fault switches of the stand-in, and the way to those of the emulator."""

import http.client
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.console.switches import BadSwitch, Switchboard

TIMEOUT_SECONDS = 5.0
EMULATOR_PATH = "/_local/faults"


class EmulatorGone(Exception):
    """Raised when the emulator cannot be asked; the message says why."""


class EmulatorDown(EmulatorGone):
    """Raised when no emulator runs: whatever was set there is gone as well."""


class EmulatorSwitches:
    """The switches that the emulator keeps: of queues, topics, buckets, tables and functions."""

    def __init__(self, emulator: str) -> None:
        self._address = urlsplit(emulator).netloc

    async def list(self) -> list[dict[str, Any]]:
        """Return the emulator's switches. Raises EmulatorGone."""
        status, content = await self.send("GET")
        if status != http.HTTPStatus.OK:
            raise EmulatorGone(f"it answered {status}")
        found: list[dict[str, Any]] = json.loads(content)
        return found

    async def send(self, method: str, content: bytes | None = None) -> tuple[int, bytes]:
        """Pass a request on and return status and body. Raises EmulatorGone."""
        return await run_in_threadpool(self._send, method, content)

    def _send(self, method: str, content: bytes | None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._address, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, EMULATOR_PATH, content, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except ConnectionRefusedError as error:
            raise EmulatorDown(str(error)) from error
        except (OSError, http.client.HTTPException) as error:
            raise EmulatorGone(str(error)) from error
        finally:
            connection.close()


class Faults:
    """The endpoints that list, set and clear switches wherever they are kept."""

    def __init__(self, switches: Switchboard, emulator: EmulatorSwitches) -> None:
        self._switches = switches
        self._emulator = emulator

    async def everything(self) -> tuple[Sequence[dict[str, Any]], str | None]:
        """Return all switches, and why the emulator's are missing, should they be."""
        try:
            return [*self._switches.list(), *await self._emulator.list()], None
        except EmulatorGone as error:
            return self._switches.list(), str(error)

    async def list(self, _: Request) -> Response:
        """Answer with all switches; without an emulator, with those of the stand-in."""
        found, _trouble = await self.everything()
        return JSONResponse(found)

    async def set(self, request: Request) -> Response:
        """Set a switch here, or pass the request on when its target is not the stand-in."""
        content = await request.body()
        try:
            wish = json.loads(content)
        except ValueError:
            return _refusal(400, "the body must be a JSON object")
        if not isinstance(wish, dict):
            return _refusal(400, "the body must be a JSON object")
        if wish.get("target") != "sendgrid":
            return await self._forward(content)
        try:
            return JSONResponse(self._switches.set(wish).document(), status_code=201)
        except BadSwitch as error:
            return _refusal(400, str(error))

    async def _forward(self, content: bytes) -> Response:
        try:
            status, answer = await self._emulator.send("POST", content)
        except EmulatorGone as error:
            return _refusal(502, f"the emulator does not answer: {error}")
        return Response(answer, status_code=status, media_type="application/json")

    async def clear(self, _: Request) -> Response:
        """Remove all switches here and in the emulator."""
        self._switches.clear()
        try:
            status, _answer = await self._emulator.send("DELETE")
        except EmulatorDown:
            return Response(status_code=204)
        except EmulatorGone as error:
            return _refusal(502, f"the emulator does not answer: {error}")
        return Response(status_code=204 if status < http.HTTPStatus.BAD_REQUEST else 502)


def _refusal(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status_code=status)
