"""Every function, queue and schedule has its alarms, and every alarm reaches the operators."""

import json

from infra import functions, observe
from shared import metrics
from tests.foundation.conftest import PROJECT, of_type

SILENT, LOUD = "notBreaching", "breaching"


def by_name(resources):
    return {a["AlarmName"]: a for a in of_type(resources, "AWS::CloudWatch::Alarm")}


def told(alarm):
    """Return what an alarm watches and when it rings."""
    of = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    return (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"], of, alarm["Threshold"])


def test_every_function_has_alarms_on_failures_throttles_and_slowness(resources, stage):
    alarms = by_name(resources)

    for app in PROJECT.apps:
        for function in functions.read(PROJECT.app(app), stage).functions:
            start = f"{stage.name}-{app}-{function.name.replace('_', '-')}"
            of = {"FunctionName": stage.function(app, function.name)}
            slow = function.timeout * 800
            assert told(alarms[f"{start}-errors"]) == ("AWS/Lambda", "Errors", "Sum", of, 1)
            assert told(alarms[f"{start}-throttles"]) == ("AWS/Lambda", "Throttles", "Sum", of, 1)
            assert told(alarms[f"{start}-slow"]) == ("AWS/Lambda", "Duration", "Maximum", of, slow)


def test_any_message_in_any_dead_letter_queue_rings(resources, stage):
    alarms = by_name(resources)
    queues = [q["QueueName"] for q in of_type(resources, "AWS::SQS::Queue")]

    dead = [name for name in queues if name.endswith("-dead")]
    assert len(dead) == 3
    for name in dead:
        metric = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum")
        assert told(alarms[f"{name}-letters"]) == (*metric, {"QueueName": name}, 1)


def test_a_schedule_that_has_not_run_for_26_hours_rings(resources, stage):
    alarm = by_name(resources)[f"{stage.name}-paper-sweep-absent"]

    of = {"FunctionName": stage.function("paper", "sweep")}
    assert told(alarm) == ("AWS/Lambda", "Invocations", "Sum", of, 1)
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    assert alarm["TreatMissingData"] == LOUD
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 26 * 3600
    assert alarm["DatapointsToAlarm"] == alarm["EvaluationPeriods"]


def test_a_stream_that_is_not_read_rings(resources, stage):
    alarm = by_name(resources)[f"{stage.name}-paper-relay-late"]

    of = {"FunctionName": stage.function("paper", "relay")}
    assert told(alarm) == ("AWS/Lambda", "IteratorAge", "Maximum", of, 60_000)


def test_an_api_that_fails_rings(resources, stage):
    alarms = by_name(resources)

    for app in PROJECT.apps:
        of = {"ApiName": f"coursework-{app}-{stage.key}", "Stage": api_stage(app, stage)}
        alarm = alarms[f"{stage.name}-{app}-api-failures"]
        assert told(alarm) == ("AWS/ApiGateway", "5XXError", "Sum", of, 1)


def test_a_parked_mail_rings_by_what_an_app_writes(resources, stage, capsys, monkeypatch):
    variables = functions.read(PROJECT.app("notifier"), stage).environment
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", variables["POWERTOOLS_METRICS_NAMESPACE"])

    metrics.count("MailsParked")

    (written,) = json.loads(capsys.readouterr().out)["_aws"]["CloudWatchMetrics"]
    alarm = by_name(resources)[f"{stage.name}-mails-parked"]
    assert told(alarm) == (written["Namespace"], "MailsParked", "Sum", {}, 1)
    assert [each["Name"] for each in written["Metrics"]] == ["MailsParked"]
    assert written["Dimensions"] == [[]]


def test_every_alarm_goes_to_the_operators_and_keeps_within_limits(resources, stage):
    topic = f"arn:aws:sns:${{AWS::Region}}:${{AWS::AccountId}}:{stage.name}-alarms"

    for alarm in of_type(resources, "AWS::CloudWatch::Alarm"):
        assert alarm["AlarmActions"] == [topic]
        assert alarm["AlarmName"].startswith(f"{stage.name}-")  # what the topic's policy allows
        assert alarm["Period"] % 60 == 0
        longest = 7 * 86400 if alarm["Period"] >= 3600 else 86400
        assert alarm["Period"] * alarm["EvaluationPeriods"] <= longest
        below = alarm["ComparisonOperator"] == "LessThanThreshold"
        assert alarm["TreatMissingData"] == (LOUD if below else SILENT)


def test_the_dashboard_shows_every_alarm_function_and_queue(resources, stage):
    (board,) = of_type(resources, "AWS::CloudWatch::Dashboard")
    body = json.loads(board["DashboardBody"])

    text = json.dumps(body)
    for alarm in by_name(resources):
        assert f":alarm:{alarm}" in text
    for queue in of_type(resources, "AWS::SQS::Queue"):
        assert f'"{queue["QueueName"]}"' in text
    for app in PROJECT.apps:
        for function in functions.read(PROJECT.app(app), stage).functions:
            assert f'"{stage.function(app, function.name)}"' in text
    assert all(widget["width"] <= 24 for widget in body["widgets"])
    assert len(body["widgets"]) <= 500


def test_the_stack_that_watches_is_made_last(stage):
    stacks = observe.stacks(PROJECT, stage)

    assert [stack.order for stack in stacks] == list(range(len(stacks)))
    assert stacks[0].name == f"{stage.name}-platform"
    assert stacks[-1].name == f"{stage.name}-observe"


def api_stage(app, stage):
    config = json.loads((PROJECT.app(app) / ".chalice/config.json").read_text())
    return config["stages"][stage.key]["api_gateway_stage"]
