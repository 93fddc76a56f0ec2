import json

import pytest

PAPER = {"subject": "ELA", "text": "Everest is high."}


def stream_record(event, name="INSERT"):
    image = {"event": {"S": event.model_dump_json()}}
    return {"eventName": name, "dynamodb": {"NewImage": image}}


@pytest.fixture
def event(student, ports):
    student("POST", "/papers", PAPER)
    return ports.papers.events.rows[0][1]


def test_the_relay_announces_each_stored_event(paper_module, app, ports, event):
    relayed = paper_module.relay({"Records": [stream_record(event)]}, None)

    [(body, attributes)] = ports.topic.sent
    assert relayed == 1
    assert json.loads(body)["event_id"] == event.event_id
    assert attributes == event.attributes


@pytest.mark.parametrize("name", ["MODIFY", "REMOVE"])
def test_the_relay_ignores_what_is_not_new(paper_module, app, ports, event, name):
    paper_module.relay({"Records": [stream_record(event, name)]}, None)

    assert not ports.topic.sent


def test_the_sweep_announces_again_what_nobody_handled(paper_module, app, ports, event):
    ports.clock.advance(3600)

    counts = paper_module.sweep(schedule(), None)

    assert counts == {"looked_at": 1, "handled": 0, "announced": 1}
    assert len(ports.topic.sent) == 1


def test_the_sweep_leaves_what_was_handled_and_forgets_it(paper_module, app, ports, event):
    ports.clock.advance(3600)
    ports.inbox.finish(event.event_id, ports.clock())

    first, second = paper_module.sweep(schedule(), None), paper_module.sweep(schedule(), None)

    assert first == {"looked_at": 1, "handled": 1, "announced": 0}
    assert second == {"looked_at": 0, "handled": 0, "announced": 0}
    assert not ports.topic.sent


def test_the_sweep_gives_a_fresh_event_its_time(paper_module, app, ports, event):
    ports.clock.advance(60)

    assert paper_module.sweep(schedule(), None)["looked_at"] == 0


def schedule():
    return {
        "version": "0",
        "account": "1",
        "region": "eu-west-2",
        "detail": {},
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "time": "2026-11-21T03:00:00Z",
        "id": "1",
        "resources": [],
    }
