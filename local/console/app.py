"""Puts the console together: its parts, its routes, and what runs beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from local.console import identity
from local.console.config import Config
from local.console.faults import EmulatorSwitches, Faults
from local.console.guard import Guard
from local.console.mailbox import Mailbox
from local.console.standin.endpoint import MailSend
from local.console.standin.errors import Problem, refusal
from local.console.store import Store
from local.console.switches import Switchboard
from local.console.webhooks import Webhooks
from shared.clock import utc_now


@dataclass(frozen=True, slots=True)
class Options:
    """Where the console keeps its state, the emulator's address, and SendGrid's reaction time."""

    home: Path
    emulator: str
    webhook_delay: float


def build(options: Options) -> Starlette:
    """Return the console, ready to be served."""
    me = identity.load(options.home)
    store = Store(options.home / "mailbox.sqlite")
    config = Config(options.home)
    switches = Switchboard()
    mail_send = MailSend(store, switches, me, utc_now, options.webhook_delay)
    mailbox = Mailbox(store, utc_now)
    faults = Faults(switches, EmulatorSwitches(options.emulator))

    async def configure(request: Request) -> Response:
        try:
            config.update(await request.json())
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", status_code=400)
        return Response(status_code=204)

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        sender = asyncio.create_task(Webhooks(store, config, me, utc_now).run())
        yield
        sender.cancel()
        with suppress(asyncio.CancelledError):
            await sender
        store.close()

    return Starlette(
        lifespan=running,
        middleware=[Middleware(Guard)],
        routes=[
            Route("/v3/mail/send", mail_send.__call__, methods=["POST"]),
            Route("/v3/mail/send", _wrong_method, methods=["GET", "PUT", "PATCH", "DELETE"]),
            Route("/messages", mailbox.list, methods=["GET"]),
            Route("/messages", mailbox.clear, methods=["DELETE"]),
            Route("/webhooks/replay", mailbox.replay, methods=["POST"]),
            Route("/faults", faults.list, methods=["GET"]),
            Route("/faults", faults.set, methods=["POST"]),
            Route("/faults", faults.clear, methods=["DELETE"]),
            Route("/config", configure, methods=["POST"]),
        ],
    )


async def _wrong_method(_: Request) -> Response:
    return refusal(405, [Problem("POST method allowed only")])
