"""The rules of one delivery that a whole story does not show well."""

from datetime import timedelta

import pytest

from infra.apps import load
from tests.fakes.clock import NOW
from tests.fakes.notifier import SETTLE, STUDENT

load("notifier", "local")

from chalicelib.notifier import deliveries  # noqa: E402  # load() names its folder
from chalicelib.notifier.deliveries import (  # noqa: E402
    BOUNCED,
    DROPPED,
    End,
    Mail,
    Result,
    Status,
    Step,
)

MAIL = Mail("e1", STUDENT, "receipt", "correlation")
LEASE = timedelta(seconds=30)
ACCEPTED = End(Result.ACCEPTED, "m1")
REJECTED = End(Result.REJECTED, "too large")
NOT_TAKEN = End(Result.NOT_TAKEN, "busy")
DOUBTFUL = End(Result.DOUBTFUL, "no answer")


def begin(found, now=NOW):
    return deliveries.begin(found, MAIL, now, now + LEASE, SETTLE)


def ended(found, ours, end, now=NOW):
    return deliveries.ended(found, ours, end, now, SETTLE)


@pytest.fixture
def first():
    return begin(None).delivery


@pytest.fixture
def second(first):
    """The second hand-over, after the first was in doubt."""
    return begin(ended(first, first, DOUBTFUL), NOW + SETTLE).delivery


def test_the_second_hand_over_is_the_last(second):
    parked = begin(ended(second, second, DOUBTFUL, NOW), NOW + SETTLE)

    assert second.sends == 2
    assert (parked.step, parked.delivery.is_parked) == (Step.DONE, True)
    assert begin(parked.delivery, NOW + SETTLE * 9).delivery == parked.delivery


def test_a_hand_over_that_was_not_taken_does_not_count_and_the_doubt_before_it_does(second):
    back = ended(second, second, NOT_TAKEN)
    again = begin(back).delivery

    assert (back.status, back.sends) == (Status.PENDING, 1)
    assert again.sends == 2


def test_a_lease_that_is_over_without_a_word_is_a_doubt_since_its_beginning(first):
    waiting = begin(first, NOW + LEASE)

    assert (waiting.step, waiting.until) == (Step.WAIT, NOW + SETTLE)
    assert waiting.delivery.status is Status.AMBIGUOUS


def test_nobody_begins_while_a_lease_lasts_however_short_the_settle_time():
    leased = deliveries.begin(None, MAIL, NOW, NOW + LEASE, timedelta(seconds=4)).delivery

    found = deliveries.begin(leased, MAIL, NOW + LEASE / 2, NOW + LEASE, timedelta(seconds=4))

    assert (found.step, found.until) == (Step.WAIT, NOW + LEASE / 2 + deliveries.LOOK_AGAIN)


@pytest.mark.parametrize("end", [REJECTED, NOT_TAKEN, DOUBTFUL])
def test_the_webhook_is_quicker_than_the_answer_and_stands(first, end):
    heard = deliveries.accepted(first, "m1", NOW)

    assert ended(heard, first, end) == heard


@pytest.mark.parametrize("end", [REJECTED, DOUBTFUL])
def test_an_end_of_the_first_hand_over_does_not_disturb_the_second(first, second, end):
    assert ended(second, first, end) == second


def test_an_answer_of_the_first_hand_over_settles_the_second(first, second):
    assert ended(second, first, ACCEPTED).status is Status.SENT


def test_word_of_the_first_mail_outweighs_the_refusal_of_the_second(second):
    refused = ended(second, second, REJECTED)

    assert refused.status is Status.FAILED
    assert deliveries.accepted(refused, "m1", NOW).status is Status.SENT


def test_a_parked_mail_is_sent_after_all_when_the_webhook_says_so(second):
    parked = begin(ended(second, second, DOUBTFUL), NOW + SETTLE).delivery

    assert deliveries.accepted(parked, "m1", NOW).status is Status.SENT


@pytest.mark.parametrize("reason", [BOUNCED, DROPPED])
def test_a_mail_that_was_lost_stays_lost(first, reason):
    sent = ended(first, first, ACCEPTED)
    lost = deliveries.lost(sent, reason, NOW)

    assert (lost.status, lost.reason, lost.message_id) == (Status.FAILED, reason, "m1")
    assert deliveries.accepted(lost, "m2", NOW) == lost
    assert deliveries.lost(lost, BOUNCED, NOW) == lost
    assert begin(lost).step is Step.DONE


def test_every_change_makes_a_version_of_its_own(first, second):
    changes = [ended(first, first, end) for end in (ACCEPTED, REJECTED, NOT_TAKEN, DOUBTFUL)] + [
        deliveries.lost(first, BOUNCED, NOW),
        begin(first, NOW + LEASE).delivery,
    ]

    assert all(change.version > first.version for change in changes)
    assert second.version > first.version
