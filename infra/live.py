"""What really exists of one app in one stage, found by what it points at and never by memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.aws import Cloud, code
from infra.project import API_HANDLER


@dataclass(frozen=True, slots=True)
class Api:
    """One REST API that calls the app's function; `deployed` once it has a stage."""

    id: str
    created: float
    deployed: bool


@dataclass(frozen=True, slots=True)
class Mapping:
    """One event source mapping: a queue or a stream that wakes a function."""

    id: str
    function: str
    source: str
    enabled: bool

    @property
    def service(self) -> str:
        return self.source.split(":")[2]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription of a function to a topic."""

    id: str
    function: str
    topic: str


@dataclass(frozen=True, slots=True)
class Live:
    """Everything of one app in one stage; `base` is the name that all functions begin with."""

    base: str
    functions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    apis: tuple[Api, ...] = ()
    mappings: tuple[Mapping, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    rules: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()

    def handler(self, name: str) -> str:
        """Return the handler behind a name that begins with the base."""
        return name.removeprefix(self.base).removeprefix("-") or API_HANDLER


def look(cloud: Cloud, app: str) -> Live:
    """Read everything of one app in the cloud's stage."""
    base = cloud.stage.function(app, API_HANDLER)
    return Live(
        base=base,
        functions=tuple(_functions(cloud, base)),
        roles=tuple(_roles(cloud, base)),
        apis=tuple(sorted(_apis(cloud, base), key=lambda api: (not api.deployed, api.created))),
        mappings=tuple(_mappings(cloud, base)),
        subscriptions=tuple(_subscriptions(cloud, base)),
        rules=tuple(_rules(cloud, base)),
        log_groups=tuple(_log_groups(cloud, base)),
    )


def _belongs(name: str, base: str) -> bool:
    return name == base or name.startswith(f"{base}-")


def _functions(cloud: Cloud, base: str) -> Iterator[str]:
    for page in cloud.pages("lambda", "list_functions"):
        yield from (
            f["FunctionName"] for f in page["Functions"] if _belongs(f["FunctionName"], base)
        )


def _roles(cloud: Cloud, base: str) -> Iterator[str]:
    for page in cloud.pages("iam", "list_roles"):
        yield from (r["RoleName"] for r in page["Roles"] if _belongs(r["RoleName"], base))


def _apis(cloud: Cloud, base: str) -> Iterator[Api]:
    for page in cloud.pages("apigateway", "get_rest_apis"):
        for api in page["items"]:
            if _calls(cloud, api["id"], base):
                stages = cloud.client("apigateway").get_stages(restApiId=api["id"])["item"]
                yield Api(api["id"], api["createdDate"].timestamp(), bool(stages))


def _calls(cloud: Cloud, api: str, base: str) -> bool:
    """Tell whether an API calls the app's function: two stages' APIs share one title."""
    target = f":function:{base}/invocations"
    try:
        pages = list(cloud.pages("apigateway", "get_resources", restApiId=api, embed=["methods"]))
    except ClientError as error:
        if code(error) != "NotFoundException":  # somebody else has just deleted it
            raise
        return False
    methods: Iterator[dict[str, Any]] = (
        method
        for page in pages
        for resource in page["items"]
        for method in resource.get("resourceMethods", {}).values()
    )
    return any(target in m.get("methodIntegration", {}).get("uri", "") for m in methods)


def _mappings(cloud: Cloud, base: str) -> Iterator[Mapping]:
    for page in cloud.pages("lambda", "list_event_source_mappings"):
        for each in page["EventSourceMappings"]:
            name = each["FunctionArn"].split(":")[6]
            if _belongs(name, base) and each.get("State") != "Deleting":
                enabled = each.get("State") not in {"Disabled", "Disabling"}
                yield Mapping(each["UUID"], name, each["EventSourceArn"], enabled)


def _subscriptions(cloud: Cloud, base: str) -> Iterator[Subscription]:
    for page in cloud.pages("sns", "list_subscriptions"):
        for each in page["Subscriptions"]:
            if each["Protocol"] == "lambda" and _belongs(name := _name(each["Endpoint"]), base):
                yield Subscription(each["SubscriptionArn"], name, each["TopicArn"])


def _rules(cloud: Cloud, base: str) -> Iterator[str]:
    for page in cloud.pages("events", "list_rules", NamePrefix=f"{base}-"):
        yield from (rule["Name"] for rule in page["Rules"])


def _log_groups(cloud: Cloud, base: str) -> Iterator[str]:
    start = f"/aws/lambda/{base}"
    for page in cloud.pages("logs", "describe_log_groups", logGroupNamePrefix=start):
        names = (group["logGroupName"] for group in page["logGroups"])
        yield from (name for name in names if _belongs(name, start))


def _name(function_arn: str) -> str:
    return (function_arn.split(":") + [""] * 7)[6]
