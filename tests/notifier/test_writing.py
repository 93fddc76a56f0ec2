"""How the mails read: golden files, and what hostile values cannot do.

`python -m tests.notifier.test_writing` writes the golden files anew; look at what changed.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from infra.apps import load
from tests.fakes.notifier import STUDENT, event

load("notifier", "local")

from jinja2 import UndefinedError  # noqa: E402

from chalicelib.notifier import alarms, events, letters, writing  # noqa: E402  # see load()

GOLDEN = Path(__file__).with_name("golden")
ALARM = alarms.Alarm(
    name="coursework-dev-notifier-mail-dead-letters",
    state="ALARM",
    description="A message was given up",
    reason="Threshold Crossed: 1 datapoint (1.0) was greater than the threshold (0.0).",
    changed_at="2026-11-21T09:00:00.000+0000",
    metric="ApproximateNumberOfMessagesVisible",
    dimensions={"QueueName": "coursework-dev-notifier-mail-dead"},
)


def written(subject="English literature"):
    """Return the words of every template, by its name."""
    told = [
        events.read(event(kind, "e1", subject=subject))
        for kind in ("paper.submitted", "paper.assigned")
    ]
    told.append(events.of_alarm(ALARM, "alarm-1", told[0].envelope.occurred_at))
    return {
        letter.mail.template: writing.write(letter.mail.template, letter.values)
        for each in told
        for letter in letters.letters_for(each, ["operator@example.org"])
    }


def test_every_template_is_shown_here():
    assert set(written()) == set(writing.SUBJECTS)


@pytest.mark.parametrize("template", sorted(writing.SUBJECTS))
def test_a_mail_reads_as_it_was_agreed(template):
    words = written()[template]

    assert f"Subject: {words.subject}\n\n{words.text}" == _golden(f"{template}.txt")
    assert words.html == _golden(f"{template}.html")


class Elements(HTMLParser):
    """Collects an HTML document's elements, and which were opened and not closed."""

    def __init__(self, html):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a template": "{{7*7}}{% include 'alarm.txt' %}",
    "a format": "{student}{0.__class__}",
    "another header": "x\r\nBcc: a@example.org",
    "10 kB": "x" * 10_240,
    "emoji": "📄👩‍🎓",
    "right to left": "مقال",
    "turned around": "\u202egnp.exe",
}


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_a_title_stays_a_title(title):
    plain = written()
    for template, words in written(title).items():
        assert Elements(words.html).seen == Elements(plain[template].html).seen
        assert "\n" not in words.subject
        assert len(words.subject) <= 200
        assert words.text.count("\n") == plain[template].text.count("\n")
        assert "49" not in words.text
        assert "\u202e" not in words.text + words.html + words.subject


@pytest.mark.parametrize("title", ["{{7*7}}", "<b>&", "📄👩‍🎓", "مقال"])
def test_a_title_is_shown_as_it_was_written(title):
    assert title in written(title)["receipt"].text


@pytest.mark.parametrize("template", sorted(writing.SUBJECTS))
def test_every_mail_is_whole_html_without_anything_from_elsewhere(template):
    html = written()[template].html

    assert Elements(html).open == []
    assert html.startswith("<!doctype html>")
    assert not re.search(r"<(script|style|img|link|iframe)|src=|href=|url\(", html)


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(UndefinedError):
        writing.write("receipt", {"title": "ELA"})


def test_a_tutor_learns_whose_paper_it_is_and_a_student_not_who_reviews():
    words = written()

    assert STUDENT in words["tutor_notice"].text
    assert "tutor@example.org" not in words["student_notice"].text


def _golden(name):
    return (GOLDEN / name).read_text(encoding="utf-8")


def _write_anew():
    GOLDEN.mkdir(exist_ok=True)
    for template, words in written().items():
        text = f"Subject: {words.subject}\n\n{words.text}"
        (GOLDEN / f"{template}.txt").write_text(text, encoding="utf-8")
        (GOLDEN / f"{template}.html").write_text(words.html, encoding="utf-8")


if __name__ == "__main__":
    _write_anew()
