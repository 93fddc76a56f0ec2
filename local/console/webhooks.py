"""Posts the events of accepted mails to the app, signed, in batches, and again when it fails."""

import asyncio
import http.client
import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

from local.console.config import Config
from local.console.identity import Identity
from local.console.standin import events
from local.console.store import Pending, Store
from shared.clock import Clock

BATCH = 100
ATTEMPTS = 5
TICK_SECONDS = 0.05
POST_TIMEOUT_SECONDS = 30.0
PARALLEL_POSTS = 4
_LOG = logging.getLogger(__name__)


class Webhooks:
    """The sender of event webhooks; `run` works until it is cancelled.

    A failed post is repeated after `pause` seconds, and each time after twice as long.
    """

    def __init__(
        self, store: Store, config: Config, identity: Identity, clock: Clock, pause: float
    ) -> None:
        self._store = store
        self._config = config
        self._identity = identity
        self._clock = clock
        self._pause = pause
        self._in_flight: set[int] = set()
        self._posts: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Post whatever is due, for ever. Events wait while nobody has said where they go."""
        try:
            while True:
                url = self._config.webhook_url
                if url and len(self._posts) < PARALLEL_POSTS:
                    self._start_posts(url)
                await asyncio.sleep(TICK_SECONDS)
        finally:
            for post in self._posts:
                post.cancel()
            await asyncio.gather(*self._posts, return_exceptions=True)

    def _start_posts(self, url: str) -> None:
        now = self._clock().timestamp()
        waiting = self._store.due(now, BATCH * PARALLEL_POSTS + len(self._in_flight))
        fresh = [event for event in waiting if event.position not in self._in_flight]
        for start in range(0, len(fresh), BATCH):
            if len(self._posts) == PARALLEL_POSTS:
                return
            batch = fresh[start : start + BATCH]
            self._in_flight.update(event.position for event in batch)
            post = asyncio.create_task(self._post(url, batch))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)

    async def _post(self, url: str, batch: list[Pending]) -> None:
        content = events.body(event.document for event in batch)
        headers = events.signed(self._identity.signing_key, content, self._clock())
        try:
            trouble = await asyncio.to_thread(post, url, content, headers)
            self._record(batch, trouble)
        finally:
            self._in_flight.difference_update(event.position for event in batch)

    def _record(self, batch: list[Pending], trouble: str | None) -> None:
        positions = [event.position for event in batch]
        if trouble is None:
            self._store.settle(positions, "posted")
            return
        attempts = 1 + max(event.attempts for event in batch)
        _LOG.warning("event webhook, attempt %d of %d: %s", attempts, ATTEMPTS, trouble)
        if attempts >= ATTEMPTS:
            self._store.settle(positions, "failed")
            return
        wait = self._pause * 2 ** (attempts - 1)
        self._store.postpone(positions, self._clock().timestamp() + wait)


def post(url: str, content: bytes, headers: Mapping[str, str]) -> str | None:
    """Post a batch; return None when it was taken, otherwise what went wrong."""
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.netloc, timeout=POST_TIMEOUT_SECONDS)
    try:
        connection.request(
            "POST",
            target.path + (f"?{target.query}" if target.query else ""),
            content,
            {
                "Content-Type": "application/json;charset=utf-8",
                "User-Agent": "SendGrid Event API",
                **headers,
            },
        )
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"{url} did not answer: {error}"
    finally:
        connection.close()
    return None if http.HTTPStatus(status).is_success else f"{url} answered {status}"
