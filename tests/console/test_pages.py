"""The pages as HTML: what they show, and that nothing a mail says becomes markup."""

import email
import email.policy
import re

import pytest

from tests.console.harness import letter
from tests.waiting import until

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def shown(console, path):
    answer = console.call("GET", path)
    assert answer.status == 200
    return answer.body.decode()


@pytest.mark.parametrize("path", ["/", "/mailbox", "/logs", "/switches", "/endpoints.json"])
def test_every_page_stands_without_an_emulator(console, path):
    assert console.call("GET", path).status == 200


@pytest.mark.parametrize("path", ["/mailbox/none", "/mailbox/none/html", "/queues/none"])
def test_what_does_not_exist_is_404(console, path):
    assert console.call("GET", path).status == 404


def test_the_mailbox_lists_the_newest_mail_first(console):
    for subject in ("First", "Second"):
        console.send(letter(subject=subject))

    listed = shown(console, "/mailbox")

    assert listed.index("Second") < listed.index("First")


def test_the_mailbox_searches_subjects_and_recipients(console):
    console.send(letter(to="ada@example.org", subject="100% sure"))
    console.send(letter(to="bob@example.org", subject="Other"))

    by_subject, by_person = shown(console, "/mailbox?q=0%25"), shown(console, "/mailbox?q=BOB")

    assert ("100% sure" in by_subject, "Other" in by_subject) == (True, False)
    assert ("100% sure" in by_person, "Other" in by_person) == (False, True)


def test_older_mails_are_a_link_away(console):
    for number in range(102):
        console.send(letter(subject=f"Mail number {number}."))

    [link] = re.findall(r'href="(/mailbox\?before=[^"]+)"', shown(console, "/mailbox"))
    older = shown(console, link.replace("&amp;", "&"))

    assert re.findall(r"Mail number \d+\.", older) == ["Mail number 1.", "Mail number 0."]


def test_an_opened_mail_counts_as_read(console):
    identity = console.send(letter()).headers["x-message-id"]
    before = shown(console, "/mailbox")

    shown(console, f"/mailbox/{identity}")

    assert "1 mail, 1 unread" in before
    assert "1 mail, 0 unread" in shown(console, "/mailbox")


@pytest.mark.parametrize("view", ["html", "text", "headers", "source", "nonsense"])
def test_nothing_that_a_mail_says_becomes_markup_of_the_console(console, view):
    people = [{"to": [{"email": "ada@example.org", "name": HOSTILE}]}]
    body = letter(
        personalizations=people,
        subject=HOSTILE,
        headers={"X-Evil": HOSTILE},
        custom_args={HOSTILE: HOSTILE},
        content=[{"type": "text/plain", "value": HOSTILE}],
    )
    identity = console.send(body).headers["x-message-id"]

    pages = shown(console, f"/mailbox/{identity}?view={view}") + shown(console, "/mailbox")

    assert "<script>" not in pages
    assert "<img src=x" not in pages


def test_a_mails_own_html_is_served_in_a_cage(console):
    identity = console.send(letter()).headers["x-message-id"]

    policy = console.call("GET", f"/mailbox/{identity}/html").headers["content-security-policy"]

    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy


def test_the_source_is_a_mail_that_mail_programs_read(console):
    content = [{"type": "text/plain", "value": "Grüße"}, {"type": "text/html", "value": "<p>x</p>"}]
    files = [{"filename": "a.txt", "type": "text/plain", "content": "aGVsbG8="}]
    headers = {"date": "Mon, 01 Jan 2024 00:00:00 +0000", "X-Lines": "one\r\ntwo"}
    body = letter(subject="Ünï\r\ncode", content=content, attachments=files, headers=headers)
    identity = console.send(body).headers["x-message-id"]

    source = console.call("GET", f"/mailbox/{identity}/source").body

    mail = email.message_from_bytes(source, policy=email.policy.default)
    assert mail["subject"] == "Ünï code"
    assert mail["x-lines"] == "one two"
    assert mail["date"].startswith("Mon, 01 Jan 2024")
    assert mail.get_body(["plain"]).get_content().strip() == "Grüße"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["a.txt"]


def test_the_overview_shows_what_the_launcher_told(console):
    endpoints = {
        "apps": {"paper": {"url": "http://127.0.0.1:1/paper"}},
        "tokens": {"student": "id.secret"},
    }

    console.call("POST", "/config", {"endpoints": endpoints})

    overview = shown(console, "/")
    assert "http://127.0.0.1:1/paper" in overview
    assert 'data-copy="id.secret"' in overview
    assert "The emulator does not answer." in overview
    assert console.call("GET", "/endpoints.json").json() == endpoints


def test_failed_webhooks_are_told_on_the_overview(console, receiver):
    receiver.answers += [(500, b"")] * 5
    console.call("POST", "/config", {"webhook_url": f"{receiver.url}/events"})

    console.send(letter())

    until(lambda: "2 failed" in shown(console, "/"), seconds=15)
