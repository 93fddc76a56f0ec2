"""GET /mails: who was not told, and why."""

import pytest

from shared.mail import Doubtful, Rejected
from tests.fakes.gateway import Gateway
from tests.fakes.notifier import STUDENT, TUTOR, event


def ask(operator, **query):
    return operator("GET", "/mails", query=query)


@pytest.fixture
def three_states(ports, deliver):
    ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."))
    deliver(event("paper.submitted", "doubtful"))
    ports.queue.waiting.clear()
    ports.clock.advance(1)
    ports.mailer.fail(Rejected("SendGrid refuses this mail (400)"))
    deliver(event("paper.assigned", "half"))


def test_operators_see_whom_nobody_told_and_why(operator, three_states):
    answer = ask(operator)

    assert answer.status == 200
    assert [(m["recipient"], m["status"], m["reason"]) for m in answer.body["mails"]] == [
        (STUDENT, "AMBIGUOUS", "SendGrid's answer did not arrive."),
        (TUTOR, "FAILED", "SendGrid refuses this mail (400)"),
    ]
    assert answer.body["more"] is False


def test_one_state_may_be_asked_for(operator, three_states):
    answer = ask(operator, status="FAILED")

    assert [mail["event_id"] for mail in answer.body["mails"]] == ["half"]


def test_every_mail_of_an_event_may_be_asked_for(operator, three_states):
    everybody = ask(operator, event_id="half").body["mails"]
    told = ask(operator, event_id="half", status="SENT").body["mails"]

    assert {mail["recipient"]: mail["status"] for mail in everybody} == {
        STUDENT: "SENT",
        TUTOR: "FAILED",
    }
    assert [mail["recipient"] for mail in told] == [STUDENT]


def test_a_parked_mail_says_so(operator, ports, deliver):
    for _ in range(2):
        ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."))
    deliver(event())
    for _ in range(2):
        ports.clock.advance(600)
        deliver()

    [mail] = ask(operator, status="AMBIGUOUS").body["mails"]
    assert (mail["parked"], mail["sends"]) == (True, 2)


def test_a_long_list_says_that_there_is_more(operator, ports, deliver):
    for _ in range(101):
        ports.mailer.fail(Rejected("SendGrid refuses this mail (400)"))
    for _ in range(101):
        deliver(event())

    answer = ask(operator)

    assert (len(answer.body["mails"]), answer.body["more"]) == (100, True)


@pytest.mark.parametrize(
    "query", [{"status": "LATE"}, {"event_id": "../x"}, {"colour": "blue"}, {"event_id": ""}]
)
def test_a_query_that_makes_no_sense_is_invalid(operator, query):
    answer = ask(operator, **query)

    assert (answer.status, answer.body["code"]) == (400, "invalid_input")


def test_a_parameter_stands_once(operator):
    answer = operator("GET", "/mails", query={"status": ["FAILED", "SENT"]})

    assert answer.status == 400


@pytest.mark.parametrize(
    ("role", "status"), [("student", 403), ("tutor", 403), ("coordinator", 403), (None, 401)]
)
def test_nobody_else_sees_addresses(app, role, status):
    assert ask(Gateway(app, role)).status == status


def test_sent_mails_are_listed_by_event_only(operator):
    answer = operator("GET", "/mails", query={"status": "SENT"})

    assert (answer.status, answer.body["code"]) == (422, "contradictory_input")
