import pytest

OLD = {
    "id": "f6972d6a-7ab6-440d-80c4-e7ec10478824",
    "subject": "ELA",
    "student_email": "student@example.org",
    "description": "I am having trouble.",
    "file": "Everest is high.",
}
ASSIGN = {"id": OLD["id"], "teacher_email": "tutor@example.org"}


def test_an_old_client_submits_under_its_own_id(coordinator, ports):
    answer = coordinator("POST", "/paper", OLD)

    assert (answer.status, answer.body["id"]) == (201, OLD["id"])
    assert ports.papers.events.types == ["paper.submitted"]


def test_the_same_submission_again_gives_the_stored_paper_and_mails_nobody(coordinator, ports):
    coordinator("POST", "/paper", OLD)
    coordinator("PATCH", "/paper", ASSIGN)

    again = coordinator("POST", "/paper", OLD)

    assert (again.status, again.body["status"]) == (200, "assigned")
    assert ports.papers.events.types == ["paper.submitted", "paper.assigned"]


@pytest.mark.parametrize("change", [{"subject": "Maths"}, {"file": "Other."}, {"description": ""}])
def test_another_submission_under_a_known_id_is_refused(coordinator, ports, change):
    coordinator("POST", "/paper", OLD)

    other = coordinator("POST", "/paper", OLD | change)

    assert (other.status, other.body["code"]) == (409, "conflict")
    assert len(ports.papers.events.rows) == 1
    assert len(ports.texts.keys()) == 1


def test_an_old_client_assigns_without_a_version(coordinator, ports):
    coordinator("POST", "/paper", OLD)

    first = coordinator("PATCH", "/paper", ASSIGN)
    again = coordinator("PATCH", "/paper", ASSIGN)

    assert first.status == again.status == 200
    assert again.body == first.body
    assert len(ports.papers.events.rows) == 2


def test_an_old_client_cannot_take_a_paper_from_its_tutor(coordinator):
    coordinator("POST", "/paper", OLD)
    coordinator("PATCH", "/paper", ASSIGN)

    answer = coordinator("PATCH", "/paper", ASSIGN | {"teacher_email": "other@example.org"})

    assert (answer.status, answer.body["code"]) == (409, "conflict")


def test_an_old_client_cannot_make_a_ghost_paper(coordinator, ports):
    answer = coordinator("PATCH", "/paper", ASSIGN)

    assert answer.status == 404
    assert not ports.papers.rows
