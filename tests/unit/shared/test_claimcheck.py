import json

import pytest

from shared.claimcheck import ClaimCheck, hand_in, redeem
from shared.errors import Invalid
from tests.fakes.objects import MemoryObjects

BODY = b"x" * 1_200_000


@pytest.fixture
def objects():
    return MemoryObjects("coursework-dev-parcels")


@pytest.fixture
def check(objects):
    return hand_in(objects, "parcels/01j", BODY)


def test_a_large_message_travels_as_a_small_pointer(objects, check):
    text = check.to_json()

    assert len(text) < 500
    assert redeem(objects, ClaimCheck.from_json(text)) == BODY


def test_a_pointer_names_its_version_so_that_a_later_one_is_not_taken_for_it(objects, check):
    objects.put("parcels/01j", b"later")

    assert redeem(objects, check) == BODY


@pytest.mark.parametrize(
    "change",
    [
        {"key": "parcels/unknown"},
        {"version": "v99"},
        {"bucket": "somebody-elses"},
        {"size": 1_199_999},
        {"size": 1_200_001},
        {"size": 10**12},
        {"sha256": "0" * 64},
    ],
)
def test_a_pointer_that_leads_elsewhere_is_poison_and_no_crash(objects, check, change):
    changed = check.model_copy(update=change)

    with pytest.raises(Invalid):
        redeem(objects, changed)


@pytest.mark.parametrize(
    "change",
    [
        {"bucket": "Not A Bucket"},
        {"key": "/etc/passwd"},
        {"key": ""},
        {"key": "parcels/../other/01j"},
        {"size": -1},
        {"size": "1200000"},
        {"size": 1.5},
        {"sha256": "short"},
        {"kind": "letter"},
        {"extra": 1},
    ],
)
def test_a_malformed_pointer_is_poison(check, change):
    with pytest.raises(Invalid):
        ClaimCheck.from_json(json.dumps(json.loads(check.to_json()) | change))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "not json", "[" * 100_000])
def test_what_is_no_pointer_is_poison(text):
    with pytest.raises(Invalid):
        ClaimCheck.from_json(text)
