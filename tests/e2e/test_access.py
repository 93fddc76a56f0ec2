"""Who gets in: tokens, roles, and what the gateway answers by itself."""

import pytest

from tests.e2e.people import PAPER, Person

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "token", [None, "", "x", "x.y", "0000000000000000.secret", "x" * 5000, "a.b\tc"]
)
def test_a_token_that_nobody_issued_is_a_401_problem(laptop, token):
    stranger = Person(laptop.endpoints["apps"]["paper"]["url"], token)

    answer = stranger("POST", "/papers", PAPER)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"].startswith(PROBLEM)
    assert answer.json()["code"] == "unauthorized"


def test_half_a_token_is_not_enough(laptop):
    token_id, _, secret = laptop.endpoints["tokens"]["student"].partition(".")
    url = laptop.endpoints["apps"]["paper"]["url"]

    wrong = [f"{token_id}.", f".{secret}", f"{token_id}.{secret[:-1]}", f"{token_id}.{secret}x"]

    assert {Person(url, each)("GET", "/papers/x").status_code for each in wrong} == {401}


def test_an_unknown_route_is_a_404_problem(student):
    answer = student("GET", "/nothing/here")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith(PROBLEM)


def test_answers_carry_the_safe_headers(student):
    answers = [student("POST", "/papers", PAPER), student("GET", "/papers/unknown")]

    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_student_sees_own_papers_only(laptop, student, tutor):
    paper_id = student("POST", "/papers", PAPER).json()["id"]

    assert student("GET", f"/papers/{paper_id}").status_code == 200
    assert tutor("GET", f"/papers/{paper_id}").status_code == 404
    assert student("PATCH", f"/papers/{paper_id}", {"tutor_email": "a@b.org"}).status_code == 403


def test_only_operators_see_what_was_not_sent(laptop):
    roles = {
        role: laptop.person(role, "notifier")("GET", "/mails")
        for role in ("student", "tutor", "coordinator", "operator")
    }

    assert {role: answer.status_code for role, answer in roles.items()} == {
        "student": 403,
        "tutor": 403,
        "coordinator": 403,
        "operator": 200,
    }
