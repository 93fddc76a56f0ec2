import pytest

from shared.errors import Unavailable
from shared.mail import (
    ATTEMPT_SECONDS,
    Doubtful,
    Message,
    RateLimited,
    Rejected,
    Unauthorized,
    deliver_with_retry,
)
from tests.fakes.mail import MemoryMailer

LETTER = Message(
    to="ada@example.org", subject="x", text="x", html="x", sender="no-reply@example.org"
)


class Watch:
    """Time that passes only by sleeping."""

    def __init__(self, seconds):
        self.left = seconds
        self.pauses = []

    def remaining(self):
        return self.left

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.left -= seconds


@pytest.fixture
def mailer():
    return MemoryMailer()


def deliver(mailer, watch):
    return deliver_with_retry(mailer, LETTER, watch.remaining, sleep=watch.sleep)


def test_a_limit_that_ends_soon_is_waited_for_and_the_mail_goes_out_once(mailer):
    mailer.fail(RateLimited("too much", wait=2.0))
    watch = Watch(28)

    deliver(mailer, watch)

    assert len(mailer.taken) == 1
    assert len(watch.pauses) == 1
    assert 2.0 <= watch.pauses[0] <= 2.5


def test_a_limit_that_ends_too_late_is_not_waited_for(mailer):
    mailer.fail(RateLimited("too much", wait=600.0))
    watch = Watch(28)

    with pytest.raises(RateLimited) as raised:
        deliver(mailer, watch)
    assert raised.value.wait == 600.0
    assert watch.pauses == []


def test_a_limit_of_unknown_length_is_tried_again_soon(mailer):
    mailer.fail(RateLimited("too much"))
    watch = Watch(28)

    deliver(mailer, watch)

    assert 0.2 <= watch.pauses[0] <= 0.6


def test_an_unavailable_service_is_tried_until_the_time_is_up(mailer):
    for _ in range(1000):
        mailer.fail(Unavailable("not now"))
    watch = Watch(28)

    with pytest.raises(Unavailable):
        deliver(mailer, watch)
    assert len(mailer.within) > 4
    assert watch.left >= 2
    assert all(0.2 <= pause <= 5.0 for pause in watch.pauses)


def test_pauses_grow_with_what_was_waited_before_and_end_at_five_seconds(mailer):
    for _ in range(6):
        mailer.fail(Unavailable("not now"))
    watch = Watch(100)

    deliver_with_retry(
        mailer, LETTER, watch.remaining, sleep=watch.sleep, chance=lambda _, most: most
    )

    assert watch.pauses == pytest.approx([0.6, 1.8, 5.0, 5.0, 5.0, 5.0])


@pytest.mark.parametrize("error", [Doubtful("?"), Rejected("no"), Unauthorized("key")])
def test_what_another_attempt_would_not_mend_is_not_tried_again(mailer, error):
    mailer.fail(error)
    watch = Watch(28)

    with pytest.raises(type(error)):
        deliver(mailer, watch)
    assert len(mailer.within) == 1
    assert watch.pauses == []


@pytest.mark.parametrize(("left", "given"), [(28, ATTEMPT_SECONDS), (5, 4)])
def test_an_attempt_ends_before_the_caller_does(mailer, left, given):
    deliver(mailer, Watch(left))

    assert mailer.within == [given]


def test_nothing_is_begun_that_could_not_end(mailer):
    with pytest.raises(Unavailable, match="no time left"):
        deliver(mailer, Watch(1.5))
    assert mailer.within == []
