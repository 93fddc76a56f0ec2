"""Create, update and delete CloudFormation stacks, and say why one failed."""

import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.aws import Cloud
from infra.project import ProjectError

type Say = Callable[[str], None]

_PATIENCE = 3600  # seconds
_LARGEST_INLINE = 51_200  # bytes; a larger template is read from the deployments bucket
_BROKEN = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"}
_GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"}


def ensure(
    cloud: Cloud,
    name: str,
    template: Mapping[str, Any],
    parameters: Mapping[str, str],
    say: Say = print,
) -> None:
    """Create the stack or bring it up to date, and wait; raises ProjectError with the reasons.

    A stack whose creation failed holds nothing and is made anew; one that another run left in
    progress is waited for first.
    """
    status = _settled(cloud, name)
    if status in _BROKEN:
        say(f"{name}: clearing away a creation that failed")
        remove(cloud, name, say)
        status = None
    began = time.time()
    request = _template(cloud, name, template) | {
        "StackName": name,
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
    }
    client = cloud.client("cloudformation")
    word = "updating" if status else "creating"
    if status is None:
        client.create_stack(**request)
    else:
        try:
            client.update_stack(**request)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
            say(f"{name}: unchanged")
            return
    say(f"{name}: {word}")
    status = _settled(cloud, name, say)
    if status not in _GOOD:
        reasons = "\n  ".join(_reasons(cloud, name, began))
        raise ProjectError(f"stack {name} ended in {status}:\n  {reasons}")


def remove(cloud: Cloud, name: str, say: Say = print) -> None:
    """Delete the stack and wait; one that does not exist is fine."""
    if _settled(cloud, name) is None:
        return
    began = time.time()
    cloud.client("cloudformation").delete_stack(StackName=name)
    status = _settled(cloud, name, say)
    if status is not None:
        reasons = "\n  ".join(_reasons(cloud, name, began))
        raise ProjectError(f"stack {name} could not be deleted ({status}):\n  {reasons}")


def status(cloud: Cloud, name: str) -> str | None:
    """Return the stack's status, or None when there is no such stack."""
    found = _describe(cloud, name)
    return str(found["StackStatus"]) if found else None


def outputs(cloud: Cloud, name: str) -> dict[str, str]:
    """Return the stack's outputs; raises ProjectError when there is no such stack."""
    found = _describe(cloud, name)
    if found is None:
        raise ProjectError(f"there is no stack {name}: run `{cloud.stage.remedy}`")
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}


def variables(found: Mapping[str, str]) -> dict[str, str]:
    """Return outputs as environment variables: PaperEventsStreamArn as PAPER_EVENTS_STREAM_ARN."""
    return {re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).upper(): v for key, v in found.items()}


def resources(cloud: Cloud, name: str, kind: str) -> list[str]:
    """Return the physical names of a stack's resources of one type; none without the stack."""
    if status(cloud, name) is None:
        return []
    pages = cloud.pages("cloudformation", "list_stack_resources", StackName=name)
    found = (each for page in pages for each in page["StackResourceSummaries"])
    return [
        each["PhysicalResourceId"]
        for each in found
        if each["ResourceType"] == kind and each["ResourceStatus"] != "DELETE_COMPLETE"
    ]


def _describe(cloud: Cloud, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = cloud.client("cloudformation").describe_stacks(StackName=name)[
            "Stacks"
        ][0]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    return None if found["StackStatus"] == "DELETE_COMPLETE" else found


def _settled(cloud: Cloud, name: str, say: Say | None = None) -> str | None:
    """Wait until the stack is not in progress and return its status, None without the stack."""
    began, told = time.monotonic(), 0.0
    while True:
        now = status(cloud, name)
        if now is None or not now.endswith("_IN_PROGRESS"):
            return now
        waited = time.monotonic() - began
        if waited > _PATIENCE:
            raise ProjectError(f"stack {name} is still {now} after {_PATIENCE} s")
        if say and waited - told > 10:  # noqa: PLR2004  # a line now and then, as a sign of life
            told = waited
            say(f"{name}: {now}, {waited:.0f} s")
        time.sleep(min(3.0, 0.05 + waited / 4))


def _template(cloud: Cloud, name: str, template: Mapping[str, Any]) -> dict[str, Any]:
    body = json.dumps(template, separators=(",", ":"))
    if len(body.encode()) <= _LARGEST_INLINE:
        return {"TemplateBody": body}
    bucket, key = cloud.stage.deployments, f"templates/{name}.json"
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode())
    return {"TemplateURL": f"https://{bucket}.s3.{cloud.stage.region}.amazonaws.com/{key}"}


def _reasons(cloud: Cloud, name: str, began: float) -> list[str]:
    pages = cloud.pages("cloudformation", "describe_stack_events", StackName=name)
    events = (each for page in pages for each in page["StackEvents"])
    found = [
        f"{each['LogicalResourceId']} ({each['ResourceType']}): {each['ResourceStatusReason']}"
        for each in events
        if each["ResourceStatus"].endswith("_FAILED")
        and each["Timestamp"].timestamp() >= began - 5
        and "cancelled" not in each.get("ResourceStatusReason", "cancelled").lower()
    ]
    return found[::-1] or ["CloudFormation gave no reason"]
