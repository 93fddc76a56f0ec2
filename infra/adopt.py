"""Make Chalice's record of an app agree with what exists, so that a deploy never doubles anything.

Chalice writes its record after its last step. A deploy that was killed before leaves an API,
mappings and subscriptions that the record does not know, and the next one would make them again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infra import live
from infra.aws import Cloud
from infra.live import Live

type Resource = dict[str, Any]

# What is found here by looking; every other kind of the record is left as it is.
_FOUND = {"rest_api", "sqs_event", "dynamodb_event", "kinesis_event", "sns_event"}
_FOUND |= {"lambda_function", "iam_role", "cloudwatch_event"}


@dataclass(frozen=True, slots=True)
class Adoption:
    """The record as it should be, and what exists beside it and has to go."""

    record: tuple[Resource, ...]
    extra_apis: tuple[str, ...]
    extra_mappings: tuple[str, ...]
    extra_subscriptions: tuple[str, ...]


def adopt(cloud: Cloud, found: Live, recorded: Iterable[Resource]) -> Adoption:
    """Decide what to keep; of several alike the recorded one, or else the oldest, is kept."""
    before = list(recorded)
    names = {str(value) for each in before for value in each.values()}
    apis = sorted(found.apis, key=lambda api: (api.id not in names, not api.deployed, api.created))
    mappings = _one_each(found.mappings, names, lambda each: (each.function, each.service))
    subscriptions = _one_each(found.subscriptions, names, lambda each: each.function)
    record = [
        *(_role(cloud, found, name) for name in found.roles),
        *(_function(cloud, found, name) for name in found.functions),
        *(_rule(found, name) for name in found.rules),
        *(_api(cloud, api.id) for api in apis[:1]),
        *(_mapping(cloud, found, each) for each in mappings),
        *(_subscription(cloud, found, each) for each in subscriptions),
        *(each for each in before if each["resource_type"] not in _FOUND),
    ]
    return Adoption(
        tuple(record),
        tuple(api.id for api in apis[1:]),
        tuple(each.id for each in found.mappings if each not in mappings),
        tuple(each.id for each in found.subscriptions if each not in subscriptions),
    )


def discard(cloud: Cloud, adoption: Adoption) -> None:
    """Remove what exists beside the record."""
    for api in adoption.extra_apis:
        cloud.client("apigateway").delete_rest_api(restApiId=api)
    for mapping in adoption.extra_mappings:
        cloud.client("lambda").delete_event_source_mapping(UUID=mapping)
    for subscription in adoption.extra_subscriptions:
        cloud.client("sns").unsubscribe(SubscriptionArn=subscription)


def _one_each[T: (live.Mapping, live.Subscription)](
    every: Iterable[T], known: set[str], place: Callable[[T], object]
) -> list[T]:
    """Keep one for each place: Chalice's record has room for no more."""
    kept: dict[object, T] = {}
    for each in sorted(every, key=lambda e: (e.id not in known, e.id)):
        kept.setdefault(place(each), each)
    return list(kept.values())


def _role(cloud: Cloud, found: Live, name: str) -> Resource:
    return {
        "name": f"{found.handler(name)}_role",
        "resource_type": "iam_role",
        "role_arn": f"arn:aws:iam::{cloud.account}:role/{name}",
        "role_name": name,
    }


def _function(cloud: Cloud, found: Live, name: str) -> Resource:
    return {
        "name": found.handler(name),
        "resource_type": "lambda_function",
        "lambda_arn": cloud.function_arn(name),
    }


def _rule(found: Live, name: str) -> Resource:
    return {"name": found.handler(name), "resource_type": "cloudwatch_event", "rule_name": name}


def _api(cloud: Cloud, api: str) -> Resource:
    host = f"{api}.execute-api.{cloud.stage.region}.amazonaws.com"
    return {
        "name": "rest_api",
        "resource_type": "rest_api",
        "rest_api_id": api,
        "rest_api_url": f"https://{host}/api/",
    }


def _mapping(cloud: Cloud, found: Live, each: live.Mapping) -> Resource:
    last = each.source.rsplit(":", 1)[1]
    own: Mapping[str, Resource] = {
        "sqs": {"queue_arn": each.source, "queue": last},
        "dynamodb": {"stream_arn": each.source},
        "kinesis": {"kinesis_arn": each.source, "stream": last.removeprefix("stream/")},
    }
    return {
        "name": f"{found.handler(each.function)}-{each.service}-event-source",
        "resource_type": f"{each.service}_event",
        "event_uuid": each.id,
        "lambda_arn": cloud.function_arn(each.function),
        **own[each.service],
    }


def _subscription(cloud: Cloud, found: Live, each: live.Subscription) -> Resource:
    return {
        "name": f"{found.handler(each.function)}-sns-subscription",
        "resource_type": "sns_event",
        "topic": each.topic.rsplit(":", 1)[1],
        "topic_arn": each.topic,
        "lambda_arn": cloud.function_arn(each.function),
        "subscription_arn": each.id,
    }
