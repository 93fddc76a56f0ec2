"""The same request, many times and at once, has one effect."""

from concurrent.futures import ThreadPoolExecutor

from tests.e2e.people import PAPER, fresh_key, wait_for


def at_once(count, call):
    with ThreadPoolExecutor(count) as pool:
        return [job.result() for job in [pool.submit(call) for _ in range(count)]]


def test_twenty_parallel_copies_give_one_paper_one_mail_and_one_answer(laptop):
    key = fresh_key()

    answers = at_once(20, lambda: laptop.person("student")("POST", "/papers", PAPER, key))

    assert {answer.status_code for answer in answers} == {201}
    [paper_id] = {answer.json()["id"] for answer in answers}
    assert len({(answer.text, answer.headers["ETag"]) for answer in answers}) == 1
    assert len(events_of(laptop, paper_id)) == 1
    wait_for(lambda: laptop.mails(paper=paper_id))


def test_the_same_key_with_another_body_is_a_422(student):
    key = fresh_key()
    student("POST", "/papers", PAPER, key)

    other = student("POST", "/papers", PAPER | {"subject": "Maths"}, key)

    assert (other.status_code, other.json()["code"]) == (422, "contradictory_input")


def test_of_two_parallel_changes_one_wins(laptop, student):
    made = student("POST", "/papers", PAPER).json()
    tutors = iter(["one@example.org", "two@example.org"])

    def assign():
        change = {"tutor_email": next(tutors)}
        path = f"/papers/{made['id']}"
        return laptop.person("coordinator")("PATCH", path, change, {"If-Match": '"1"'})

    answers = at_once(2, assign)

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert statuses[1] in {409, 412}
    assert student("GET", f"/papers/{made['id']}").json()["version"] == 2
    assert len(events_of(laptop, made["id"])) == 2


def events_of(laptop, paper_id):
    return [row for row in laptop.rows("paper-events") if row["subject"]["S"] == paper_id]
