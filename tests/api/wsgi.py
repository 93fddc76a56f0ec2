"""API Gateway in process, as a WSGI application: routes, authorizer, its own answers."""

import json
from http import HTTPStatus
from urllib.parse import parse_qs

from infra.gateway import wanted
from shared.contract import ROLES
from tests.fakes.gateway import Context


class InProcess:
    """Serves an app; `Authorization: Bearer <role>` is a token of somebody with that role."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        status, headers, body = self._answer(environ)
        start_response(f"{status} {HTTPStatus(status).phrase}", list(headers.items()))
        return [body.encode()]

    def _answer(self, environ):
        method = environ["REQUEST_METHOD"]
        found = self._match(method, environ["PATH_INFO"].encode("latin-1").decode(errors="replace"))
        if found is None:
            return self._own("MISSING_AUTHENTICATION_TOKEN")
        route, values = found
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").title(): text
            for name, text in environ.items()
            if name.startswith("HTTP_") or (name == "CONTENT_TYPE" and text)
        }
        role = headers.get("Authorization", "").removeprefix("Bearer ")
        if self.app.routes[route][method].authorizer and role not in ROLES:
            return self._own("ACCESS_DENIED" if role else "UNAUTHORIZED")
        given = self.app(self._event(method, route, values, headers, environ, role), Context())
        return given["statusCode"], given["headers"], given["body"]

    def _match(self, method, path):
        parts = path.strip("/").split("/")
        for route, methods in self.app.routes.items():
            names = route.strip("/").split("/")
            if method not in methods or len(names) != len(parts):
                continue
            pairs = list(zip(names, parts, strict=True))
            if all(name == part or (name.startswith("{") and part) for name, part in pairs):
                return route, {n.strip("{}"): part for n, part in pairs if n.startswith("{")}
        return None

    def _event(self, method, route, values, headers, environ, role):
        caller = {"token_id": "t", "role": role, "email": f"{role}@example.org"}
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        return {
            "multiValueQueryStringParameters": query or None,
            "headers": headers,
            "pathParameters": values,
            "requestContext": {
                "httpMethod": method,
                "resourcePath": route,
                "requestId": Context.aws_request_id,
                "authorizer": caller if role in ROLES else {},
            },
            "body": raw.decode(errors="replace"),
            "stageVariables": None,
        }

    def _own(self, kind):
        answer = wanted()["responses"][kind]
        headers = {
            name.removeprefix("gatewayresponse.header."): text.strip("'")
            for name, text in answer["responseParameters"].items()
        }
        document = json.dumps(json.loads(answer["responseTemplates"]["application/json"]))
        return int(answer["statusCode"]), headers, document
