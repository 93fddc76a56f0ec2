"""The Postman collection of all apps, in an order in which it runs from top to bottom."""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from infra.api import requests
from infra.api.requests import Example
from infra.api.routes import Api, Route
from infra.api.schemas import Schemas
from shared.problems import MEDIA_TYPE, SAFE_HEADERS

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
TOKEN = {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]}
_ABOUT = (
    "Every route of every app, with the refusals that are worth knowing. Choose an environment, "
    "put an operator's token (`make token`) into its variable `token`, and run it as a whole."
)


def collection(name: str, apis: Iterable[Api]) -> dict[str, Any]:
    """Return the collection: a folder per app, in it a folder per route."""
    apis = tuple(apis)
    return {
        "info": {
            "_postman_id": stable_id(name),
            "name": name,
            "description": _ABOUT,
            "schema": SCHEMA,
        },
        "auth": TOKEN,
        "variable": [{"key": key, "value": ""} for key in _variables(apis)],
        "item": [_app(api) for api in apis],
    }


def stable_id(*names: str) -> str:
    """Return an id that follows from names, so that a file made twice is the same file."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("postman", *names))))


def script(listen: str, lines: Iterable[str]) -> dict[str, Any]:
    """Return a script that runs before ("prerequest") or after ("test") a request."""
    return {"listen": listen, "script": {"type": "text/javascript", "exec": list(lines)}}


def _variables(apis: Iterable[Api]) -> list[str]:
    routes = [route for api in apis for route in api.routes]
    named = {name for route in routes for name in route.parameters}
    versioned = [route for route in routes if "ETag" in route.contract.headers]
    kept = {name for route in versioned for name in requests.variables(route)}
    return sorted(named | kept)


def _app(api: Api) -> dict[str, Any]:
    schemas = Schemas(api.routes)
    return {
        "id": stable_id(api.app),
        "name": api.app,
        "description": api.description,
        "item": [_route(route, schemas) for route in api.routes],
    }


def _route(route: Route, schemas: Schemas) -> dict[str, Any]:
    return {
        "id": stable_id(route.app, route.view),
        "name": f"{route.method} {route.path}",
        "description": f"{route.summary}\n\n{route.description}".strip(),
        "item": [_request(example) for example in requests.of(route, schemas)],
    }


def _request(example: Example) -> dict[str, Any]:
    route, path = example.route, example.path.strip("/")
    host = f"{{{{{route.app}_url}}}}"
    url: dict[str, Any] = {"raw": f"{host}/{path}", "host": [host], "path": path.split("/")}
    if example.query:
        url["raw"] += f"?{urlencode(example.query)}"
        url["query"] = _pairs(example.query)
    request: dict[str, Any] = {
        "method": route.method,
        "header": _pairs(example.headers),
        "url": url,
    }
    if route.is_public or not example.has_token:
        request["auth"] = {"type": "noauth"}
    if example.body is not None:
        request["body"] = {
            "mode": "raw",
            "raw": json.dumps(example.body, indent=2, ensure_ascii=False),
            "options": {"raw": {"language": "json"}},
        }
    events = [script("test", _tests(example))]
    if example.fresh:
        events.insert(0, script("prerequest", map(_renew, example.fresh)))
    return {
        "id": stable_id(route.app, route.view, example.name),
        "name": example.name,
        "event": events,
        "request": request,
        "response": [],
    }


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _renew(variable: str) -> str:
    return f'pm.collectionVariables.set("{variable}", pm.variables.replaceIn("{{{{$guid}}}}"));'


def _tests(example: Example) -> list[str]:
    media_type = MEDIA_TYPE if example.refused else "application/json"
    checks = [
        ("status", status_check(example.statuses)),
        (
            "media type",
            f'pm.expect(pm.response.headers.get("Content-Type")).to.eql("{media_type}");',
        ),
        *[
            (name, f'pm.expect(pm.response.headers.get("{name}")).to.eql("{value}");')
            for name, value in SAFE_HEADERS.items()
        ],
    ]
    if example.refused:
        code = f'pm.expect(pm.response.json().code).to.eql("{example.refused.code}");'
        return [_check(*each) for each in [*checks, ("code", code)]]
    given = example.route.contract.headers
    checks += [(name, f'pm.response.to.have.header("{name}");') for name in given]
    if example.required:
        fields = json.dumps(list(example.required))
        checks.append(("fields", f"pm.expect(pm.response.json()).to.include.all.keys({fields});"))
    return [*[_check(*each) for each in checks], *_keep(example)]


def status_check(statuses: Iterable[int]) -> str:
    """Return the line that accepts some statuses only."""
    return f"pm.expect(pm.response.code).to.be.oneOf({json.dumps(list(statuses))});"


def _check(name: str, line: str) -> str:
    return f'pm.test("{name}", () => {{ {line} }});'


def _keep(example: Example) -> list[str]:
    if not example.keeps:
        return []
    id_variable, etag_variable = requests.variables(example.route)
    return [
        f'pm.collectionVariables.set("{id_variable}", pm.response.json().id);',
        f'pm.collectionVariables.set("{etag_variable}", pm.response.headers.get("ETag"));',
    ]
