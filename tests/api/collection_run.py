"""Runs the collection's requests as Postman would, with its variables, through any client."""

import json
import re
import uuid

from infra.api import requests
from infra.api.schemas import Schemas

_VARIABLE = re.compile(r"\{\{(\$?\w+)\}\}")


class Run:
    """Sends examples one after another; ids and versions of answers go into later requests."""

    def __init__(self, send, variables=()):
        self.send = send
        self.variables = dict(variables)

    def all(self, api):
        schemas = Schemas(api.routes)
        for route in api.routes:
            for example in requests.of(route, schemas):
                yield example, self.one(example)

    def one(self, example):
        self.variables |= {name: str(uuid.uuid4()) for name in example.fresh}
        headers = {name: self._filled(text) for name, text in example.headers.items()}
        if example.has_token and not example.route.is_public:
            headers["Authorization"] = f"Bearer {requests.ROLE}"
        body = None if example.body is None else self._filled(json.dumps(example.body))
        path = self._filled(example.path)
        answer = self.send(example.route.method, path, headers, example.query, body)
        if example.keeps and answer.status_code in example.statuses:
            id_variable, etag_variable = requests.variables(example.route)
            self.variables |= {
                id_variable: answer.json["id"],
                etag_variable: answer.headers["ETag"],
            }
        return answer

    def _filled(self, text):
        return _VARIABLE.sub(lambda found: self._value(found[1]), text)

    def _value(self, name):
        return str(uuid.uuid4()) if name == "$guid" else self.variables[name]
