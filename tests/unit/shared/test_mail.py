import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Invalid, TooLarge
from shared.mail import LONGEST_SUBJECT, Message, single_line
from shared.sendgrid_mail import payload

LETTER = Message(
    to="ada@example.org",
    subject="Hello",
    text="Hello",
    html="<p>Hello</p>",
    sender="no-reply@example.org",
)
INJECTIONS = [
    "x\r\nBcc: a@example.org",
    "x\nBcc: a@example.org",
    "x\rBcc: a@example.org",
    "x\x00\x1b[2J",
    "x\u2028Bcc: a@example.org\u2029\x85",
    "x\x0b\x0c\x1c\x1d\x1e",
    "\u202egnp.exe",
    "half \ud83d a pair",
]
HOSTILE_ADDRESSES = [
    "",
    "ada",
    "ada@",
    "@example.org",
    "ada@localhost",
    "ada@example.org\r\nBcc: eve@example.org",
    "ada@example.org\n",
    "ada@example.org\x00",
    "ada@example.org,eve@example.org",
    "ada@example.org eve@example.org",
    "Ada <ada@example.org>",
    "ada@ex\u0430mple.org",
    "\u0430da@example.org",
    '"a\r\nb"@example.org',
    '"ada"@example.org',
    "ada@[127.0.0.1]",
    "ada@example..org",
    "ada@" + "a" * 300 + ".org",
]


@pytest.mark.parametrize("hostile", INJECTIONS)
def test_a_subject_is_one_line_whatever_was_typed(hostile):
    message = replace(LETTER, subject=hostile, sender_name=hostile)

    for line in (message.subject, message.sender_name):
        assert line.isprintable()
        assert line


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet=st.characters(), min_size=1), st.integers(2, 200))
def test_a_single_line_is_short_and_has_no_line_breaks(text, longest):
    line = single_line(text, longest)

    assert len(line) <= longest
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in line)


def test_a_long_subject_is_cut_where_one_sees_it():
    subject = replace(LETTER, subject="x" * 10_000).subject

    assert len(subject) == LONGEST_SUBJECT
    assert subject.endswith("…")


@pytest.mark.parametrize("kept", ["Grüße 🎓", "שלום עולם", "{{7*7}}", "<script>alert(1)</script>"])
def test_an_honest_subject_stays_as_it_is(kept):
    assert replace(LETTER, subject=kept).subject == kept


@pytest.mark.parametrize("subject", ["", " \r\n ", "\x00"])
def test_a_mail_without_a_subject_is_refused(subject):
    with pytest.raises(Invalid):
        replace(LETTER, subject=subject)


@pytest.mark.parametrize("field", ["to", "sender"])
@pytest.mark.parametrize("hostile", HOSTILE_ADDRESSES)
def test_a_hostile_address_is_refused_without_being_quoted(field, hostile):
    with pytest.raises(Invalid) as raised:
        replace(LETTER, **{field: hostile})
    assert not hostile or hostile not in str(raised.value)


def test_an_address_stays_ascii_even_if_its_domain_stands_for_another_script():
    assert replace(LETTER, to="ada@XN--80ak6aa92e.com").to == "ada@xn--80ak6aa92e.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Bcc", "eve@example.org"),
        ("Subject", "x"),
        ("X-SG-EID", "x"),
        ("X-SMTPAPI", "{}"),
        ("X-Id\r\nBcc", "x"),
        ("X-Id", "x\r\nBcc: eve@example.org"),
        ("X-Id", "x\nBcc: eve@example.org"),
        ("X-Id", "x\x00"),
        ("X-Id", "é"),
        ("X-Id", ""),
    ],
)
def test_a_header_that_is_not_ours_to_set_is_refused(name, value):
    with pytest.raises(Invalid):
        replace(LETTER, headers={name: value})


@pytest.mark.parametrize(
    "change", [{"custom_args": {"event_id": "x\r\n"}}, {"categories": ("a b",)}]
)
def test_an_argument_or_category_that_is_no_label_is_refused(change):
    with pytest.raises(Invalid):
        replace(LETTER, **change)


def test_a_body_keeps_its_lines_and_loses_what_is_no_text():
    message = replace(LETTER, text="a\r\nb\rc\td\x00\x1b", html="\ud83d<p>x</p>")

    assert message.text == "a\nb\nc\td"
    assert message.html == "<p>x</p>"


def test_a_body_over_the_limit_is_refused():
    with pytest.raises(TooLarge):
        replace(LETTER, html="x" * 1_000_001)


def test_the_text_comes_before_the_html():
    kinds = [content["type"] for content in payload(LETTER)["content"]]

    assert kinds == ["text/plain", "text/html"]
