"""The settings that a Chalice deploy erases or cannot make, each with how to read and set it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra import gateway, live
from infra.aws import Cloud, code
from infra.live import Live
from infra.project import API_STAGE

_HOUR = 3600
# An outage of a topic passes; what is still refused after that is for a person, and the sweep.
_STREAM_RETRIES = 10
_NEW_ITEMS = json.dumps({"eventName": ["INSERT"]})  # a row's end by its TTL is an event as well


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: where it is, what it must be, how to read it and how to make it so."""

    place: str
    wanted: Any
    read: Callable[[], Any]
    apply: Callable[[], object]


def settings(cloud: Cloud, app: str, found: Live) -> Iterator[Setting]:
    """Yield every setting of an app as it stands deployed."""
    for mapping in found.mappings:
        yield _mapping(cloud, app, found, mapping)
    for name in sorted({each.function for each in found.subscriptions}):
        yield _async(cloud, app, found, name)
    for rule in found.rules:
        yield from _rule(cloud, app, found, rule)
    for name in found.functions:
        yield _recursion(cloud, found, name)
        yield _concurrency(cloud, found, name)
    for api in found.apis:
        yield _title(cloud, app, found, api.id)
        yield _responses(cloud, app, api.id)
        yield _throttle(cloud, app, api.id)


def _mapping(cloud: Cloud, app: str, found: Live, mapping: live.Mapping) -> Setting:
    client = cloud.client("lambda")
    wanted: dict[str, Any] = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
    if mapping.service != "sqs":
        wanted |= {
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": _STREAM_RETRIES,
            "DestinationConfig": {"OnFailure": {"Destination": cloud.dead_letters(app)}},
        }
    if mapping.service == "dynamodb":
        wanted["FilterCriteria"] = {"Filters": [{"Pattern": _NEW_ITEMS}]}

    def read() -> dict[str, Any]:
        have = client.get_event_source_mapping(UUID=mapping.id)
        values: dict[str, Any] = {key: have.get(key) for key in wanted}
        if values.get("DestinationConfig"):
            values["DestinationConfig"].pop("OnSuccess", None)
        return values

    return Setting(
        f"{app} {found.handler(mapping.function)}: mapping of {mapping.source}",
        wanted,
        read,
        lambda: client.update_event_source_mapping(UUID=mapping.id, **wanted),
    )


def _async(cloud: Cloud, app: str, found: Live, name: str) -> Setting:
    client = cloud.client("lambda")
    wanted = {
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 6 * _HOUR,
        "OnFailure": cloud.dead_letters(app),
    }

    def read() -> dict[str, Any]:
        try:
            have = client.get_function_event_invoke_config(FunctionName=name)
        except ClientError as error:
            if code(error) != "ResourceNotFoundException":
                raise
            return {}
        failed_to = have.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        return {key: have.get(key) for key in wanted} | {"OnFailure": failed_to}

    def apply() -> None:
        client.put_function_event_invoke_config(
            FunctionName=name,
            MaximumRetryAttempts=wanted["MaximumRetryAttempts"],
            MaximumEventAgeInSeconds=wanted["MaximumEventAgeInSeconds"],
            DestinationConfig={"OnFailure": {"Destination": wanted["OnFailure"]}},
        )

    place = f"{app} {found.handler(name)}: retries and dead letters of asynchronous calls"
    return Setting(place, wanted, read, apply)


def _rule(cloud: Cloud, app: str, found: Live, rule: str) -> Iterator[Setting]:
    client = cloud.client("events")
    wanted = {
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": _HOUR},
        "DeadLetterConfig": {"Arn": cloud.dead_letters(app)},
    }
    for target in client.list_targets_by_rule(Rule=rule)["Targets"]:
        function = target["Arn"].rsplit(":", 1)[1]
        yield _async(cloud, app, found, function)

        def read(target_id: str = target["Id"]) -> dict[str, Any]:
            targets = client.list_targets_by_rule(Rule=rule)["Targets"]
            have: dict[str, Any] = next((t for t in targets if t["Id"] == target_id), {})
            return {key: have.get(key) for key in wanted}

        def apply(target: dict[str, Any] = target) -> None:
            answer = client.put_targets(Rule=rule, Targets=[{**target, **wanted}])
            if answer.get("FailedEntryCount"):
                raise RuntimeError(f"{rule}: {answer['FailedEntries']}")

        place = f"{app} {found.handler(rule)}: retries and dead letters of its schedule"
        yield Setting(place, wanted, read, apply)


def _recursion(cloud: Cloud, found: Live, name: str) -> Setting:
    client = cloud.client("lambda")
    return Setting(
        f"{found.base} {found.handler(name)}: guard against endless recursion",
        "Terminate",
        lambda: client.get_function_recursion_config(FunctionName=name)["RecursiveLoop"],
        lambda: client.put_function_recursion_config(FunctionName=name, RecursiveLoop="Terminate"),
    )


def _concurrency(cloud: Cloud, found: Live, name: str) -> Setting:
    client = cloud.client("lambda")
    return Setting(
        f"{found.base} {found.handler(name)}: no reserved concurrency",
        None,
        lambda: client.get_function_concurrency(FunctionName=name).get(
            "ReservedConcurrentExecutions"
        ),
        lambda: client.delete_function_concurrency(FunctionName=name),
    )


def _title(cloud: Cloud, app: str, found: Live, api: str) -> Setting:
    """Chalice gives one title to every stage's API, and CloudWatch tells APIs apart by it."""
    client = cloud.client("apigateway")
    rename = [{"op": "replace", "path": "/name", "value": found.base}]
    return Setting(
        f"{app} API {api}: title",
        found.base,
        lambda: client.get_rest_api(restApiId=api)["name"],
        lambda: client.update_rest_api(restApiId=api, patchOperations=rename),
    )


def _responses(cloud: Cloud, app: str, api: str) -> Setting:
    return Setting(
        f"{app} API {api}: problem documents of API Gateway's own answers",
        gateway.wanted(),
        lambda: gateway.read(cloud, api),
        lambda: gateway.apply(cloud, api),
    )


def _throttle(cloud: Cloud, app: str, api: str) -> Setting:
    client = cloud.client("apigateway")
    limits = {
        "throttlingRateLimit": float(cloud.stage.number("traffic.rate")),
        "throttlingBurstLimit": cloud.stage.number("traffic.burst"),
    }
    paths = {"throttlingRateLimit": "rateLimit", "throttlingBurstLimit": "burstLimit"}

    def read() -> dict[str, Any]:
        stage = client.get_stage(restApiId=api, stageName=API_STAGE)
        have = stage.get("methodSettings", {}).get("*/*", {})
        return {key: have.get(key) for key in limits}

    def apply() -> None:
        operations = [
            {"op": "replace", "path": f"/*/*/throttling/{paths[key]}", "value": f"{value:g}"}
            for key, value in limits.items()
        ]
        client.update_stage(restApiId=api, stageName=API_STAGE, patchOperations=operations)

    return Setting(f"{app} API {api}: throttle", limits, read, apply)
