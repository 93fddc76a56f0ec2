"""What may go wrong between a paper and its mail, and that it does not show."""

import json
import uuid

import pytest

from tests.e2e.people import PAPER, wait_for


def submit(student):
    answer = student("POST", "/papers", PAPER)
    assert answer.status_code == 201
    return answer.json()["id"]


def settled(laptop, paper_id, count=1, seconds=40):
    """Wait until the mails about a paper are there and the ledger knows that they were sent."""

    def done():
        rows = [row for row in laptop.rows("notifier-ledger") if paper_id in json.dumps(row)]
        mails = laptop.mails(paper=paper_id)
        sent = all(r["status"]["S"] == "SENT" for r in ledger_of(laptop, mails))
        return len(mails) >= count and sent and (rows or mails)

    wait_for(done, seconds, pause=0.2)
    return laptop.mails(paper=paper_id)


def ledger_of(laptop, mails):
    events = {mail["custom_args"]["event_id"] for mail in mails}
    return [r for r in laptop.rows("notifier-ledger") if r["event_id"]["S"] in events]


def test_what_comes_twice_everywhere_is_mailed_once(laptop, student):
    for target in ("stream:paper-events", "topic:paper-events", "queue:notifier-mail"):
        laptop.fault(target, "duplicate", count=2)

    mails = settled(laptop, submit(student))

    wait_for(lambda: laptop.depth("notifier-mail") == 0)
    assert len(mails) == 1


@pytest.mark.parametrize(
    "target", ["topic:paper-events", "queue:notifier-mail", "stream:paper-events"]
)
def test_what_is_dropped_is_announced_again_by_the_sweep(laptop, student, target):
    laptop.fault(target, "drop", count=1)
    paper_id = submit(student)

    def swept():
        laptop.sweep()
        return laptop.mails(paper=paper_id)

    assert len(wait_for(swept, 40, pause=2)) == 1


def test_what_is_delayed_arrives_late_and_once(laptop, student):
    laptop.fault("queue:notifier-mail", "delay", count=1, seconds=3)

    assert len(settled(laptop, submit(student))) == 1


def test_a_limit_of_sendgrids_is_waited_for(laptop, student):
    laptop.fault("sendgrid", "429", count=1, seconds=2)

    assert len(settled(laptop, submit(student))) == 1


@pytest.mark.parametrize("kind", ["500", "accept_cut", "cut"])
def test_a_doubt_is_settled_by_the_webhook_or_by_one_more_send(laptop, student, kind):
    laptop.fault("sendgrid", kind, count=1)

    mails = settled(laptop, submit(student))

    assert len(mails) == 1
    assert ledger_of(laptop, mails)[0]["status"]["S"] == "SENT"


def test_without_webhooks_a_doubt_is_sent_at_most_once_more(laptop, student):
    laptop.fault("sendgrid", "webhook_off", count=None)
    laptop.fault("sendgrid", "accept_cut", count=1)

    mails = settled(laptop, submit(student), count=2)

    assert len(mails) == 2


def test_a_second_doubt_is_parked_and_listed(laptop, student, operator):
    laptop.fault("sendgrid", "webhook_off", count=None)
    laptop.fault("sendgrid", "accept_cut", count=2)
    paper_id = submit(student)

    def parked():
        listed = operator("GET", "/mails?status=AMBIGUOUS").json()["mails"]
        events = {mail["custom_args"]["event_id"] for mail in laptop.mails(paper=paper_id)}
        return [mail for mail in listed if mail["event_id"] in events and mail["parked"]]

    assert len(wait_for(parked, 40, pause=0.5)) == 1
    assert len(laptop.mails(paper=paper_id)) == 2


def test_a_killed_delivery_is_taken_up_again(laptop, student):
    laptop.kill("notifier", "deliver", count=1)

    assert len(settled(laptop, submit(student), seconds=60)) == 1


def test_a_malformed_message_goes_to_the_dead_letters_at_once_with_its_reason(laptop, student):
    sqs = laptop.aws("sqs")
    canary = f"not an event {uuid.uuid4()}"
    sqs.send_message(QueueUrl=laptop.endpoints["queues"]["notifier-mail"], MessageBody=canary)
    paper_id = submit(student)

    def dead():
        found = sqs.receive_message(
            QueueUrl=laptop.endpoints["queues"]["notifier-mail-dead"],
            MessageAttributeNames=["All"],
            VisibilityTimeout=1,
        ).get("Messages", [])
        return [message for message in found if message["Body"] == canary]

    [message] = wait_for(dead, 10)
    assert message["MessageAttributes"]["reason"]["StringValue"]
    assert len(settled(laptop, paper_id)) == 1
