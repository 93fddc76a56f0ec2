"""The ledger: what memory promises, DynamoDB keeps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.notifier.deliveries import Delivery, Mail, Status
from chalicelib.notifier.ledger import DynamoLedger, LedgerRow
from tests.contract import tables
from tests.fakes.ledger import MemoryLedger

NOW = datetime(2026, 11, 21, 9, 0, 0, 123456, tzinfo=UTC)
MAIL = Mail("e1", "student@example.org", "receipt", "correlation")
FIRST = Delivery(
    MAIL, Status.PENDING, 1, 1, NOW, NOW + timedelta(seconds=30), NOW + timedelta(minutes=10)
)


@pytest.fixture(scope="module")
def rows(emulator):
    with tables.environment(emulator.url):
        yield tables.make(LedgerRow, emulator.name())


def memory(_):
    yield MemoryLedger()


def dynamo(request):
    rows = request.getfixturevalue("rows")
    yield DynamoLedger(rows, timedelta(days=90))
    tables.empty(rows)


@pytest.fixture(params=[memory, dynamo], ids=["memory", "dynamo"])
def ledger(request):
    yield from request.param(request)


def after(delivery, **changes):
    return replace(delivery, version=delivery.version + 1, **changes)


def test_a_delivery_comes_back_as_it_was_stored(ledger):
    sent = after(FIRST, status=Status.SENT, lease_until=None, settle_at=None, message_id="m1")

    assert ledger.save(FIRST, None)
    assert ledger.find("e1", MAIL.recipient) == FIRST
    assert ledger.save(sent, FIRST)
    assert ledger.find("e1", MAIL.recipient) == sent


def test_an_unknown_delivery_is_none(ledger):
    assert ledger.find("e1", MAIL.recipient) is None


def test_only_one_can_be_the_first(ledger):
    assert ledger.save(FIRST, None)

    assert not ledger.save(replace(FIRST, lease_until=NOW), None)
    assert ledger.find("e1", MAIL.recipient) == FIRST


def test_a_version_is_replaced_once(ledger):
    ledger.save(FIRST, None)
    assert ledger.save(after(FIRST, status=Status.SENT), FIRST)

    assert not ledger.save(after(FIRST, status=Status.FAILED), FIRST)
    assert ledger.find("e1", MAIL.recipient).status is Status.SENT


def test_what_is_not_there_is_not_replaced(ledger):
    assert not ledger.save(after(FIRST), FIRST)
    assert ledger.find("e1", MAIL.recipient) is None


def test_every_delivery_of_an_event_is_found_and_no_other(ledger):
    tutor = replace(FIRST, mail=replace(MAIL, recipient="tutor@example.org"))
    other = replace(FIRST, mail=replace(MAIL, event_id="e2"))
    for each in (FIRST, tutor, other):
        ledger.save(each, None)

    assert ledger.of_event("e1") == [FIRST, tutor]
    assert ledger.of_event("e3") == []


def test_the_unsettled_are_listed_by_state_from_the_oldest(ledger):
    for hour, status in enumerate([Status.FAILED, Status.SENT, Status.PENDING, Status.FAILED]):
        mail = replace(MAIL, event_id=f"e{hour}")
        moment = NOW - timedelta(hours=hour)
        ledger.save(replace(FIRST, mail=mail, status=status, changed_at=moment), None)

    assert [row.mail.event_id for row in ledger.unsettled(Status.FAILED, 10)] == ["e3", "e0"]
    assert [row.mail.event_id for row in ledger.unsettled(Status.FAILED, 1)] == ["e3"]
    assert [row.mail.event_id for row in ledger.unsettled(Status.PENDING, 10)] == ["e2"]
    assert ledger.unsettled(Status.AMBIGUOUS, 10) == []
