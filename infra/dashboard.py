"""The CloudWatch dashboard of a stage: alarms on top, then APIs, functions, queues and mails."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from infra.functions import App
from infra.project import API_HANDLER, Stage

_WIDTH, _HEIGHT = 24, 6
_THIRD = _WIDTH // 3


class Named(Protocol):
    """Whatever has the name of an alarm."""

    @property
    def name(self) -> str: ...


def body(stage: Stage, apps: Sequence[App], queues: Sequence[str], watched: Iterable[Named]) -> str:
    """Return the dashboard as JSON in which CloudFormation still has to fill in the account."""
    arn = "arn:aws:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:"
    alarms = {
        "type": "alarm",
        "width": _WIDTH,
        "height": 4,
        "properties": {"title": "Alarms", "alarms": [f"{arn}{alarm.name}" for alarm in watched]},
    }
    widgets = [alarms]
    for app in apps:
        widgets += _app(stage, app)
    return json.dumps({"widgets": [*widgets, *_queues(queues), _mails(stage)]})


def _app(stage: Stage, app: App) -> list[dict[str, Any]]:
    names = [stage.function(app.name, function.name) for function in app.functions]
    rows = [
        _graph(f"{app.name}: calls", [_of(name, "Invocations") for name in names], "Sum"),
        _graph(f"{app.name}: failures", [_of(name, "Errors") for name in names], "Sum"),
        _graph(f"{app.name}: duration, ms", [_of(name, "Duration") for name in names], "p99"),
    ]
    if any(function.name == API_HANDLER for function in app.functions):
        api = stage.function(app.name, API_HANDLER)
        metrics = ("Count", "4XXError", "5XXError")
        rows += [
            _graph(f"{app.name} API: answers", [_api(api, each) for each in metrics], "Sum"),
            _graph(f"{app.name} API: latency p50, ms", [_api(api, "Latency")], "p50"),
            _graph(f"{app.name} API: latency p99, ms", [_api(api, "Latency")], "p99"),
        ]
    streams = [f.name for f in app.functions if f.woken_by == "stream"]
    ages = [_of(stage.function(app.name, name), "IteratorAge") for name in streams]
    return [*rows, _graph(f"{app.name}: age of its stream, ms", ages, "Maximum")] if ages else rows


def _queues(queues: Sequence[str]) -> list[dict[str, Any]]:
    waiting, age = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
    work = [queue for queue in queues if not queue.endswith("-dead")]
    dead = [queue for queue in queues if queue.endswith("-dead")]
    return [
        _graph("Queues: waiting", [_queue(queue, waiting) for queue in work], "Maximum"),
        _graph("Queues: oldest message, s", [_queue(queue, age) for queue in work], "Maximum"),
        _graph("Dead letters", [_queue(queue, waiting) for queue in dead], "Maximum"),
    ]


def _mails(stage: Stage) -> dict[str, Any]:
    # Whatever the apps count, so that a new counter shows up by itself.
    found = f"SEARCH('Namespace=\"{stage.name}\"', 'Sum', 300)"
    graph = _graph("What the apps count", [], "Sum")
    graph["properties"]["metrics"] = [[{"expression": found, "id": "counted"}]]
    return graph


def _of(function: str, metric: str) -> list[str]:
    return ["AWS/Lambda", metric, "FunctionName", function]


def _api(name: str, metric: str) -> list[str]:
    return ["AWS/ApiGateway", metric, "ApiName", name]


def _queue(name: str, metric: str) -> list[str]:
    return ["AWS/SQS", metric, "QueueName", name]


def _graph(title: str, metrics: list[list[str]], statistic: str) -> dict[str, Any]:
    return {
        "type": "metric",
        "width": _THIRD,
        "height": _HEIGHT,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "metrics": metrics,
            "stat": statistic,
            "period": 300,
        },
    }
