"""Every interleaving that hypothesis finds: duplicates, kills at each step, late or lost webhooks.

The use case itself runs, each call of it in a thread that stops before every step it takes outside
(ledger, SendGrid, queue, inbox) until the search lets it go on, or kills it there.
"""

import threading
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from infra.apps import load
from shared.mail import Doubtful, Rejected, Sent, Unavailable
from tests.fakes.ledger import MemoryLedger
from tests.fakes.notifier import STUDENT, event, memory_ports
from tests.fakes.outbox import MemoryInbox

load("notifier", "local")

from chalicelib.notifier import deliveries, events, sending  # noqa: E402  # load() names its folder

FUNCTION_SECONDS = 30
VISIBILITY_SECONDS = 180
SETTLES = (20, 600)  # seconds: less than a function may take, as on the laptop, and more
EVENT = events.read(event("paper.submitted", "e1"))
WHOLE = 100  # steps: more than a function ever takes
ANSWERS = ("accept and cut", "accept and cut", "accept", "cut", "refuse", "busy")


class Killed(BaseException):
    """The function ends here."""


class Worker:
    """One call of the function, one step at a time."""

    def __init__(self, world, answer):
        self.world = world
        self.answer = answer
        self.started = world.ports.clock()
        self.deadline = self.started + timedelta(seconds=FUNCTION_SECONDS)
        self.killed = False
        self.done = False
        self.raised = None
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._stopped.acquire()

    def step(self):
        self._go.release()
        self._stopped.acquire()

    def kill(self):
        self.killed = True
        self.step()

    def pause(self):
        """Called by the ports, in the thread: wait to be let on."""
        self._stopped.release()
        self._go.acquire()
        if self.killed:
            raise Killed

    def _remaining(self):
        return (self.deadline - self.world.ports.clock()).total_seconds()

    def _run(self):
        _current.worker = self
        try:
            self.pause()
            sending.tell(self.world.ports, EVENT, self._remaining)
        except (Killed, Unavailable) as error:
            self.raised = error
        finally:
            self.done = True
            self._stopped.release()


_current = threading.local()


def stepwise(method):
    def step(*arguments):
        _current.worker.pause()
        try:
            return method(*arguments)
        finally:
            _current.worker.pause()  # it has happened, and the caller may die before it knows

    return step


