"""What Chalice would make of an app in a stage, as its own application graph says.

Runs in a process of its own, because two apps cannot be imported into one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from infra.project import ROOT, ProjectError


@dataclass(frozen=True, slots=True)
class Item:
    """One resource that Chalice makes, by its CloudFormation type; `facts` depend on the type."""

    kind: str
    name: str
    facts: dict[str, Any] = field(default_factory=dict)


def read(app: Path, stage: str, environment: Mapping[str, str]) -> list[Item]:
    """Return what Chalice would make; raises ProjectError with the app's own words."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.inventory", str(app), stage],
        cwd=ROOT,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ProjectError(f"{app.name} cannot be read:\n  {done.stderr.strip()[-2000:]}")
    return [Item(**each) for each in json.loads(done.stdout.splitlines()[-1])]


def _items(folder: str, stage: str) -> Iterator[Item]:
    from chalice.cli.factory import CLIFactory  # noqa: PLC0415  # slow, and for this process alone
    from chalice.deploy.appgraph import (  # noqa: PLC0415  # the same
        ApplicationGraphBuilder,
        DependencyBuilder,
    )

    sys.path.insert(0, str(Path(folder) / "vendor"))
    # The variables of the stage go where the app, which is imported here, looks for them.
    config = CLIFactory(folder, environ=os.environ).create_config_obj(stage)
    graph = ApplicationGraphBuilder().build(config, stage)
    routes = [
        f"{method} {path}"
        for path, methods in config.chalice_app.routes.items()
        for method in methods
    ]
    for model in DependencyBuilder().build_dependencies(graph):
        kind = type(model).__name__
        if kind == "RestAPI":
            # The finish step gives it this title.
            title = f"{config.app_name}-{stage}"
            yield Item("AWS::ApiGateway::RestApi", title, {"routes": sorted(routes)})
        elif kind in _READERS:
            yield _READERS[kind](model)
        elif hasattr(model, "resource_type"):
            raise SystemExit(f"a plan does not know Chalice's {kind}: add it to infra/inventory.py")


def _function(model: Any) -> Item:
    facts = {
        "memory": model.memory_size,
        "timeout": model.timeout,
        "environment": model.environment_variables,
    }
    return Item("AWS::Lambda::Function", model.function_name, facts)


def _role(model: Any) -> Item:
    policy = json.loads(Path(model.policy.filename).read_text(encoding="utf-8"))
    return Item("AWS::IAM::Role", model.role_name, {"policy": policy})


def _queue(model: Any) -> Item:
    name = getattr(model.queue, "queue_name", model.queue)
    return _mapping(model, str(name))


def _stream(model: Any) -> Item:
    # arn:aws:dynamodb:<region>:<account>:table/<table>/stream/<label>
    return _mapping(model, model.stream_arn.split("/")[1])


def _mapping(model: Any, source: str) -> Item:
    function = model.lambda_function.function_name
    facts = {"function": function, "source": source}
    return Item("AWS::Lambda::EventSourceMapping", f"{source} -> {function}", facts)


def _subscription(model: Any) -> Item:
    function, topic = model.lambda_function.function_name, model.topic.rpartition(":")[2]
    facts = {"function": function, "topic": topic}
    return Item("AWS::SNS::Subscription", f"{topic} -> {function}", facts)


def _rule(model: Any) -> Item:
    return Item("AWS::Events::Rule", model.rule_name, {"schedule": model.schedule_expression})


_READERS = {
    "LambdaFunction": _function,
    "ManagedIAMRole": _role,
    "SQSEventSource": _queue,
    "DynamoDBEventSource": _stream,
    "SNSLambdaSubscription": _subscription,
    "ScheduledEvent": _rule,
}

# Every type that an item may have.
KINDS = frozenset(
    {
        "AWS::ApiGateway::RestApi",
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::SNS::Subscription",
    }
)


if __name__ == "__main__":
    print(json.dumps([asdict(item) for item in _items(sys.argv[1], sys.argv[2])]))
