"""Port Mailer: the twin and SendGrid's own client against its stand-in keep the same promises."""

import time
from dataclasses import replace

import pytest

from local import ports
from shared.errors import MissingSettings, Unavailable
from shared.mail import (
    Doubtful,
    Message,
    RateLimited,
    Rejected,
    Sent,
    Unauthorized,
    deliver_with_retry,
)
from shared.sendgrid_mail import SendGridMailer
from tests.fakes.mail import MemoryMailer
from tests.fakes.secrets import MemorySecrets

HOSTS = ("127.0.0.1",)
LETTER = Message(
    to="ada@example.org",
    subject="Your paper has arrived",
    text="Hello Ada",
    html="<p>Hello Ada</p>",
    sender="no-reply@example.org",
    sender_name="Coursework",
    custom_args={"event_id": "01J", "recipient": "student", "correlation_id": "req-1"},
    headers={"X-Correlation-Id": "req-1"},
    categories=("receipt",),
)


FAILURES = {
    "429": RateLimited("too much", 2.0),
    "503": Unavailable("not now"),
    "500": Doubtful("no answer"),
    "cut": Doubtful("no answer"),
    "hang": Doubtful("no answer"),
    "accept_cut": Doubtful("no answer"),
}


class MemoryPost:
    """The twin, which fails as SendGrid shows it."""

    def __init__(self):
        self.mailer = MemoryMailer()

    def fail(self, kind, **_):
        self.mailer.fail(FAILURES[kind], taken=kind == "accept_cut")

    @property
    def subjects(self):
        return [message.subject for message in self.mailer.taken]


class StandIn:
    """The adapter, and the stand-in's switches and mailbox."""

    def __init__(self, console):
        self.console = console
        access = {"api_key": console.facts["api_key"], "base_url": console.url}
        self.secrets = MemorySecrets(mail=access)
        self.mailer = SendGridMailer(self.secrets, "mail", HOSTS)

    def fail(self, kind, seconds=None):
        wish = {"target": "sendgrid", "kind": kind, "count": 1, "seconds": seconds}
        assert self.console.call("POST", "/faults", wish).status == 201

    @property
    def mails(self):
        return self.console.call("GET", "/messages").json()

    @property
    def subjects(self):
        return [mail["subject"] for mail in self.mails]


@pytest.fixture
def stand_in(console):
    return StandIn(console)


@pytest.fixture(params=["memory", "sendgrid"])
def post(request):
    return MemoryPost() if request.param == "memory" else request.getfixturevalue("stand_in")


def test_a_mail_is_taken_once_and_has_an_id(post):
    sent = post.mailer.send(LETTER)

    assert isinstance(sent, Sent)
    assert sent.message_id
    assert post.subjects == ["Your paper has arrived"]


def test_too_many_mails_tell_how_long_to_wait(post):
    post.fail("429", seconds=2)

    with pytest.raises(RateLimited) as raised:
        post.mailer.send(LETTER)
    assert 0 < raised.value.wait <= 3
    assert post.subjects == []


def test_an_unavailable_service_has_not_taken_the_mail(post):
    post.fail("503")

    with pytest.raises(Unavailable):
        post.mailer.send(LETTER)
    assert post.subjects == []


@pytest.mark.parametrize("kind", ["500", "cut"])
def test_an_answer_that_says_nothing_is_a_doubt(post, kind):
    post.fail(kind)

    with pytest.raises(Doubtful):
        post.mailer.send(LETTER)


def test_a_mail_taken_without_an_answer_is_a_doubt(post):
    post.fail("accept_cut")

    with pytest.raises(Doubtful):
        post.mailer.send(LETTER)
    assert post.subjects == ["Your paper has arrived"]


def test_a_hanging_service_is_a_doubt_after_the_time_given(post):
    post.fail("hang", seconds=30)
    started = time.monotonic()

    with pytest.raises(Doubtful):
        post.mailer.send(LETTER, within=0.5)
    assert time.monotonic() - started < 10


def test_a_doubt_is_never_tried_again(post):
    post.fail("accept_cut")

    with pytest.raises(Doubtful):
        deliver_with_retry(post.mailer, LETTER, lambda: 30.0)
    assert len(post.subjects) == 1


def test_what_passes_is_tried_again(post):
    post.fail("503")
    post.fail("429")
    pauses = []

    deliver_with_retry(post.mailer, LETTER, lambda: 30.0, sleep=pauses.append)

    assert len(post.subjects) == 1
    assert len(pauses) == 2


def test_everything_that_a_mail_carries_arrives(stand_in):
    sent = stand_in.mailer.send(LETTER)

    [mail] = stand_in.mails
    text = repr(mail)
    for carried in ("ada@example.org", "Hello Ada", "<p>", "01J", "req-1", sent.message_id):
        assert carried in text


def test_a_mail_that_looks_like_it_holds_a_key_is_sent_all_the_same(stand_in):
    stand_in.mailer.send(replace(LETTER, subject="SG.abcdefghijklmnopqrstuv.0123456789"))

    assert len(stand_in.mails) == 1


def test_a_refused_mail_tells_why_without_its_address(stand_in):
    # The stand-in, as SendGrid, wants the sum of the arguments below 10,000 bytes.
    large = {f"argument-{number}": "x" * 500 for number in range(30)}

    with pytest.raises(Rejected) as raised:
        stand_in.mailer.send(replace(LETTER, custom_args=large))
    assert "400" in str(raised.value)
    assert "@" not in str(raised.value)


def test_a_wrong_key_is_unauthorized(stand_in):
    stand_in.secrets.stored["mail"] = {**stand_in.secrets.get("mail"), "api_key": "SG.wrong-key"}
    stand_in.secrets.cached.clear()

    with pytest.raises(Unauthorized):
        stand_in.mailer.send(LETTER)
    assert stand_in.secrets.refreshed == ["mail"]


def test_a_rotated_key_is_read_again_and_the_mail_goes_out(stand_in):
    right = dict(stand_in.secrets.get("mail"))
    stand_in.secrets.cached["mail"] = {**right, "api_key": "SG.of-yesterday"}

    stand_in.mailer.send(LETTER)

    assert len(stand_in.mails) == 1
    assert stand_in.secrets.refreshed == ["mail"]


@pytest.mark.parametrize("secret", [{}, {"api_key": "SG.\r\nX-Evil: 1", "base_url": "http://x"}])
def test_a_secret_without_a_key_is_named(secret):
    mailer = SendGridMailer(MemorySecrets(mail=secret), "mail", HOSTS)

    with pytest.raises(MissingSettings, match="secret mail holds no api_key"):
        mailer.send(LETTER)


def test_a_service_that_nobody_listens_for_has_not_taken_the_mail():
    nowhere = {"api_key": "SG.0123456789", "base_url": f"http://127.0.0.1:{ports.free()}"}
    mailer = SendGridMailer(MemorySecrets(mail=nowhere), "mail", HOSTS)

    with pytest.raises(Unavailable, match="cannot be reached"):
        mailer.send(LETTER)
