"""The stack that watches a stage: log groups, alarms and a dashboard, made from its functions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra import dashboard, foundation, functions
from infra.foundation import Stack
from infra.functions import App
from infra.project import API_HANDLER, API_STAGE, Project, Stage

_LAMBDA, _SQS, _API = "AWS/Lambda", "AWS/SQS", "AWS/ApiGateway"
_FIVE_MINUTES, _HOUR = 300, 3600
_MOST_OF_TIMEOUT = 0.8
_SCHEDULE_HOURS = 26  # a daily run and two hours of patience
_OLDEST_RECORD_MS = 60_000


@dataclass(frozen=True, slots=True)
class Alarm:
    """One threshold on one metric; `hours` or periods in a row have to cross it."""

    name: str
    text: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    threshold: float
    statistic: str = "Sum"
    below: bool = False
    period: int = _FIVE_MINUTES
    periods: int = 1


def stacks(project: Project, stage: Stage) -> list[Stack]:
    """Return every stack of a stage in the order of creation, the one that watches last."""
    return [*foundation.templates(project, stage), stack(project, stage)]


def stack(project: Project, stage: Stage) -> Stack:
    """Return the stack that watches every function, queue and API of a stage."""
    apps = [functions.read(project.app(name), stage) for name in project.apps]
    stands = foundation.templates(project, stage)
    queues = list(_queues(stage, stands))
    watched = list(alarms(stage, apps, queues))
    resources = dict(_log_groups(stage, apps))
    resources |= {
        _logical(alarm.name.removeprefix(stage.name)): _alarm(stage, alarm) for alarm in watched
    }
    resources["Dashboard"] = {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {
            "DashboardName": stage.name,
            "DashboardBody": {"Fn::Sub": dashboard.body(stage, apps, queues, watched)},
        },
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Log groups, alarms and the dashboard of one stage",
        "Resources": resources,
    }
    prepared = foundation.prepare(template, stage, "observe")
    return Stack(f"{stage.name}-observe", prepared, {}, len(stands))


def alarms(stage: Stage, apps: list[App], queues: list[str]) -> Iterator[Alarm]:
    """Yield every alarm of a stage."""
    for app in apps:
        yield from _function_alarms(stage, app)
        if any(function.name == API_HANDLER for function in app.functions):
            yield Alarm(
                f"{stage.name}-{app.name}-api-failures",
                "The API answered with a 5xx",
                _API,
                "5XXError",
                {"ApiName": stage.function(app.name, API_HANDLER), "Stage": API_STAGE},
                1,
            )
    for queue in queues:
        if queue.endswith("-dead"):
            yield Alarm(
                f"{queue}-letters",
                "A message was given up; docs/operate.md says how to look at it and send it again",
                _SQS,
                "ApproximateNumberOfMessagesVisible",
                {"QueueName": queue},
                1,
                statistic="Maximum",
            )
    yield Alarm(
        f"{stage.name}-mails-parked",
        "A mail was twice in doubt and waits for a person to decide",
        stage.name,
        "MailsParked",
        {},
        1,
    )


def _function_alarms(stage: Stage, app: App) -> Iterator[Alarm]:
    for function in app.functions:
        start = f"{stage.name}-{app.name}-{function.name.replace('_', '-')}"
        of = {"FunctionName": stage.function(app.name, function.name)}
        slow = round(function.timeout * 1000 * _MOST_OF_TIMEOUT)
        yield Alarm(f"{start}-errors", "A call failed", _LAMBDA, "Errors", of, 1)
        yield Alarm(f"{start}-throttles", "A call was refused", _LAMBDA, "Throttles", of, 1)
        yield Alarm(
            f"{start}-slow",
            f"A call took 80 % of the {function.timeout} s that it may take",
            _LAMBDA,
            "Duration",
            of,
            slow,
            statistic="Maximum",
        )
        if function.woken_by == "stream":
            yield Alarm(
                f"{start}-late",
                "Records of the stream wait for more than a minute",
                _LAMBDA,
                "IteratorAge",
                of,
                _OLDEST_RECORD_MS,
                statistic="Maximum",
            )
        if function.woken_by == "schedule":
            # In hours, because CloudWatch lets one period last a day at most.
            yield Alarm(
                f"{start}-absent",
                f"The schedule has not run for {_SCHEDULE_HOURS} hours",
                _LAMBDA,
                "Invocations",
                of,
                1,
                below=True,
                period=_HOUR,
                periods=_SCHEDULE_HOURS,
            )


def _alarm(stage: Stage, alarm: Alarm) -> dict[str, Any]:
    above, below = "GreaterThanOrEqualToThreshold", "LessThanThreshold"
    topic = f"arn:aws:sns:${{AWS::Region}}:${{AWS::AccountId}}:{stage.name}-alarms"
    properties = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.text,
        "Namespace": alarm.namespace,
        "MetricName": alarm.metric,
        "Dimensions": [{"Name": key, "Value": of} for key, of in alarm.dimensions.items()],
        "Statistic": alarm.statistic,
        "Period": alarm.period,
        "EvaluationPeriods": alarm.periods,
        "DatapointsToAlarm": alarm.periods,
        "Threshold": alarm.threshold,
        "ComparisonOperator": below if alarm.below else above,
        # Silence is good news of failures and bad news of a schedule.
        "TreatMissingData": "breaching" if alarm.below else "notBreaching",
        "AlarmActions": [{"Fn::Sub": topic}],
    }
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def _log_groups(stage: Stage, apps: list[App]) -> Iterator[tuple[str, dict[str, Any]]]:
    for app in apps:
        for function in app.functions:
            properties = {
                "LogGroupName": f"/aws/lambda/{stage.function(app.name, function.name)}",
                "RetentionInDays": stage.number("retention.logs"),
            }
            name = _logical(f"{app.name}-{function.name}-logs")
            yield name, {"Type": "AWS::Logs::LogGroup", "Properties": properties}


def _queues(stage: Stage, stands: list[Stack]) -> Iterator[str]:
    for each in stands:
        for resource in each.template["Resources"].values():
            if resource["Type"] == "AWS::SQS::Queue":
                name: str = resource["Properties"]["QueueName"]["Fn::Sub"]
                yield name.replace("${Name}", stage.name)


def _logical(name: str) -> str:
    """Make the name of a resource within the template: letters and digits alone."""
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))
