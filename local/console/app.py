"""Puts the console together: its parts, its routes, and what runs beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from local.console.cloud import Cloud
from local.console.config import Config
from local.console.faults import EmulatorSwitches, Faults
from local.console.guard import Guard
from local.console.identity import Identity
from local.console.mailbox import Mailbox
from local.console.pages.cloud import CloudPages
from local.console.pages.mail import MailPages
from local.console.pages.render import HERE
from local.console.standin.endpoint import MailSend
from local.console.standin.errors import Problem, refusal
from local.console.store import Store
from local.console.switches import Switchboard
from local.console.webhooks import Webhooks
from shared.clock import utc_now

DOCUMENTS = Path(__file__).parents[2] / "docs" / "api"


@dataclass(frozen=True, slots=True)
class Options:
    """Where the console keeps its state, the emulator's address, and SendGrid's reaction time."""

    state: Path
    emulator: str
    webhook_delay: float


def build(options: Options, me: Identity) -> Starlette:
    """Return the console, ready to be served."""
    store = Store(options.state / "mailbox.sqlite")
    config = Config(options.state)
    switches = Switchboard()
    mail_send = MailSend(store, switches, me, utc_now, options.webhook_delay)
    faults = Faults(switches, EmulatorSwitches(options.emulator))
    cloud = Cloud(options.emulator, config)

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        webhooks = Webhooks(store, config, me, utc_now, 2 * options.webhook_delay)
        sender = asyncio.create_task(webhooks.run())
        yield
        sender.cancel()
        with suppress(asyncio.CancelledError):
            await sender
        store.close()

    return Starlette(
        lifespan=running,
        middleware=[Middleware(Guard)],
        routes=[
            *_interfaces(mail_send, Mailbox(store, utc_now), faults, config),
            *MailPages(store).routes(),
            *CloudPages(cloud, config, store, faults, DOCUMENTS).routes(),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
    )


def _interfaces(
    mail_send: MailSend, mailbox: Mailbox, faults: Faults, config: Config
) -> list[BaseRoute]:
    async def configure(request: Request) -> Response:
        try:
            config.update(await request.json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return Response(status_code=204)

    async def wrong_method(_: Request) -> Response:
        return refusal(405, [Problem("POST method allowed only")])

    return [
        Route("/v3/mail/send", mail_send.answer, methods=["POST"]),
        Route("/v3/mail/send", wrong_method, methods=["GET", "PUT", "PATCH", "DELETE"]),
        Route("/messages", mailbox.list, methods=["GET"]),
        Route("/messages", mailbox.clear, methods=["DELETE"]),
        Route("/webhooks/replay", mailbox.replay, methods=["POST"]),
        Route("/faults", faults.list, methods=["GET"]),
        Route("/faults", faults.set, methods=["POST"]),
        Route("/faults", faults.clear, methods=["DELETE"]),
        Route("/config", configure, methods=["POST"]),
    ]
