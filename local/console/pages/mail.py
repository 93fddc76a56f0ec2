"""The mailbox as a person uses it: the list, one mail in four views, its HTML in a cage."""

import json
import re
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from local.console.pages.render import page
from local.console.standin.mime import source
from local.console.store import Store

PAGE_SIZE = 100
VIEWS = ("html", "text", "headers", "source")
# Links open in a new tab; scripts, forms, frames and anything from another host do not work. The
# sandbox stands in the header too, for whoever opens the document outside its frame.
CAGE = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
_NEW_TAB = '<!doctype html><meta charset="utf-8"><base target="_blank">'
# A browser connects early to the hosts of these, before it asks the policy (seen with Chromium:
# rel="preconnect" and frames); an element of another name does nothing.
_EAGER = re.compile(r"<(?=(?:link|i?frame|object|embed)\b)", re.IGNORECASE)


class MailPages:
    """The pages under /mailbox."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """Return the routes of these pages."""
        return [
            Route("/mailbox", self.list),
            Route("/mailbox/{id}", self.mail),
            Route("/mailbox/{id}/html", self.html),
            Route("/mailbox/{id}/source", self.download),
        ]

    async def list(self, request: Request) -> Response:
        """Show the newest mails, or those before the position `before`."""
        before = request.query_params.get("before", "")
        words = request.query_params.get("q", "").strip()
        mails = self._store.page(int(before) if before.isdecimal() else None, PAGE_SIZE + 1, words)
        return page(
            "mailbox.html",
            here="mailbox",
            unread=self._store.unread(),
            total=self._store.total(),
            words=words,
            mails=[{**mail, "snippet": _snippet(mail)} for mail in mails[:PAGE_SIZE]],
            older=mails[PAGE_SIZE - 1]["position"] if len(mails) > PAGE_SIZE else None,
        )

    async def mail(self, request: Request) -> Response:
        """Show one mail in the view that the query names."""
        found = self._store.open(request.path_params["id"])
        if found is None:
            return page(
                "missing.html", HTTPStatus.NOT_FOUND, here="mailbox", unread=self._store.unread()
            )
        mail, attachments = found
        wish = request.query_params.get("view", "")
        return page(
            "mail.html",
            here="mailbox",
            unread=self._store.unread(),
            mail=mail,
            view=wish if wish in VIEWS else _first_view(mail),
            views=VIEWS,
            source=source(mail, attachments) if wish == "source" else "",
            custom_args=json.dumps(mail["custom_args"], indent=2, ensure_ascii=False),
        )

    async def html(self, request: Request) -> Response:
        """Answer with a mail's HTML as it came, where it can do no harm."""
        found = self._store.open(request.path_params["id"])
        if found is None:
            return HTMLResponse("", HTTPStatus.NOT_FOUND)
        content = _NEW_TAB + _EAGER.sub("<inert-", found[0]["html"])
        return HTMLResponse(content, headers={"Content-Security-Policy": CAGE})

    async def download(self, request: Request) -> Response:
        """Answer with the mail as a file that mail programs open."""
        found = self._store.open(request.path_params["id"])
        if found is None:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return Response(
            source(*found),
            media_type="message/rfc822",
            headers={"Content-Disposition": 'attachment; filename="mail.eml"'},
        )


def _first_view(mail: dict[str, Any]) -> str:
    return "html" if mail["html"] else "text"


def _snippet(mail: dict[str, Any]) -> str:
    return " ".join(mail["text"].split())[:160]