class World(RuleBasedStateMachine):
    """A queue with one message, functions that take it, SendGrid, and its webhook."""

    webhooks_come = True

    def __init__(self):
        super().__init__()
        ledger, inbox = MemoryLedger(), MemoryInbox()
        self.ledger, self.inbox = ledger, inbox
        self.ports = memory_ports(
            ledger=SimpleNamespace(find=stepwise(ledger.find), save=stepwise(ledger.save)),
            inbox=SimpleNamespace(finish=stepwise(inbox.finish)),
            queue=SimpleNamespace(send=stepwise(self._put_back)),
            mailer=SimpleNamespace(send=stepwise(self._take), prepare=stepwise(lambda: None)),
        )
        self.visible_at = [self.ports.clock()] * 2  # one entry for each copy of the message
        self.workers = {}
        self.accepted = 0
        self.reports = []

    def teardown(self):
        for worker in list(self.workers):
            self._kill(worker)

    @initialize(seconds=st.sampled_from(SETTLES))
    def a_stage_is_made(self, seconds):
        self.ports = replace(self.ports, settle=timedelta(seconds=seconds))

    # What the functions meet

    def _put_back(self, body, attributes, delay):
        self.visible_at.append(self.ports.clock() + timedelta(seconds=delay))

    def _take(self, message, within):
        worker, answer = _current.worker, _current.worker.answer
        if answer in {"accept", "accept and cut"}:
            self.accepted += 1
            self.reports.append((worker.started + self.ports.settle, f"m{self.accepted}"))
        if answer == "refuse":
            raise Rejected("SendGrid refuses this mail (400)")
        if answer == "busy":
            worker.deadline = self.ports.clock()  # another attempt is the next function's
            raise Unavailable("SendGrid does not take mail now (503).")
        if answer != "accept":
            raise Doubtful("SendGrid's answer did not arrive.")
        return Sent(f"m{self.accepted}")

    # What may happen at any moment

    @precondition(lambda self: any(at <= self.ports.clock() for at in self.visible_at))
    @rule(answer=st.sampled_from(ANSWERS), steps=st.integers(0, 8))
    def a_function_starts(self, answer, steps):
        self._start(answer, steps)

    @precondition(lambda self: any(at <= self.ports.clock() for at in self.visible_at))
    @rule(answer=st.sampled_from(ANSWERS))
    def a_function_runs_undisturbed(self, answer):
        self._start(answer, WHOLE)

    @precondition(lambda self: any(at <= self.ports.clock() for at in self.visible_at))
    @rule(answer=st.sampled_from(ANSWERS), steps=st.integers(0, 8))
    def a_function_is_killed_on_its_way(self, answer, steps):
        self._kill(self._start(answer, steps))

    def _start(self, answer, steps):
        due = [at for at in self.visible_at if at <= self.ports.clock()]
        self.visible_at.remove(due[0])
        worker = Worker(self, answer)
        self.workers[worker] = self.ports.clock() + timedelta(seconds=VISIBILITY_SECONDS)
        self._advance(worker, steps)
        return worker

    @precondition(lambda self: 0 < len(self.visible_at) < 3)
    @rule()
    def the_message_is_doubled(self):
        self.visible_at.append(self.ports.clock())

    @precondition(lambda self: self.workers)
    @rule(data=st.data(), steps=st.integers(1, 8) | st.just(WHOLE))
    def a_function_goes_on(self, data, steps):
        self._advance(data.draw(st.sampled_from(list(self.workers))), steps)

    @rule(seconds=st.sampled_from([1, 25]))
    def time_passes(self, seconds):
        self._wait(self.ports.clock() + timedelta(seconds=seconds))

    @precondition(lambda self: self.visible_at and min(self.visible_at) > self.ports.clock())
    @rule()
    def time_passes_until_a_message_comes(self):
        self._wait(min(self.visible_at))

    def _wait(self, until):
        for worker in list(self.workers):
            if worker.deadline <= until:
                self._kill(worker)
        if self.webhooks_come:  # each comes before anybody has waited long enough for it
            self._hear(sum(due <= until for due, _ in self.reports))
        self.ports.clock.now = until

    @precondition(lambda self: self.reports)
    @rule(again=st.booleans())
    def the_webhook_tells(self, again):
        _, message_id = self.reports[0]
        self._hear(1)
        if again:
            self._tell(message_id)

    def _hear(self, count):
        reports, self.reports = self.reports[:count], self.reports[count:]
        for _, message_id in reports:
            self._tell(message_id)

    def _tell(self, message_id):
        found = self.ledger.find("e1", STUDENT)
        after = deliveries.accepted(found, message_id, self.ports.clock())
        assert after == found or self.ledger.save(after, found)

    def _advance(self, worker, steps):
        for _ in range(steps):
            if not worker.done:
                worker.step()
        self._end(worker)

    def _kill(self, worker):
        if not worker.done:
            worker.kill()
            self._end(worker)

    def _end(self, worker):
        if worker.done:
            returns_at = self.workers.pop(worker)
            if worker.raised is not None:
                self.visible_at.append(returns_at)

    # What holds always, and at the end

    @invariant()
    def nobody_is_mailed_more_often_than_promised(self):
        assert self.accepted <= (1 if self.webhooks_come else 2)

    @invariant()
    def what_is_not_settled_is_still_in_somebodys_hands(self):
        row = self.ledger.find("e1", STUDENT)
        if row is None or not row.is_settled:
            assert self.visible_at or self.workers

    @invariant()
    def what_is_finished_is_settled(self):
        if self.inbox.finished:
            assert self.ledger.find("e1", STUDENT).is_settled

    @invariant()
    def what_is_sent_was_accepted(self):
        row = self.ledger.find("e1", STUDENT)
        if row is not None and row.status is deliveries.Status.SENT:
            assert self.accepted


class WorldWithoutWebhooks(World):
    """The same, and SendGrid's webhook comes late or never."""

    webhooks_come = False


_often = settings(
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestWithWebhooks = World.TestCase
TestWithWebhooks.settings = _often
TestWithoutWebhooks = WorldWithoutWebhooks.TestCase
TestWithoutWebhooks.settings = _often
