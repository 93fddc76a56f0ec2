"""The routes of the apps, from the API documents of the repository."""

import json
from dataclasses import dataclass
from pathlib import Path

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """A route and what it does, in a few words."""

    method: str
    path: str
    summary: str


def operations(documents: Path, app: str) -> list[Operation]:
    """Return the routes of an app in the document's order; none when it has no document."""
    try:
        document = json.loads((documents / f"{app}.openapi.json").read_text())
    except FileNotFoundError:
        return []
    return [
        Operation(method.upper(), path, operation.get("summary", ""))
        for path, item in document.get("paths", {}).items()
        for method, operation in item.items()
        if method in METHODS
    ]
