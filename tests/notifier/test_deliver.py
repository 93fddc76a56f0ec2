"""What the mail queue's events become: mails, rows of the ledger, dead letters, waiting."""

import json
from datetime import timedelta

import pytest

from shared.app import HandlerFailed
from shared.errors import MissingSettings, Unavailable
from shared.mail import Doubtful, RateLimited, Rejected, Unauthorized
from shared.queues import REASON
from tests.fakes.notifier import SETTLE, STUDENT, TUTOR, event


def recipients(ports):
    return [message.to for message in ports.mailer.taken]


def statuses(ports):
    return [row.status for row in ports.ledger.rows.values()]


def test_a_student_gets_a_receipt(ports, deliver):
    deliver(event("paper.submitted", "e1"))

    [mail] = ports.mailer.taken
    assert (mail.to, mail.subject) == (STUDENT, "We've received your paper!")
    assert statuses(ports) == ["SENT"]
    assert list(ports.inbox.finished) == ["e1"]
    assert ports.queue.waiting == {}


def test_tutor_and_student_are_told_of_an_assignment(ports, deliver):
    deliver(event("paper.assigned"))

    assert [(mail.to, mail.subject) for mail in ports.mailer.taken] == [
        (TUTOR, "A paper is waiting for your review: ELA"),
        (STUDENT, "Your paper is being reviewed!"),
    ]


def test_a_person_gets_one_mail_about_an_event(ports, deliver):
    deliver(event("paper.assigned", student_email=TUTOR.upper()))

    assert recipients(ports) == [TUTOR]


def test_the_mail_carries_what_names_its_row_and_its_cause(ports, deliver):
    deliver(event("paper.submitted", "e1"))

    [mail] = ports.mailer.taken
    assert mail.custom_args == {
        "event_id": "e1",
        "recipient": STUDENT,
        "correlation_id": "correlation-0001",
    }
    assert mail.headers == {"X-Correlation-Id": "correlation-0001"}


def test_an_event_that_comes_again_is_a_duplicate(ports, deliver, caplog):
    body = event()

    deliver(body)
    deliver(body, body)

    assert len(ports.mailer.taken) == 1
    assert caplog.messages.count("duplicate") == 2
    assert ports.queue.waiting == {}


def test_no_address_and_no_title_is_logged(ports, deliver, caplog):
    ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."))

    deliver(event("paper.assigned", subject="a secret title"))

    written = [str(vars(record)) for record in caplog.records]
    assert len(written) == 4
    assert not any("example.org" in line or "secret title" in line for line in written)


def test_a_refused_mail_is_failed_and_not_tried_again(ports, deliver):
    ports.mailer.fail(Rejected("SendGrid refuses this mail (400): to: is not valid"))
    body = event("paper.submitted", "e1")

    deliver(body)
    deliver(body)

    [row] = ports.ledger.rows.values()
    assert (row.status, row.reason) == (
        "FAILED",
        "SendGrid refuses this mail (400): to: is not valid",
    )
    assert ports.mailer.taken == []
    assert "e1" in ports.inbox.finished


def test_a_limit_that_ends_in_time_is_waited_for(ports, deliver):
    ports.mailer.fail(RateLimited("SendGrid takes no more for now.", 0.0))

    deliver(event())

    assert statuses(ports) == ["SENT"]
    assert len(ports.mailer.within) == 2


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("SendGrid takes no more for now.", 600.0),
        Unauthorized("SendGrid does not accept our key (401)"),
        MissingSettings("secret sendgrid holds no api_key"),
    ],
)
def test_what_keeps_mails_from_being_taken_leaves_them_in_the_queue_and_listed(
    ports, deliver, error
):
    ports.mailer.fail(error)
    with pytest.raises(HandlerFailed):
        deliver(event("paper.submitted", "e1"))

    [row] = ports.ledger.rows.values()
    assert (row.status, row.sends, row.reason) == ("PENDING", 0, str(error))
    assert len(ports.queue.waiting) == 1
    assert ports.inbox.finished == {}

    deliver()
    assert statuses(ports) == ["SENT"]
    assert ports.queue.waiting == {}


def test_one_mail_that_cannot_be_taken_does_not_hold_up_the_other(ports, deliver):
    ports.mailer.fail(Unauthorized("SendGrid does not accept our key (401)"))

    with pytest.raises(HandlerFailed):
        deliver(event("paper.assigned"))
    deliver()

    assert recipients(ports) == [STUDENT, TUTOR]
    assert ports.queue.waiting == {}


