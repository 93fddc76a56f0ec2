"""API Gateway's part of a request: what it hands to the function, and what comes back."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict
    body: dict


class Context:
    """What Lambda tells a function about its call; `seconds` are left."""

    aws_request_id = "request-0000-0001"

    def __init__(self, seconds=25.0):
        self.seconds = seconds

    def get_remaining_time_in_millis(self):
        return int(self.seconds * 1000)


class Gateway:
    """Calls an app's routes as one caller, in process."""

    def __init__(self, app, role=None, email=None):
        self.app = app
        self.caller = role and {
            "token_id": f"token-of-{email or role}",
            "role": role,
            "email": email or f"{role}@example.org",
        }

    def __call__(self, method, path, body=None, headers=None, raw=None, query=None):
        route, values = self._match(method, path)
        sent = raw if raw is not None else None if body is None else json.dumps(body)
        event = {
            "multiValueQueryStringParameters": query and _lists(query),
            "headers": headers or {},
            "pathParameters": values,
            "requestContext": {
                "httpMethod": method,
                "resourcePath": route,
                "requestId": Context.aws_request_id,
                "authorizer": self.caller or {},
            },
            "body": sent,
            "stageVariables": None,
        }
        given = self.app(event, Context())
        names = {name.lower(): value for name, value in given["headers"].items()}
        return Answer(given["statusCode"], names, json.loads(given["body"]))

    def _match(self, method, path):
        parts = path.strip("/").split("/")
        for route, methods in self.app.routes.items():
            names = route.strip("/").split("/")
            fits = len(names) == len(parts) and all(
                name == part or name.startswith("{")
                for name, part in zip(names, parts, strict=True)
            )
            if fits and method in methods:
                values = {
                    name.strip("{}"): part
                    for name, part in zip(names, parts, strict=True)
                    if name.startswith("{")
                }
                return route, values
        raise LookupError(f"{method} {path}")


def _lists(query):
    return {name: value if isinstance(value, list) else [value] for name, value in query.items()}
