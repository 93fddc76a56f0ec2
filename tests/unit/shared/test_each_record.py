import pytest

from shared.errors import Contradictory, Invalid, Unavailable
from shared.queues import REASON, Unfinished, each_record
from tests.fakes.queues import MemoryQueue, deliver

BOTH_WAYS = pytest.mark.parametrize("reports_failures", [True, False])


@pytest.fixture
def queue():
    return MemoryQueue()


@pytest.fixture
def dead():
    return MemoryQueue()


def fill(queue, *bodies):
    for body in bodies:
        queue.send(body, {"event_id": f"id-of-{body}"})


def function(queue, dead, handle, **options):
    return lambda records: each_record(records, handle, queue, dead, **options)


@BOTH_WAYS
def test_good_messages_are_handled_once_and_deleted(queue, dead, reports_failures):
    fill(queue, "a", "b")
    seen = []

    handler = function(queue, dead, lambda record: seen.append(record.body))
    deliver(queue, handler, reports_failures=reports_failures)

    assert seen == ["a", "b"]
    assert not queue.waiting
    assert not dead.waiting


@BOTH_WAYS
def test_poison_goes_to_the_dead_letters_at_once_with_its_reason(queue, dead, reports_failures):
    fill(queue, *"abcdefghij", "poison")
    seen = []

    def handle(record):
        if record.body == "poison":
            raise Invalid("The schema version is unknown.")
        seen.append(record.body)

    deliver(queue, function(queue, dead, handle), reports_failures=reports_failures)

    [buried] = dead.waiting.values()
    assert len(seen) == 10
    assert not queue.waiting
    assert buried.body == "poison"
    assert buried.attributes["event_id"] == "id-of-poison"
    assert buried.attributes[REASON] == "invalid_input: The schema version is unknown."


@BOTH_WAYS
@pytest.mark.parametrize(
    "error", [Unavailable("later"), OSError(), Contradictory("no"), KeyError()]
)
def test_any_other_error_leaves_only_its_own_message(queue, dead, reports_failures, error):
    fill(queue, "a", "b", "c")

    def handle(record):
        if record.body == "b":
            raise error

    deliver(queue, function(queue, dead, handle), reports_failures=reports_failures)

    assert queue.bodies == ["b"]
    assert not dead.waiting


@BOTH_WAYS
def test_what_was_left_is_handled_at_the_next_delivery(queue, dead, reports_failures):
    fill(queue, "a", "b")
    seen = []

    def handle(record):
        if record.body == "a" and record.deliveries == 1:
            raise OSError
        seen.append(record.body)

    for _ in range(2):
        deliver(queue, function(queue, dead, handle), reports_failures=reports_failures)

    assert sorted(seen) == ["a", "b"]
    assert not queue.waiting


@BOTH_WAYS
def test_poison_stays_while_the_dead_letters_take_nothing(queue, dead, reports_failures):
    fill(queue, "poison", "good")
    dead.error = Unavailable("down")

    def handle(record):
        if record.body == "poison":
            raise Invalid("bad")

    deliver(queue, function(queue, dead, handle), reports_failures=reports_failures)

    assert queue.bodies == ["poison"]


@BOTH_WAYS
def test_a_message_that_cannot_be_started_in_time_stays(queue, dead, reports_failures):
    fill(queue, "a", "b", "c")
    seen = []

    handler = function(
        queue, dead, lambda record: seen.append(record.body), may_start=lambda: len(seen) < 2
    )
    deliver(queue, handler, reports_failures=reports_failures)

    assert seen == ["a", "b"]
    assert queue.bodies == ["c"]


def test_a_message_whose_deletion_fails_counts_as_left(queue, dead):
    fill(queue, "a")
    records = queue.receive()
    queue.error = Unavailable("down")

    with pytest.raises(Unfinished, match=r"1 \(Unavailable\)"):
        each_record(records, lambda _: None, queue, dead)


def test_what_is_left_is_named_without_its_content(queue, dead):
    fill(queue, "ada@example.org")

    def handle(record):
        raise OSError(record.body)

    with pytest.raises(Unfinished) as raised:
        each_record(queue.receive(), handle, queue, dead)
    assert str(raised.value) == "left in the queue: 1 (OSError)"


def test_what_was_done_before_a_kill_is_not_done_again(queue, dead):
    fill(queue, "a", "b", "c")

    def handle(record):
        if record.body == "b":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        each_record(queue.receive(), handle, queue, dead)
    assert queue.bodies == ["b", "c"]


def test_a_reason_is_short_and_printable_and_fits_among_ten_attributes(queue, dead):
    queue.send("poison", {f"name-{number}": "x" for number in range(10)})

    def handle(_):
        raise Invalid("\x00" + "é" * 1000)

    each_record(queue.receive(), handle, queue, dead)

    [buried] = dead.waiting.values()
    assert len(buried.attributes) == 10
    assert buried.attributes[REASON] == "invalid_input: ?" + "é" * 240
