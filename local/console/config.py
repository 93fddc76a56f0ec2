"""What the launcher has told about the cloud, kept in a file so that a restart knows it."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.console.identity import write_private


class Config:
    """The webhook's address and the content of `endpoints.json`."""

    def __init__(self, state: Path) -> None:
        self._path = state / "config.json"
        self._values: dict[str, Any] = {}
        if self._path.exists():
            self._values = json.loads(self._path.read_text())

    @property
    def webhook_url(self) -> str | None:
        """Where events are posted to; None as long as nobody has said."""
        return self._values.get("webhook_url") or None

    @property
    def endpoints(self) -> dict[str, Any]:
        """The content of `endpoints.json`; empty as long as nobody has said."""
        return dict(self._values.get("endpoints") or {})

    def update(self, values: Any) -> None:
        """Take new values and keep them. Raises ValueError when they are not what is expected."""
        if not isinstance(values, dict) or values.keys() - {"webhook_url", "endpoints"}:
            raise ValueError("expected a JSON object with webhook_url and endpoints")
        url = values.get("webhook_url")
        if url is not None and not _is_http(url):
            raise ValueError("webhook_url must be an http URL")
        if not isinstance(values.get("endpoints", {}), dict):
            raise ValueError("endpoints must be a JSON object")  # noqa: TRY004  # one kind of error
        self._values = {**self._values, **values}
        write_private(self._path, json.dumps(self._values, indent=2).encode())


def _is_http(url: Any) -> bool:
    return isinstance(url, str) and urlsplit(url).scheme == "http" and bool(urlsplit(url).netloc)
