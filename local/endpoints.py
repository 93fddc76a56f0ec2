"""`endpoints.json`: everything that a program must know to use the laptop cloud."""

from typing import Any

import boto3

from infra.aws import Cloud
from local.credentials import Credentials
from local.deployment import Deployment
from local.options import Options


def describe(
    deployment: Deployment, options: Options, keys: Credentials, tokens: dict[str, str]
) -> dict[str, Any]:
    """Return the document; names are shown without the stage's prefix."""
    cloud = deployment.cloud
    return {
        "aws": {
            "endpoint_url": options.endpoint,
            "region": cloud.stage.region,
            "access_key_id": keys.key,
            "secret_access_key": keys.secret,
        },
        "apps": {app: {"url": deployment.url(app)} for app in deployment.project.apps},
        "tokens": tokens,
        "buckets": _purposes(cloud, [each["Name"] for each in _buckets(cloud)]),
        "queues": _purposes(cloud, _all(cloud, "sqs", "list_queues", "QueueUrls")),
        "topics": _purposes(cloud, [t["TopicArn"] for t in _topics(cloud)]),
        "databases": {},
        "mailbox": {
            "page": f"{options.console}/mailbox",
            "messages": f"{options.console}/messages",
        },
        "faults": {"url": f"{options.console}/faults"},
    }


def client(endpoints: dict[str, Any], service: str) -> Any:
    """Return a client of a service for whoever has the document."""
    aws = endpoints["aws"]
    return boto3.client(
        service,
        endpoint_url=aws["endpoint_url"],
        region_name=aws["region"],
        aws_access_key_id=aws["access_key_id"],
        aws_secret_access_key=aws["secret_access_key"],
    )


def _buckets(cloud: Cloud) -> list[Any]:
    return list(cloud.client("s3").list_buckets()["Buckets"])


def _topics(cloud: Cloud) -> list[Any]:
    return _all(cloud, "sns", "list_topics", "Topics")


def _all(cloud: Cloud, service: str, operation: str, key: str) -> list[Any]:
    return [each for page in cloud.pages(service, operation) for each in page.get(key, [])]


def _purposes(cloud: Cloud, places: list[str]) -> dict[str, str]:
    """Map what is left of a name without the stage's prefix to the name, ARN or address."""
    prefix = f"{cloud.stage.name}-"
    names = {place: place.rpartition("/")[2].rpartition(":")[2] for place in places}
    return {
        name.removeprefix(prefix): place for place, name in names.items() if name.startswith(prefix)
    }
