"""What would change in what Chalice makes of an app: its own graph against what really exists."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra import foundation, inventory, live, stacks
from infra.aws import Cloud
from infra.changes import ADD, CHANGE, REMOVE, Change, Permission
from infra.inventory import Item
from infra.live import Live
from infra.policies import listed, statements
from infra.project import Project

_API, _FUNCTION = "AWS::ApiGateway::RestApi", "AWS::Lambda::Function"
_MAPPING, _ROLE = "AWS::Lambda::EventSourceMapping", "AWS::IAM::Role"
_RULE, _SUBSCRIPTION = "AWS::Events::Rule", "AWS::SNS::Subscription"


def changes(project: Project, cloud: Cloud, app: str) -> Iterator[Change | Permission]:
    """Yield what deploying an app would change; nothing is changed by asking.

    Whether a function's code differs is known only once its zip is built; it is not listed.
    """
    environment = {**cloud.environment, **_variables(project, cloud)}
    wanted = inventory.read(project.app(app), cloud.stage.key, environment)
    found = {(item.kind, item.name): item for item in existing(cloud, live.look(cloud, app))}
    for item in wanted:
        present = found.pop((item.kind, item.name), None)
        if item.kind == _ROLE:
            yield from permissions(item, present)
        if present is None:
            yield Change(app, ADD, item.kind, item.name, tuple(_facts(item)))
        elif details := tuple(differences(item, present)):
            yield Change(app, CHANGE, item.kind, item.name, details)
    for item in found.values():
        if item.kind == _ROLE:
            yield from permissions(Item(_ROLE, item.name), item)
        yield Change(app, REMOVE, item.kind, item.name)


def existing(cloud: Cloud, found: Live) -> Iterator[Item]:
    """Yield what exists of an app, in the words of the inventory."""
    for name in found.functions:
        yield _function(cloud, name)
    for name in found.roles:
        yield Item(_ROLE, name, {"policy": _policy(cloud, name)})
    for api in found.apis:
        # The first is the one in use; verify speaks of others.
        name = cloud.client("apigateway").get_rest_api(restApiId=api.id)["name"]
        yield Item(_API, name, {"routes": sorted(_routes(cloud, api.id))})
        break
    for mapping in found.mappings:
        is_table = mapping.service == "dynamodb"
        source = mapping.source.split("/")[1] if is_table else mapping.source.rpartition(":")[2]
        yield Item(_MAPPING, f"{source} -> {mapping.function}")
    for each in found.subscriptions:
        yield Item(_SUBSCRIPTION, f"{each.topic.rpartition(':')[2]} -> {each.function}")
    for name in found.rules:
        rule = cloud.client("events").describe_rule(Name=name)
        yield Item(_RULE, name, {"schedule": rule.get("ScheduleExpression")})


def _variables(project: Project, cloud: Cloud) -> dict[str, str]:
    """Return what the foundation gives to a deploy; what does not stand yet has a stand-in."""
    region = cloud.stage.region
    found = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
    for stack in foundation.templates(project, cloud.stage):
        if stacks.status(cloud, stack.name) is None:
            start = f"arn:aws:dynamodb:{region}:000000000000:table/"
            outputs = {key: f"{start}{key}/stream/planned" for key in stack.template["Outputs"]}
        else:
            outputs = stacks.outputs(cloud, stack.name)
        found |= stacks.variables(outputs)
    return found


def _function(cloud: Cloud, name: str) -> Item:
    found = cloud.client("lambda").get_function_configuration(FunctionName=name)
    facts = {
        "memory": found["MemorySize"],
        "timeout": found["Timeout"],
        "environment": found.get("Environment", {}).get("Variables", {}),
    }
    return Item(_FUNCTION, name, facts)


def _policy(cloud: Cloud, role: str) -> dict[str, Any]:
    """Return all of a role's inline policies as one."""
    together: list[Mapping[str, Any]] = []
    client = cloud.client("iam")
    for page in cloud.pages("iam", "list_role_policies", RoleName=role):
        for name in page["PolicyNames"]:
            document = client.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            together += statements(document)
    return {"Statement": together}


def _routes(cloud: Cloud, api: str) -> Iterator[str]:
    for page in cloud.pages("apigateway", "get_resources", restApiId=api, embed=["methods"]):
        for resource in page["items"]:
            for method in resource.get("resourceMethods", {}):
                if method != "OPTIONS":  # Chalice's own answer to a browser's question
                    yield f"{method} {resource['path']}"


def permissions(wanted: Item, present: Item | None) -> Iterator[Permission]:
    """Yield what a role would gain and lose."""
    after = _grants(wanted.facts.get("policy"))
    before = _grants(present.facts["policy"]) if present else set()
    yield from (Permission(wanted.name, ADD, text) for text in sorted(after - before))
    yield from (Permission(wanted.name, REMOVE, text) for text in sorted(before - after))


def _grants(policy: Mapping[str, Any] | None) -> set[str]:
    """Write a policy as single sentences: one effect, one action, one resource."""
    found = set()
    for statement in statements(policy or {"Statement": []}):
        condition = statement.get("Condition")
        when = f" if {json.dumps(condition, sort_keys=True)}" if condition else ""
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                found.add(f"{statement['Effect'].lower()} {action} on {resource}{when}")
    return found


def _facts(item: Item) -> Iterator[str]:
    if item.kind == _FUNCTION:
        yield f"{item.facts['memory']} MB, {item.facts['timeout']} s"
    elif item.kind == _API:
        yield from item.facts["routes"]
    elif item.kind == _RULE:
        yield item.facts["schedule"]


def differences(wanted: Item, present: Item) -> Iterator[str]:
    """Yield in which facts a resource is not as it should be."""
    for key, before in present.facts.items():
        after = wanted.facts[key]
        if key == "policy":
            if _grants(after) != _grants(before):
                yield "policy"
        elif key == "environment":
            # Names alone: what a variable holds may not be for every screen.
            changed = dict(after.items() ^ before.items())
            if changed:
                yield f"environment: {', '.join(sorted(changed))}"
        elif key == "routes":
            yield from (f"{ADD} {route}" for route in sorted(set(after) - set(before)))
            yield from (f"{REMOVE} {route}" for route in sorted(set(before) - set(after)))
        elif after != before:
            yield f"{key}: {before} becomes {after}"
