"""What would change in the stacks: CloudFormation's own answer where a stack stands already."""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from infra import stacks
from infra.aws import Cloud
from infra.changes import ADD, CHANGE, REMOVE, Change
from infra.foundation import Stack
from infra.project import ProjectError

_SIGNS = {"Add": ADD, "Modify": CHANGE, "Remove": REMOVE, "Import": ADD, "Dynamic": CHANGE}
_PATIENCE = 300.0  # seconds


def changes(cloud: Cloud, stack: Stack) -> Iterator[Change]:
    """Yield what deploying a stack would change; nothing is changed by asking."""
    if stacks.status(cloud, stack.name) is None:
        yield from _everything(stack)
        return
    for each in _change_set(cloud, stack):
        found = each["ResourceChange"]
        name = found.get("PhysicalResourceId") or _own_name(stack, found["LogicalResourceId"])
        details = tuple(sorted({_words(detail) for detail in found.get("Details", ())}))
        if found.get("Replacement") == "True":
            details = ("is made anew, the present one is deleted", *details)
        yield Change(stack.name, _SIGNS[found["Action"]], found["ResourceType"], name, details)


def _everything(stack: Stack) -> Iterator[Change]:
    conditions: Mapping[str, Any] = stack.template.get("Conditions", {})
    for key, resource in stack.template["Resources"].items():
        condition = resource.get("Condition")
        if condition is None or _holds(conditions[condition], stack.parameters):
            yield Change(stack.name, ADD, resource["Type"], _own_name(stack, key))


def _own_name(stack: Stack, key: str) -> str:
    """Return the name that the template gives a resource, or else its key."""
    resource: Mapping[str, Any] = stack.template["Resources"].get(key, {})
    for name, value in resource.get("Properties", {}).items():
        if name == "Name" or (name.endswith("Name") and name != "DisplayName"):
            text: str = value["Fn::Sub"] if isinstance(value, dict) else value
            for parameter, of in stack.parameters.items():
                text = text.replace(f"${{{parameter}}}", of)
            return text
    return key


def _holds(condition: Mapping[str, Any], parameters: Mapping[str, str]) -> bool:
    """Evaluate the conditions that the templates use: an equality, or that it is not so."""
    if "Fn::Not" in condition:
        return not _holds(condition["Fn::Not"][0], parameters)
    left, right = condition["Fn::Equals"]
    return parameters[left["Ref"]] == str(right)


def _change_set(cloud: Cloud, stack: Stack) -> list[dict[str, Any]]:
    client = cloud.client("cloudformation")
    names = {"StackName": stack.name, "ChangeSetName": f"plan-{uuid.uuid4().hex[:12]}"}
    client.create_change_set(
        **names,
        ChangeSetType="UPDATE",
        Capabilities=["CAPABILITY_NAMED_IAM"],
        TemplateBody=json.dumps(stack.template, separators=(",", ":")),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in stack.parameters.items()
        ],
    )
    try:
        return _described(client, names)
    finally:
        client.delete_change_set(**names)


def _described(client: Any, names: Mapping[str, str]) -> list[dict[str, Any]]:
    ends = time.monotonic() + _PATIENCE
    while True:
        found = client.describe_change_set(**names)
        if found["Status"] in {"CREATE_COMPLETE", "FAILED"}:
            break
        if time.monotonic() > ends:
            raise ProjectError(f"CloudFormation has not compared {names['StackName']} in time")
        time.sleep(0.5)
    reason = found.get("StatusReason", "")
    if found["Status"] == "FAILED" and not _is_unchanged(reason):
        raise ProjectError(f"CloudFormation cannot compare {names['StackName']}: {reason}")
    listed: list[dict[str, Any]] = found.get("Changes", [])
    while "NextToken" in found:
        found = client.describe_change_set(**names, NextToken=found["NextToken"])
        listed += found.get("Changes", [])
    return listed


def _is_unchanged(reason: str) -> bool:
    return "didn't contain changes" in reason or "No updates are to be performed" in reason


def _words(detail: Mapping[str, Any]) -> str:
    target = detail["Target"]
    return str(target.get("Name") or target["Attribute"])
