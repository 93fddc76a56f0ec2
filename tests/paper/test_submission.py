import hashlib

import pytest

PAPER = {"subject": "ELA", "description": "Is it clear?", "text": "Everest is high. Ünïcode too."}


def test_a_submitted_paper_is_shown_to_its_student(student):
    made = student("POST", "/papers", PAPER)

    seen = student("GET", f"/papers/{made.body['id']}")

    assert made.status == 201
    assert made.headers["location"] == f"papers/{made.body['id']}"
    assert seen.status == 200
    assert seen.body == made.body
    assert seen.headers["etag"] == '"1"'


def test_the_text_is_kept_and_named_by_its_hash(student):
    made = student("POST", "/papers", PAPER)

    text = student("GET", f"/papers/{made.body['id']}/text")

    assert text.body["text"] == PAPER["text"]
    assert made.body["text_sha256"] == hashlib.sha256(PAPER["text"].encode()).hexdigest()
    assert made.body["text_bytes"] == len(PAPER["text"].encode())


def test_a_submission_is_told_once_without_its_text(student, ports):
    made = student("POST", "/papers", PAPER, {"X-Correlation-Id": "correlation-1"})

    [(subject, event)] = ports.papers.events.rows

    assert (subject, event.type) == (made.body["id"], "paper.submitted")
    assert event.correlation_id == "correlation-1"
    assert event.data["student_email"] == "student@example.org"
    assert PAPER["text"] not in event.model_dump_json()


def test_the_same_idempotency_key_gives_the_same_answer_and_one_paper(student, ports):
    first = student("POST", "/papers", PAPER, {"Idempotency-Key": "k1"})

    second = student("POST", "/papers", PAPER, {"Idempotency-Key": "k1"})

    assert (second.status, second.body) == (first.status, first.body)
    assert len(ports.papers.rows) == len(ports.papers.events.rows) == 1


def test_the_same_idempotency_key_with_another_body_is_refused(student, ports):
    student("POST", "/papers", PAPER, {"Idempotency-Key": "k1"})

    other = student("POST", "/papers", PAPER | {"subject": "Maths"}, {"Idempotency-Key": "k1"})

    assert (other.status, other.body["code"]) == (422, "contradictory_input")
    assert len(ports.papers.rows) == 1


def test_two_callers_may_use_the_same_idempotency_key(student, coordinator, ports):
    student("POST", "/papers", PAPER, {"Idempotency-Key": "k1"})

    named = PAPER | {"student_email": "other@example.org"}
    coordinator("POST", "/papers", named, {"Idempotency-Key": "k1"})

    assert len(ports.papers.rows) == 2


def test_an_idempotency_key_is_forgotten_after_its_time(student, ports):
    first = student("POST", "/papers", PAPER, {"Idempotency-Key": "k1"})
    ports.clock.advance(2 * 86_400)

    late = student("POST", "/papers", PAPER, {"Idempotency-Key": "k1"})

    assert first.status == 201
    assert (late.status, late.body["code"]) == (409, "conflict")


@pytest.mark.parametrize("key", ["", "x" * 129, "with space", "é"])
def test_an_odd_idempotency_key_is_refused(student, ports, key):
    answer = student("POST", "/papers", PAPER, {"Idempotency-Key": key})

    assert answer.status == 400
    assert not ports.papers.rows


def test_a_student_cannot_submit_for_somebody_else(student, ports):
    answer = student("POST", "/papers", PAPER | {"student_email": "other@example.org"})

    assert answer.status == 403
    assert not ports.papers.rows


def test_staff_must_name_the_student(coordinator):
    answer = coordinator("POST", "/papers", PAPER)

    assert answer.status == 422


def test_a_tutor_cannot_submit(tutor):
    assert tutor("POST", "/papers", PAPER).status == 403


@pytest.mark.parametrize(
    "change",
    [
        {"subject": ""},
        {"subject": "x" * 101},
        {"subject": "two\nlines"},
        {"subject": None},
        {"text": ""},
        {"text": "nul \x00"},
        {"description": "x" * 2001},
        {"student_email": "no address"},
        {"student_email": "a@b\r\nBcc: c@d.org"},
        {"surprise": 1},
    ],
)
def test_a_paper_that_does_not_fit_is_refused_and_nothing_is_stored(student, ports, change):
    answer = student("POST", "/papers", PAPER | change)

    assert (answer.status, answer.body["code"]) == (400, "invalid_input")
    assert not ports.papers.rows
    assert not ports.texts.keys()


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "",
            "[",
            "null",
            "[]",
            "[" * 100_000,
            '{"a": NaN}',
            '{"a": 1e400}',
            '"\\ud800"',
            "\ud800",
        ),
        '{"subject": ' + "9" * 5000 + "}",
    ],
)
def test_what_is_not_a_paper_at_all_is_refused(student, ports, raw):
    answer = student("POST", "/papers", raw=raw)

    assert (answer.status, answer.body["code"]) == (400, "invalid_input")
    assert not ports.papers.rows


def test_media_types_are_read_without_regard_to_case(student):
    plain = student("POST", "/papers", PAPER, {"Content-Type": "text/plain"})
    odd = student("POST", "/papers", PAPER, {"Content-Type": "Application/JSON; charset=utf-8"})

    assert (plain.status, odd.status) == (415, 201)


def test_a_body_over_the_limit_is_refused(student, ports):
    answer = student("POST", "/papers", PAPER | {"text": "x" * 7 * 1024 * 1024})

    assert (answer.status, answer.body["code"]) == (413, "too_large")
    assert not ports.papers.rows
