"""Bad input through the deployed gateway: a 4xx problem, and nothing stored."""

import pytest

from tests.e2e.people import PAPER

BAD = {
    "nothing": b"",
    "not utf-8": b"\xff\xfe{}",
    "nested": b"[" * 100_000,
    "nan": b'{"subject": NaN}',
    "infinite": b'{"subject": 1e400}',
    "half a character": b'{"subject": "\\ud800", "text": "x"}',
    "list": b"[]",
    "null": b"null",
    "long number": b'{"subject": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
def test_what_is_not_a_paper_is_refused_and_nothing_is_stored(laptop, student, raw):
    before = len(laptop.rows("papers"))

    answer = student("POST", "/papers", data=raw, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_input"
    assert len(laptop.rows("papers")) == before


def test_media_type_and_size_are_checked(student):
    odd = {"Content-Type": "Application/JSON; charset=utf-8"}
    big = PAPER | {"text": "x" * 7 * 1024 * 1024}

    assert student("POST", "/papers", PAPER, odd).status_code == 201
    assert (
        student("POST", "/papers", data=b"x", headers={"Content-Type": "text/plain"}).status_code
        == 415
    )
    assert student("POST", "/papers", big).status_code == 413


def test_the_input_is_never_repeated(student):
    answer = student("POST", "/papers", PAPER | {"<canary-field>": 1, "subject": "canary\nvalue"})

    assert answer.status_code == 400
    assert "canary" not in answer.text


def test_a_busy_table_is_waited_for_and_in_the_end_is_a_503(laptop, student):
    laptop.fault("table:papers", "throttle", count=2)
    patient = student("POST", "/papers", PAPER)
    laptop.fault("table:papers", "throttle", count=None)
    given_up = student("POST", "/papers", PAPER)

    assert patient.status_code == 201
    assert (given_up.status_code, given_up.json()["code"]) == (503, "unavailable")
    assert int(given_up.headers["Retry-After"]) > 0
    assert given_up.elapsed.total_seconds() < 29
