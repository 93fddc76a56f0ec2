"""What runs in the emulator: its queues, functions, names and logs, read with boto3."""

import json
from dataclasses import dataclass
from threading import Lock
from typing import Any

from boto3.session import Session
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

from local.console.config import Config

# What every call may raise when the emulator is away or refuses.
CloudError = (BotoCoreError, ClientError)
_REGION = "eu-west-2"
_PATIENCE = ClientConfig(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1})
_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue, how full it is, and the queues whose dead letters it takes."""

    name: str
    url: str
    arn: str
    waiting: int
    in_flight: int
    delayed: int
    sources: tuple[str, ...] = ()

    @property
    def takes_dead_letters(self) -> bool:
        """Whether failed messages end here."""
        return bool(self.sources) or self.name.endswith("-dead")


class Cloud:
    """The emulator as the pages see it; the credentials are those of `endpoints.json`."""

    def __init__(self, emulator: str, config: Config) -> None:
        self._emulator = emulator
        self._config = config
        self._lock = Lock()
        self._clients: dict[tuple[str, ...], Any] = {}

    def client(self, service: str) -> Any:
        """Return a client of the emulator; it is kept as long as the credentials stay the same."""
        aws = self._config.endpoints.get("aws") or {}
        key = (
            service,
            str(aws.get("region") or _REGION),
            str(aws.get("access_key_id") or "test"),
            str(aws.get("secret_access_key") or "test"),
        )
        with self._lock:
            if key not in self._clients:
                self._clients[key] = Session().client(
                    service,
                    endpoint_url=self._emulator,
                    region_name=key[1],
                    aws_access_key_id=key[2],
                    aws_secret_access_key=key[3],
                    config=_PATIENCE,
                )
            return self._clients[key]

    def queues(self) -> list[Queue]:
        """Return every queue, by name, dead-letter queues after the others."""
        sqs = self.client("sqs")
        found = {url: _attributes(sqs, url) for url in sqs.list_queues().get("QueueUrls", [])}
        sources: dict[str, list[str]] = {}
        for attributes in found.values():
            policy = json.loads(attributes.get("RedrivePolicy") or "{}")
            if target := policy.get("deadLetterTargetArn"):
                sources.setdefault(target, []).append(_last(attributes["QueueArn"]))
        queues = [_queue(url, attributes, sources) for url, attributes in found.items()]
        return sorted(queues, key=lambda queue: (queue.takes_dead_letters, queue.name))

    def functions(self) -> list[str]:
        """Return the names of all functions."""
        pages = self.client("lambda").get_paginator("list_functions").paginate()
        return sorted(each["FunctionName"] for page in pages for each in page["Functions"])

    def targets(self) -> list[str]:
        """Return what a fault switch can be set for, as `kind:name`."""
        topics = self.client("sns").list_topics()["Topics"]
        buckets = self.client("s3").list_buckets()["Buckets"]
        tables = self.client("dynamodb").list_tables()["TableNames"]
        return [
            "sendgrid",
            *(f"queue:{queue.name}" for queue in self.queues()),
            *sorted(f"topic:{_last(topic['TopicArn'])}" for topic in topics),
            *sorted(f"bucket:{bucket['Name']}" for bucket in buckets),
            *(f"{kind}:{table}" for kind in ("stream", "table") for table in sorted(tables)),
            *(f"function:{name}" for name in self.functions()),
        ]


def _attributes(sqs: Any, url: str) -> dict[str, str]:
    found: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
        "Attributes"
    ]
    return found


def _queue(url: str, attributes: dict[str, str], sources: dict[str, list[str]]) -> Queue:
    arn = attributes["QueueArn"]
    waiting, in_flight, delayed = (int(attributes.get(name, 0)) for name in _COUNTS)
    return Queue(
        _last(arn), url, arn, waiting, in_flight, delayed, tuple(sorted(sources.get(arn, [])))
    )


def _last(arn: str) -> str:
    return arn.rpartition(":")[2]
