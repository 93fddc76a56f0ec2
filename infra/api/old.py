"""Clients' collections from before there were tokens, made runnable with as little as it takes."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from infra.api.postman import TOKEN, script, status_check
from infra.api.routes import Api, Route
from infra.project import ProjectError


def modernised(collection: dict[str, Any], apis: Iterable[Api]) -> dict[str, Any]:
    """Return a copy with the bearer {{token}} for all and a status test for each request.

    Raises ProjectError naming a request that is no route of the apps.
    """
    made = copy.deepcopy(collection)
    made["auth"] = TOKEN
    routes = {(r.method, tuple(r.path.strip("/").split("/"))): r for a in apis for r in a.routes}
    for item in _requests(made["item"]):
        route = _route(item, routes)
        line = f'pm.test("status", () => {{ {status_check(route.statuses)} }});'
        item["event"] = [*item.get("event", ()), script("test", [line])]
    return made


def _requests(items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        if "request" in item:
            yield item
        yield from _requests(item.get("item", ()))


def _route(item: dict[str, Any], routes: dict[tuple[str, tuple[str, ...]], Route]) -> Route:
    request = item["request"]
    place = (request["method"], tuple(request["url"]["path"]))
    if place not in routes:
        raise ProjectError(f"{item['name']}: {place[0]} /{'/'.join(place[1])} is no route here")
    return routes[place]
