"""Keeps web pages of other origins away from the console, and its own pages from other hosts."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD"})
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-store",
    "Content-Security-Policy": PAGE_POLICY,
}


class Guard:
    """ASGI middleware that refuses foreign hosts and cross-site changes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        trouble = _trouble(scope["method"], Headers(scope=scope))
        app = self._app if trouble is None else PlainTextResponse(trouble, status_code=403)
        await app(scope, receive, send_guarded)


def _trouble(method: str, headers: Headers) -> str | None:
    host = headers.get("host", "")
    # A page of evil.example whose name resolves to 127.0.0.1 still sends its own name as Host.
    if _hostname(host) not in LOOPBACK:
        return "This console answers only under 127.0.0.1 or localhost.\n"
    if method in SAFE_METHODS:
        return None
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "This console takes no changes from pages of another origin.\n"
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "This console takes no changes from pages of another site.\n"
    return None


def _hostname(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
