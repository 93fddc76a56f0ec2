"""Chalice's record of what it deployed, kept in the deployments bucket for every machine."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.aws import Cloud, code

type Resource = dict[str, Any]

_MISSING = {"NoSuchKey", "NoSuchBucket"}


def load(cloud: Cloud, app: str) -> list[Resource]:
    """Return the recorded resources of an app; none when nothing readable was recorded.

    A damaged record is no loss: adoption finds every resource by looking.
    """
    try:
        answer = cloud.client("s3").get_object(Bucket=cloud.stage.deployments, Key=_key(cloud, app))
    except ClientError as error:
        if code(error) not in _MISSING:
            raise
        return []
    try:
        return list(json.loads(answer["Body"].read())["resources"])
    except (ValueError, KeyError, TypeError):
        return []


def save(cloud: Cloud, app: str, resources: Iterable[Resource]) -> None:
    """Record the resources of an app."""
    cloud.client("s3").put_object(
        Bucket=cloud.stage.deployments,
        Key=_key(cloud, app),
        Body=text(resources).encode(),
        ContentType="application/json",
    )


def text(resources: Iterable[Resource]) -> str:
    """Return the record in the form of Chalice's own file."""
    content = {"resources": list(resources), "schema_version": "2.0", "backend": "api"}
    return json.dumps(content, indent=2) + "\n"


def read(path: Path) -> list[Resource]:
    """Return the resources of Chalice's own file."""
    return list(json.loads(path.read_text(encoding="utf-8"))["resources"])


def file(folder: Path, stage: str) -> Path:
    """Return where Chalice looks for the record of an app in `folder`."""
    return folder / ".chalice" / "deployed" / f"{stage}.json"


def api_id(resources: Iterable[Resource]) -> str | None:
    """Return the id of the app's REST API, or None when it has none."""
    ids = (each["rest_api_id"] for each in resources if each["resource_type"] == "rest_api")
    return next(ids, None)


def _key(cloud: Cloud, app: str) -> str:
    return f"chalice/{app}/{cloud.stage.key}.json"
