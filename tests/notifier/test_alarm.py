"""Alarms: every operator is told once, whatever the message looks like."""

import json

import pytest

from shared.mail import Doubtful, Unauthorized
from tests.fakes.gateway import Context
from tests.fakes.notifier import OPERATOR, alarm_event, memory_ports


def cloudwatch(state="ALARM", changed_at="2026-11-21T09:00:00.000+0000", **changes):
    alarm = {
        "AlarmName": "coursework-dev-notifier-mail-dead-letters",
        "AlarmDescription": "A message was given up",
        "AWSAccountId": "123456789012",
        "AlarmArn": "arn:aws:cloudwatch:eu-west-2:123456789012:alarm:mail-dead-letters",
        "NewStateValue": state,
        "NewStateReason": "Threshold Crossed: 1 > 0",
        "StateChangeTime": changed_at,
        "OldStateValue": "OK",
        "Trigger": {
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Namespace": "AWS/SQS",
            "Dimensions": [{"name": "QueueName", "value": "coursework-dev-notifier-mail-dead"}],
        },
    }
    return json.dumps(alarm | changes)


@pytest.fixture
def warn(notifier_module, ports):
    return lambda *message: notifier_module.alarm(alarm_event(*message), Context())


def test_operators_are_told_what_is_wrong_and_what_to_do(ports, warn):
    warn(cloudwatch())

    [mail] = ports.mailer.taken
    assert mail.to == OPERATOR
    assert mail.subject == "ALARM: coursework-dev-notifier-mail-dead-letters"
    assert "A message was given up" in mail.text
    assert "queue coursework-dev-notifier-mail-dead" in " ".join(mail.text.split())
    assert "docs/operate.md" in mail.text
    assert "1 &gt; 0" in mail.html


def test_dimensions_are_read_in_either_spelling(ports, warn):
    warn(
        cloudwatch(
            Trigger={
                "MetricName": "Errors",
                "Dimensions": [{"Name": "FunctionName", "Value": "coursework-paper-dev"}],
            }
        )
    )

    assert "/aws/lambda/coursework-paper-dev" in ports.mailer.taken[0].text


def test_every_operator_is_told(notifier_module):
    ports = memory_ports(operators=("a@example.org", "b@example.org"))
    notifier_module.ports = lambda: ports

    notifier_module.alarm(alarm_event(cloudwatch()), Context())

    assert [mail.to for mail in ports.mailer.taken] == ["a@example.org", "b@example.org"]


def test_one_change_is_told_once_and_the_next_one_anew(ports, warn):
    warn(cloudwatch())
    warn(cloudwatch(), "ALARM", "m-2")
    warn(cloudwatch("OK", "2026-11-21T09:05:00.000+0000"))

    subjects = [mail.subject.partition(":")[0] for mail in ports.mailer.taken]
    assert subjects == ["ALARM", "OK"]
    assert "What to do" not in ports.mailer.taken[1].text


@pytest.mark.parametrize("text", ["Your budget is used up.", "{}", "[1", '{"AlarmName":""}'])
def test_what_is_no_alarm_is_handed_on_as_it_is(ports, warn, text):
    warn(text, "AWS Budgets", "m-1")
    warn(text, "AWS Budgets", "m-1")
    warn(text, "AWS Budgets", "m-2")

    assert len(ports.mailer.taken) == 2
    assert ports.mailer.taken[0].subject == "NOTICE: AWS Budgets"
    assert text in ports.mailer.taken[0].text


def test_an_alarm_that_nobody_foresaw_has_advice_too(ports, warn):
    warn(cloudwatch(Trigger={"MetricName": "CPUUtilization"}))
    warn(cloudwatch(changed_at="later", Trigger={"MetricName": "Errors", "Dimensions": []}))
    warn(cloudwatch(changed_at="composite", Trigger={}))

    assert all("Look at the dashboard" in mail.text for mail in ports.mailer.taken)


def test_a_doubtful_warning_waits_in_the_mail_queue(ports, warn, deliver):
    ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."))
    warn(cloudwatch())
    [waiting] = ports.queue.bodies

    ports.clock.advance(600)
    deliver()

    assert json.loads(waiting)["type"] == "alarm.changed"
    [mail] = ports.mailer.taken
    assert "queue coursework-dev-notifier-mail-dead" in " ".join(mail.text.split())
    assert ports.queue.waiting == {}


def test_a_warning_that_cannot_be_taken_is_raised_for_lambda_to_bring_again(ports, warn):
    ports.mailer.fail(Unauthorized("SendGrid does not accept our key (401)"))

    with pytest.raises(Unauthorized):
        warn(cloudwatch())
    warn(cloudwatch())

    assert len(ports.mailer.taken) == 1
