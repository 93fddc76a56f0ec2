"""Call a function once and wait for what it returns."""

import json
from collections.abc import Mapping
from typing import Any

from botocore.config import Config

from infra.aws import Cloud
from infra.project import ProjectError

# As long as a function may run; and never a second time, because the first may still be at work.
_ONCE = Config(connect_timeout=5, read_timeout=910, retries={"total_max_attempts": 1})
_SHOWN = 300


class FunctionFailed(ProjectError):
    """Raised when a function ended in an error, in the function's own words."""


def invoke(cloud: Cloud, function: str, event: Mapping[str, Any]) -> Any:
    """Return a function's answer to an event; raises FunctionFailed when it failed."""
    payload = json.dumps(event).encode()
    answer = cloud.client("lambda", _ONCE).invoke(FunctionName=function, Payload=payload)
    text = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        raise FunctionFailed(f"{function} failed: {text[:_SHOWN]}")
    try:
        return json.loads(text or "null")
    except ValueError:
        raise FunctionFailed(f"{function} answered no JSON: {text[:_SHOWN]}") from None
