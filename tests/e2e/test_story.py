"""The main job: a paper is submitted, a tutor is assigned, the right people get their e-mail."""

from tests.e2e.people import PAPER, wait_for


def test_a_paper_is_submitted_assigned_and_told_to_the_right_people(laptop, student, coordinator):
    made = student("POST", "/papers", PAPER)
    paper_id = made.json()["id"]
    [receipt] = laptop.mails_about(paper_id, 1)
    changed = coordinator(
        "PATCH",
        f"/papers/{paper_id}",
        {"tutor_email": "tutor@example.org"},
        {"If-Match": made.headers["ETag"]},
    )
    mails = laptop.mails_about(paper_id, 3)

    assert (made.status_code, changed.status_code) == (201, 200)
    assert receipt["to"] == ["student@example.org"]
    assert made.json()["text_sha256"] in receipt["text"]
    assert sorted(to for mail in mails[1:] for to in mail["to"]) == [
        "student@example.org",
        "tutor@example.org",
    ]
    assert all("<html" in mail["html"] for mail in mails)


def test_the_correlation_id_goes_from_the_request_into_the_mail(laptop, student):
    made = student("POST", "/papers", PAPER, {"X-Correlation-Id": "a-correlation-id"})

    [mail] = laptop.mails_about(made.json()["id"], 1)

    assert made.headers["X-Correlation-Id"] == "a-correlation-id"
    assert mail["custom_args"]["correlation_id"] == "a-correlation-id"


def test_a_handled_event_loses_its_marker_at_the_next_sweep(laptop, student):
    made = student("POST", "/papers", PAPER)
    laptop.mails_about(made.json()["id"], 1)

    def unmarked():
        laptop.sweep()
        rows = [r for r in laptop.rows("paper-events") if r["subject"]["S"] == made.json()["id"]]
        return all("unhandled" not in row for row in rows)

    assert wait_for(unmarked, 30, pause=1)
    assert len(laptop.mails(paper=made.json()["id"])) == 1


def test_an_alarm_reaches_the_operators(laptop):
    cloudwatch = laptop.aws("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix=laptop.name)["MetricAlarms"]
    name = next(a["AlarmName"] for a in alarms if "notifier-mail-dead" in a["AlarmName"])

    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="a test")

    def told():
        return [mail for mail in laptop.mails(to="operator@example.org") if name in mail["text"]]

    [mail] = wait_for(told)
    assert name in mail["subject"]
