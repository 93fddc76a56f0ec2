import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.keys import key, slug

TRAVERSAL = [
    "",
    ".",
    "..",
    "../x",
    "a/../b",
    "a..b",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "a b",
    "a\x00",
    "a\n",
    "\u2025",
    "\uff0e\uff0e",
    "%2e%2e%2f",
    "a%2Fb",
    "~",
    "-rf",
    ".hidden",
    "_x",
    "A",
    "é",
    "a" * 129,
    "../../etc",
    "Côte d'Ivoire",
]


@pytest.mark.parametrize("part", TRAVERSAL)
def test_a_part_that_could_lead_elsewhere_is_refused_without_being_quoted(part):
    for parts in ((part,), ("papers", part), (part, "text.txt")):
        with pytest.raises(Invalid) as raised:
            key(*parts)
        assert len(part) < 3 or part not in str(raised.value)


def test_plain_parts_make_a_key():
    assert key("papers", "01j9-x_y", "text.v1.txt") == "papers/01j9-x_y/text.v1.txt"


def test_no_parts_and_too_many_parts_make_no_key():
    with pytest.raises(Invalid):
        key()
    with pytest.raises(Invalid):
        key(*["a" * 128] * 8)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet="ab01.-_/\\ \x00é"), max_size=3))
def test_a_key_has_exactly_its_parts_or_is_refused(parts):
    try:
        made = key(*parts)
    except Invalid:
        return
    assert made.split("/") == parts
    assert ".." not in made


@pytest.mark.parametrize("kept", ["france", "united-kingdom", "2026-11-21", "a", "x" * 64])
def test_what_is_a_slug_stays(kept):
    assert slug(kept) == kept


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("United Kingdom", "united-kingdom--"),
        ("Côte d'Ivoire", "cote-d-ivoire--"),
        ("../../etc", "etc--"),
        ("日本", "x--"),
        ("", "x--"),
        ("a--b", "a-b--"),
    ],
)
def test_any_other_text_has_a_readable_slug_with_a_hash(text, start):
    assert re.fullmatch(re.escape(start) + "[0-9a-f]{12}", slug(text))


def test_a_slug_is_the_same_at_all_times():
    assert slug("United Kingdom") == "united-kingdom--8d23a6e37e0a"


@settings(max_examples=100, deadline=None)
@given(st.text(), st.text())
def test_two_texts_have_two_slugs_and_every_slug_is_a_part(one, other):
    assert (slug(one) == slug(other)) == (one == other)
    assert key(slug(one)) == slug(one)


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_no_text_can_pretend_to_be_the_slug_of_another(text):
    made = slug(text)

    assert slug(made) != made or made == text


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="aA -_.é", max_size=6), st.text(alphabet="aA -_.é", max_size=6))
def test_texts_that_look_alike_have_two_slugs(one, other):
    assert (slug(one) == slug(other)) == (one == other)
