"""A test's way to one emulator: clients, and makers of functions, queues and buckets."""

import io
import json
import uuid
import zipfile
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from local.processes import request
from tests.waiting import eventually

ROLE = "arn:aws:iam::000000000000:role/test"
_ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=30)


class Aws:
    """One emulator."""

    def __init__(self, port: int, region: str) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self.region = region
        self.client = cache(self._client)

    def _client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=self.region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=_ONCE,
        )

    def control(self, method: str, body: Any = None, query: str = "") -> tuple[int, bytes]:
        return request(method, f"{self.endpoint}/_local/faults{query}", body)

    def function(self, code: str, **settings: Any) -> str:
        """Make a function from source with a handler `h` and return its name."""
        name = unique("f")
        settings.setdefault("Timeout", 10)
        self.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=ROLE,
            Handler="app.h",
            Code={"ZipFile": zipped({"app.py": code})},
            **settings,
        )
        return name

    def invoke(self, name: str, payload: Any = None, **settings: Any) -> tuple[Any, str | None]:
        answer = self.client("lambda").invoke(
            FunctionName=name, Payload=json.dumps(payload).encode(), **settings
        )
        text = answer["Payload"].read()
        return json.loads(text) if text else None, answer.get("FunctionError")

    def function_arn(self, name: str) -> str:
        return f"arn:aws:lambda:{self.region}:000000000000:function:{name}"

    def queue(self, **attributes: str) -> tuple[str, str]:
        """Make a queue and return its address and ARN."""
        sqs, name = self.client("sqs"), unique("q")
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, f"arn:aws:sqs:{self.region}:000000000000:{name}"

    def bodies(self, url: str) -> list[str]:
        """Take every message that is visible now out of a queue."""
        sqs, found = self.client("sqs"), []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def table(self, stream: bool = False) -> tuple[str, str]:
        """Make a table with hash key `id` and return its name and its stream's ARN."""
        settings = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"} if stream else None
        made = self.client("dynamodb").create_table(
            TableName=unique("t"),
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            **({"StreamSpecification": settings} if settings else {}),
        )["TableDescription"]
        return made["TableName"], made.get("LatestStreamArn", "")

    def sink(self) -> tuple[str, dict[str, Any]]:
        """Make a queue for functions to write to, and the settings that tell them."""
        url, _ = self.queue()
        return url, {"Environment": {"Variables": {"SINK": url}}}


# Without boto3, whose import would be most of what these functions do.
SINK = """
import json, os, urllib.request
def tell(text):
    body = json.dumps({"QueueUrl": os.environ["SINK"], "MessageBody": text}).encode()
    headers = {"X-Amz-Target": "AmazonSQS.SendMessage", "Content-Type": "application/json"}
    call = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], body, headers)
    urllib.request.urlopen(call).read()
"""


def unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in files.items():
            package.writestr(name, text)
    return buffer.getvalue()


def gathered(aws: Aws, url: str, count: int, seconds: float = 8.0) -> list[str]:
    """Return the bodies that arrive in a queue until there are `count`, or time is up."""
    found: list[str] = []
    eventually(lambda: found.extend(aws.bodies(url)) or len(found), lambda n: n >= count, seconds)
    return found
