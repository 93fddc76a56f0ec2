"""The console as tests and commands use it; every `url` is one that `endpoints.json` names."""

import json
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 10.0


def messages(url: str, to: str | None = None, after: str | None = None) -> list[dict[str, Any]]:
    """Return the mails in the mailbox, oldest first; `after` is an RFC 3339 moment."""
    query = {name: value for name, value in (("to", to), ("after", after)) if value is not None}
    found: list[dict[str, Any]] = _call("GET", f"{url}?{urlencode(query)}" if query else url)
    return found


def clear_messages(url: str) -> None:
    """Empty the mailbox."""
    _call("DELETE", url)


def faults(url: str) -> list[dict[str, Any]]:
    """Return every fault switch, with the number of times it fired."""
    found: list[dict[str, Any]] = _call("GET", url)
    return found


def set_fault(url: str, target: str, kind: str, **wish: Any) -> dict[str, Any]:
    """Set a switch: `count`, `probability`, `seconds` and `seed` say how often and how long."""
    made: dict[str, Any] = _call("POST", url, {"target": target, "kind": kind, **wish})
    return made


def clear_faults(url: str) -> None:
    """Remove every switch, those of the emulator too."""
    _call("DELETE", url)


def _call(method: str, url: str, body: Any = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = Request(  # noqa: S310  # an http URL of the laptop cloud
        url, content, {"Content-Type": "application/json"}, method=method
    )
    with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  # the same
        received = answer.read()
    return json.loads(received) if received else None