def test_a_doubt_waits_for_the_webhook_in_the_queue(ports, deliver):
    ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."), taken=True)

    deliver(event("paper.submitted", "e1"))

    [row] = ports.ledger.rows.values()
    assert (row.status, row.settle_at) == ("AMBIGUOUS", ports.clock() + SETTLE)
    assert ports.queue.delays[-1] == 600
    assert len(ports.queue.waiting) == 1
    assert ports.inbox.finished == {}


def test_a_doubt_that_comes_too_early_waits_for_the_rest_of_its_time(ports, deliver):
    ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."), taken=True)
    deliver(event())

    ports.clock.advance(400)
    deliver()

    assert ports.queue.delays[-1] == 200
    assert len(ports.mailer.taken) == 1


def test_without_a_word_a_doubt_is_sent_once_more(ports, deliver):
    ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."), taken=True)
    deliver(event("paper.submitted", "e1"))

    ports.clock.advance(600)
    deliver()

    [row] = ports.ledger.rows.values()
    assert (row.status, row.sends) == ("SENT", 2)
    assert len(ports.mailer.taken) == 2
    assert "e1" in ports.inbox.finished


def test_a_second_doubt_is_parked_counted_once_and_never_sent_again(ports, deliver, capsys):
    body = event("paper.submitted", "e1")
    for _ in range(2):
        ports.mailer.fail(Doubtful("SendGrid's answer did not arrive."), taken=True)

    deliver(body)
    for _ in range(4):
        ports.clock.advance(900)
        deliver()
    deliver(body)

    [row] = ports.ledger.rows.values()
    assert row.is_parked
    assert len(ports.mailer.taken) == 2
    assert capsys.readouterr().out.count('"MailsParked":[') == 1
    assert "e1" in ports.inbox.finished
    assert ports.queue.waiting == {}


class Killed(BaseException):
    """The function ends here, as if by kill -9."""


def test_a_killed_hand_over_is_a_doubt_once_its_lease_is_over(ports, deliver):
    ports.mailer.fail(Killed(), taken=True)
    with pytest.raises(Killed):
        deliver(event("paper.submitted", "e1"), seconds=25.0)

    deliver()
    assert statuses(ports) == ["PENDING"]
    assert ports.queue.delays[-1] == 3

    ports.clock.advance(26)
    deliver()
    [row] = ports.ledger.rows.values()
    assert (row.status, row.settle_at - ports.clock()) == ("AMBIGUOUS", timedelta(seconds=574))

    ports.clock.advance(574)
    deliver()
    assert statuses(ports) == ["SENT"]
    assert len(ports.mailer.taken) == 2


def test_a_mail_is_not_begun_when_the_function_is_about_to_end(ports, deliver):
    with pytest.raises(HandlerFailed):
        deliver(event(), seconds=2.5)

    assert ports.ledger.rows == {}
    assert len(ports.queue.waiting) == 1


def test_each_attempt_ends_before_the_function_does(ports, deliver):
    deliver(event(), seconds=6.0)
    deliver(event(), seconds=29.0)

    short, whole = ports.mailer.within
    assert short < 6.0
    assert whole <= 10.0


BAD = {
    "not JSON": "not an event",
    "an array": "[]",
    "a missing field": json.dumps({"event_id": "e1"}),
    "an unknown type": event("paper.vanished"),
    "an unknown schema version": event(version=2),
    "no address": event(student_email="nobody"),
    "a header in an address": event(student_email="a@example.org\r\nBcc: b@example.org"),
    "a wrong digest": event(sha256="<b>"),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_a_bad_event_among_ten_good_ones_goes_to_the_dead_letters_at_once(ports, deliver, body):
    good = [event() for _ in range(10)]

    deliver(*good[:5], body, *good[5:])

    assert len(ports.mailer.taken) == 10
    assert ports.queue.waiting == {}
    [letter] = ports.dead.waiting.values()
    assert letter.body == body
    assert letter.attributes[REASON].startswith("invalid_input: ")


def test_an_event_may_tell_more_than_is_needed(ports, deliver):
    deliver(event(colour="blue"))

    assert len(ports.mailer.taken) == 1


def test_an_event_whose_ledger_does_not_answer_comes_again(ports, deliver):
    class Busy(type(ports.ledger)):
        def save(self, delivery, over):
            raise Unavailable("The database is busy.")

    object.__setattr__(ports, "ledger", Busy())

    with pytest.raises(HandlerFailed):
        deliver(event())

    assert ports.mailer.taken == []
    assert len(ports.queue.waiting) == 1
