import pytest

from tests.fakes.gateway import Gateway

PAPER = {"subject": "ELA", "text": "Everest is high."}
TUTOR = {"tutor_email": "Tutor@Example.org"}


@pytest.fixture
def paper(student):
    return student("POST", "/papers", PAPER).body


def test_a_coordinator_assigns_a_tutor_who_then_sees_the_paper(paper, coordinator, tutor):
    changed = coordinator("PATCH", f"/papers/{paper['id']}", TUTOR, {"If-Match": '"1"'})

    seen = tutor("GET", f"/papers/{paper['id']}")

    assert (changed.status, changed.headers["etag"]) == (200, '"2"')
    assert changed.body["status"] == "assigned"
    assert changed.body["tutor_email"] == "tutor@example.org"
    assert seen.body == changed.body


def test_an_assignment_tells_student_and_tutor_once(paper, coordinator, ports):
    coordinator("PATCH", f"/papers/{paper['id']}", TUTOR, {"If-Match": '"1"'})

    assert ports.papers.events.types == ["paper.submitted", "paper.assigned"]
    data = ports.papers.events.rows[1][1].data
    assert (data["student_email"], data["tutor_email"]) == (
        "student@example.org",
        "tutor@example.org",
    )


def test_a_change_must_say_which_version_it_has_seen(paper, coordinator):
    answer = coordinator("PATCH", f"/papers/{paper['id']}", TUTOR)

    assert (answer.status, answer.body["code"]) == (428, "precondition_required")


def test_a_change_of_an_older_version_is_refused_with_the_present_one(paper, coordinator, ports):
    answer = coordinator("PATCH", f"/papers/{paper['id']}", TUTOR, {"If-Match": '"7"'})

    assert (answer.status, answer.body["code"]) == (412, "stale_version")
    assert answer.headers["etag"] == '"1"'
    assert ports.papers.events.types == ["paper.submitted"]


@pytest.mark.parametrize("given", ["1", "*", '"x"', '"1", "2"', ""])
def test_an_etag_that_this_api_never_gave_is_refused(paper, coordinator, given):
    answer = coordinator("PATCH", f"/papers/{paper['id']}", TUTOR, {"If-Match": given})

    assert answer.status == 400


def test_an_assigned_paper_cannot_be_assigned_again(paper, coordinator, ports):
    coordinator("PATCH", f"/papers/{paper['id']}", TUTOR, {"If-Match": '"1"'})

    again = coordinator("PATCH", f"/papers/{paper['id']}", TUTOR, {"If-Match": '"2"'})

    assert (again.status, again.body["code"]) == (409, "conflict")
    assert len(ports.papers.events.rows) == 2


def test_a_paper_cannot_go_to_its_own_student(paper, coordinator):
    own = {"tutor_email": "student@example.org"}

    answer = coordinator("PATCH", f"/papers/{paper['id']}", own, {"If-Match": '"1"'})

    assert answer.status == 422


@pytest.mark.parametrize(
    "body", [{}, {"status": "closed"}, TUTOR | {"extra": 1}, {"tutor_email": 5}]
)
def test_an_unknown_change_is_refused(paper, coordinator, ports, body):
    answer = coordinator("PATCH", f"/papers/{paper['id']}", body, {"If-Match": '"1"'})

    assert answer.status == 400
    assert len(ports.papers.events.rows) == 1


@pytest.mark.parametrize("paper_id", ["unknown", "x" * 65, "a%2Fb", "..", "a b"])
def test_an_unknown_paper_is_not_found(coordinator, ports, paper_id):
    answer = coordinator("PATCH", f"/papers/{paper_id}", TUTOR, {"If-Match": '"1"'})

    assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert not ports.papers.events.rows


def test_only_staff_assign(paper, student, tutor):
    for caller in (student, tutor):
        answer = caller("PATCH", f"/papers/{paper['id']}", TUTOR, {"If-Match": '"1"'})
        assert answer.status == 403


@pytest.mark.parametrize("route", ["", "/text"])
def test_others_are_not_told_that_a_paper_exists(app, paper, tutor, route):
    stranger = Gateway(app, "student", "stranger@example.org")

    assert stranger("GET", f"/papers/{paper['id']}{route}").status == 404
    assert tutor("GET", f"/papers/{paper['id']}{route}").status == 404
