"""What the functions log: enough to follow a paper, nothing about a person."""

import json

import pytest

from tests.e2e.people import PAPER, wait_for

CANARIES = {
    "subject": "Canary-Subject",
    "text": "canary text of a paper",
    "description": "canary why",
}


def log_lines(laptop):
    logs = laptop.aws("logs")
    prefix = f"/aws/lambda/{laptop.name.rpartition('-')[0]}"
    groups = logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    for group in groups:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        for page in pages:
            yield from (event["message"] for event in page["events"])


@pytest.fixture
def logged(laptop, student, coordinator):
    made = student("POST", "/papers", PAPER | CANARIES, {"X-Correlation-Id": "follow-this-paper"})
    change = {"tutor_email": "canary-tutor@example.org"}
    path = f"/papers/{made.json()['id']}"
    coordinator("PATCH", path, change, {"If-Match": '"1"', "X-Correlation-Id": "follow-this-paper"})
    student("POST", "/papers", PAPER | {"student_email": "canary-other@example.org"})
    laptop.person(None)("GET", path, headers={"Authorization": "Bearer canary.token"})
    laptop.mails_about(made.json()["id"], 3)
    return lambda: list(log_lines(laptop))


def test_no_log_line_tells_who_wrote_what(laptop, logged):
    lines = "\n".join(logged())

    assert "canary" not in lines.lower()
    assert "example.org" not in lines
    for token in laptop.endpoints["tokens"].values():
        assert token not in lines
        assert token.partition(".")[2] not in lines
    assert "SG." not in lines


def test_one_correlation_id_follows_a_paper_through_both_apps(logged):
    def services():
        told = [json.loads(line) for line in logged() if "follow-this-paper" in line]
        return {line["service"] for line in told} >= {"paper", "notifier"}

    assert wait_for(services)
