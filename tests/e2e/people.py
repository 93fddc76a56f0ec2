"""People and programs as the laptop cloud sees them: HTTP, mailbox, fault switches, AWS calls."""

import json
import time
import uuid
from functools import cached_property

import requests

from local.endpoints import client

PAPER = {"subject": "ELA", "description": "Is it clear?", "text": "Everest is high."}


def wait_for(look, seconds=20, pause=0.05):
    """Return what `look` gives as soon as it is true; fail loudly if it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(pause)
    raise AssertionError(f"did not happen within {seconds} s: {look.__doc__ or look.__name__}")


class Person:
    """Calls one app with one token."""

    def __init__(self, url, token=None):
        self.url = url
        self.http = requests.Session()
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method, path, body=None, headers=None, **options):
        return self.http.request(
            method, f"{self.url}{path}", json=body, headers=headers, timeout=30, **options
        )


class Laptop:
    """One running laptop cloud, by its endpoints.json."""

    def __init__(self, endpoints):
        self.endpoints = endpoints

    def person(self, role, app="paper"):
        return Person(self.endpoints["apps"][app]["url"], role and self.endpoints["tokens"][role])

    def aws(self, service):
        return client(self.endpoints, service)

    @cached_property
    def name(self):
        """The stage's name: the first part of every resource's name."""
        return self.endpoints["buckets"]["deployments"].removesuffix("-deployments")

    def mails(self, *, event=None, paper=None, to=None):
        found = requests.get(self.endpoints["mailbox"]["messages"], timeout=10).json()
        return [
            mail
            for mail in found
            if (event is None or mail["custom_args"].get("event_id") == event)
            and (paper is None or paper in mail["text"])
            and (to is None or to in mail["to"])
        ]

    def mails_about(self, paper_id, count, seconds=20):
        """Wait until there are as many mails about a paper, and return them."""
        return wait_for(
            lambda: len(found := self.mails(paper=paper_id)) >= count and found, seconds
        )

    def fault(self, target, kind, **options):
        named = target if target == "sendgrid" else target.replace(":", f":{self.name}-", 1)
        fault = {"target": named, "kind": kind, **options}
        requests.post(self.endpoints["faults"]["url"], json=fault, timeout=10).raise_for_status()

    def kill(self, app, handler, **options):
        """Let the emulator kill -9 the next invocations of a function in the middle."""
        fault = {"target": f"function:{self.function(app, handler)}", "kind": "kill", **options}
        requests.post(self.endpoints["faults"]["url"], json=fault, timeout=10).raise_for_status()

    def faults(self):
        return requests.get(self.endpoints["faults"]["url"], timeout=10).json()

    def clear_faults(self):
        requests.delete(self.endpoints["faults"]["url"], timeout=10).raise_for_status()

    def sweep(self):
        self.aws("lambda").invoke(FunctionName=self.function("paper", "sweep"), Payload=SCHEDULE)

    def function(self, app, handler):
        prefix, _, stage = self.name.rpartition("-")
        return f"{prefix}-{app}-{stage}-{handler}"

    def rows(self, table):
        pages = self.aws("dynamodb").get_paginator("scan")
        found = pages.paginate(TableName=f"{self.name}-{table}", ConsistentRead=True)
        return [row for page in found for row in page["Items"]]

    def depth(self, queue):
        url = self.endpoints["queues"][queue]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        names.append("ApproximateNumberOfMessagesDelayed")
        found = self.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(value) for value in found["Attributes"].values())


SCHEDULE = json.dumps(
    {
        "version": "0",
        "id": "1",
        "account": "1",
        "region": "eu-west-2",
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "detail": {},
        "resources": [],
        "time": "2026-11-21T03:00:00Z",
    }
).encode()


def fresh_key():
    return {"Idempotency-Key": str(uuid.uuid4())}
