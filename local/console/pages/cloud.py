"""The pages on the cloud: start page, queues with their dead letters, logs, fault switches."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.console import dead_letters
from local.console.apis import operations
from local.console.cloud import Cloud, CloudError, Queue
from local.console.config import Config
from local.console.faults import Faults
from local.console.logs import tail
from local.console.pages.render import page
from local.console.store import Store
from local.console.switches import ANSWERS, WEBHOOKS

LATEST = 5
DELIVERY = ("duplicate", "drop", "delay", "reorder")
KINDS = {
    "SendGrid's answers": ANSWERS,
    "SendGrid's webhooks": WEBHOOKS,
    "Deliveries of a queue, topic, bucket or stream": DELIVERY,
    "A table": ("throttle",),
    "A function": ("kill",),
}


class CloudPages:
    """The pages that need the emulator; without it they say so and show the rest."""

    def __init__(
        self, cloud: Cloud, config: Config, store: Store, faults: Faults, documents: Path
    ) -> None:
        self._cloud = cloud
        self._config = config
        self._store = store
        self._faults = faults
        self._documents = documents

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/", self.start),
            Route("/endpoints.json", self.endpoints),
            Route("/queues/{name}", self.queue),
            Route("/queues/{name}/redrive", self.redrive, methods=["POST"]),
            Route("/logs", self.logs),
            Route("/switches", self.switches),
        ]

    async def start(self, _: Request) -> Response:
        """Show everything at a glance."""
        endpoints = self._config.endpoints
        queues, trouble = await _ask(self._cloud.queues)
        functions, trouble = ([], trouble) if trouble else await _ask(self._cloud.functions)
        switches, _trouble = await self._faults.everything()
        apps = [
            {"name": name, "url": app["url"], "routes": operations(self._documents, name)}
            for name, app in (endpoints.get("apps") or {}).items()
        ]
        return page(
            "start.html",
            here="start",
            trouble=trouble,
            endpoints=endpoints,
            apps=apps,
            tokens=endpoints.get("tokens") or {},
            queues=queues,
            functions=functions,
            switches=switches,
            total=self._store.total(),
            unread=self._store.unread(),
            latest=self._store.page(None, LATEST),
            events=self._store.event_counts(),
            webhook_url=self._config.webhook_url,
        )

    async def endpoints(self, _: Request) -> Response:
        """Answer with what the launcher told: the content of `endpoints.json`."""
        return JSONResponse(self._config.endpoints)

    async def queue(self, request: Request) -> Response:
        """Show the messages of a dead-letter queue."""
        queues, trouble = await _ask(self._cloud.queues)
        queue = _named(queues, request.path_params["name"])
        if queue is None:
            return page(
                "missing.html", HTTPStatus.NOT_FOUND, here="start", unread=self._store.unread()
            )
        letters, trouble = (
            await _ask(lambda: dead_letters.look(self._cloud, queue))
            if queue.takes_dead_letters
            else ([], trouble)
        )
        return page(
            "queue.html",
            here="start",
            unread=self._store.unread(),
            trouble=trouble,
            queue=queue,
            letters=letters,
        )

    async def redrive(self, request: Request) -> Response:
        """Send the messages of a dead-letter queue back where they came from."""
        queues, trouble = await _ask(self._cloud.queues)
        queue = _named(queues, request.path_params["name"])
        if trouble:
            return JSONResponse({"error": trouble}, HTTPStatus.BAD_GATEWAY)
        if queue is None or not queue.takes_dead_letters:
            return JSONResponse({"error": "no such dead-letter queue"}, HTTPStatus.NOT_FOUND)
        try:
            result = await run_in_threadpool(dead_letters.redrive, self._cloud, queue, queues)
        except CloudError as error:
            return JSONResponse({"error": str(error)}, HTTPStatus.BAD_GATEWAY)
        return JSONResponse({"moved": result.moved, "stay": result.stay})

    async def logs(self, request: Request) -> Response:
        """Show the latest log lines of a function."""
        functions, trouble = await _ask(self._cloud.functions)
        chosen = request.query_params.get("function") or (functions[0] if functions else "")
        lines, trouble = await _ask(lambda: tail(self._cloud, chosen)) if chosen else ([], trouble)
        return page(
            "logs.html",
            here="logs",
            unread=self._store.unread(),
            trouble=trouble,
            functions=functions,
            chosen=chosen,
            lines=lines,
        )

    async def switches(self, _: Request) -> Response:
        """Show the fault switches and a form for another."""
        switches, trouble = await self._faults.everything()
        targets, _trouble = await _ask(self._cloud.targets)
        return page(
            "switches.html",
            here="switches",
            unread=self._store.unread(),
            trouble=trouble,
            switches=switches,
            targets=targets or ["sendgrid"],
            kinds=KINDS,
        )


async def _ask[T](question: Callable[[], list[T]]) -> tuple[list[T], str | None]:
    """Return what the emulator answers, or nothing and why there is no answer."""
    try:
        return await run_in_threadpool(question), None
    except CloudError as error:
        return [], str(error)


def _named(queues: list[Queue], name: str) -> Queue | None:
    return next((queue for queue in queues if queue.name == name), None)
